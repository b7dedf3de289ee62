//! One encoding times one layout, as users write it: `parquet,zstd=6,by=year:cables/`.

use std::fmt::{self, Display};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;

use super::format::{KNOWN, Known};
use super::function::Function;
use super::options::Options;
use super::projection::Projected;
use super::sidecar::{Checksums, Summed, are_beside};
use super::{Batch, Columns, Format, Layout, PartitionColumn, Sink, WriteContext};
use crate::error::{Error, Result};
use crate::local;

/// Bytes after which a dataset begins its next part.
const FILE_SIZE: u64 = 512 << 20;

/// Where rows go and in which format.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Output {
    /// The encoding.
    pub format: Arc<dyn Format>,
    /// Where the bytes go.
    pub layout: Layout,
    /// Version of the schema that it asks for; that of the run, where it asks for none.
    pub schema: Option<String>,
    /// Which columns they hold.
    pub columns: Columns,
    /// Whether checksums are written beside it.
    pub checksums: Checksums,
}

impl Output {
    /// Reads `[FORMAT[,KEY=VALUE...]:]PATH`; `-` is standard output, a path that ends in `/` a folder.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::error::ErrorKind::Usage) that says what to write instead.
    pub fn parse(text: &str) -> Result<Output> {
        let (words, path) = split(text);
        local::check(Path::new(path))?;
        let known = known(words.first().copied(), path)?;
        let mut options = Options::parse(words.get(1..).unwrap_or_default())?;
        let format = (known.build)(&mut options)?;
        let schema = options.value("schema")?;
        let columns = columns(&mut options)?;
        let layout = layout(path, format.as_ref(), &mut options)?;
        let checksums = checksums(path, &mut options)?;
        options.finish(&format!("{} at {path}", known.name))?;
        Ok(Output { format: Arc::from(format), layout, schema, columns, checksums })
    }

    /// A file of bytes that a function of your own makes: `put` appends those of each batch, in order.
    pub fn of_function(
        path: impl Into<PathBuf>,
        put: impl Fn(&Batch, &mut Vec<u8>) -> Result<()> + Send + Sync + 'static,
    ) -> Output {
        let format = Arc::new(Function(Arc::new(put)));
        let layout = Layout::File(path.into());
        Output { format, layout, schema: None, columns: Columns::All, checksums: Checksums::Absent }
    }

    /// The same output with its path below `folder`.
    pub fn below(&self, folder: &Path) -> Output {
        let mut output = self.clone();
        match &mut output.layout {
            Layout::StandardOutput => {}
            Layout::File(path) => *path = folder.join(&path),
            Layout::Dataset { folder: path, .. }
            | Layout::Partitions { folder: path, .. }
            | Layout::PerRow { folder: path } => {
                *path = folder.join(&path);
            }
        }
        output
    }

    /// Whether it is a folder of files.
    pub fn is_folder(&self) -> bool {
        !matches!(self.layout, Layout::StandardOutput | Layout::File(_))
    }

    /// The file or folder; `None` for standard output.
    pub fn path(&self) -> Option<&Path> {
        match &self.layout {
            Layout::StandardOutput => None,
            Layout::File(path) => Some(path),
            Layout::Dataset { folder, .. } | Layout::Partitions { folder, .. } | Layout::PerRow { folder } => {
                Some(folder)
            }
        }
    }

    /// The column whose values name folders, if one does.
    pub fn by(&self) -> Option<&str> {
        match &self.layout {
            Layout::Partitions { column, .. } => Some(column),
            _ => None,
        }
    }

    /// Opens the output for rows of `schema`; refuses immediately what cannot end well.
    ///
    /// # Errors
    /// Of kind `Output` if the target exists or cannot be written, `SchemaConflict` if another schema is there, `Usage`
    /// if a column does not exist.
    pub fn open(&self, schema: &SchemaRef, context: &WriteContext) -> Result<Box<dyn Sink>> {
        let mut sink = self.layout.open(&self.format, &self.schema(schema)?, context)?;
        if let Some(path) = self.path()
            && (self.checksums == Checksums::Beside || are_beside(path)?)
        {
            sink = Box::new(Summed::open(sink, path, context.existing)?);
        }
        if self.columns == Columns::All {
            return Ok(sink);
        }
        Ok(Box::new(Projected { places: self.columns.places(schema)?, pool: context.pool.clone(), sink }))
    }

    /// The schema of the rows that the output holds of rows of `schema`; it names the column that only paths give.
    ///
    /// # Errors
    /// `ErrorKind::Usage` if a column does not exist, or cannot name folders.
    pub fn schema(&self, schema: &SchemaRef) -> Result<SchemaRef> {
        let narrowed = match &self.columns {
            Columns::All => schema.clone(),
            columns => Arc::new(columns.narrow(schema, &columns.places(schema)?)?),
        };
        self.layout.schema(narrowed)
    }
}

impl Display for Output {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.format.name(), self.path().unwrap_or(Path::new("-")).display())
    }
}

/// The words before the first `:` if the first of them is a format, and the path.
fn split(text: &str) -> (Vec<&str>, &str) {
    if let Some((front, path)) = text.split_once(':') {
        let words: Vec<&str> = front.split(',').collect();
        if KNOWN.iter().any(|known| known.name == words[0]) {
            return (words, path);
        }
    }
    (Vec::new(), text)
}

fn known(word: Option<&str>, path: &str) -> Result<&'static Known> {
    if path.is_empty() {
        return Err(Error::usage("the output has no path: write FORMAT:PATH, or FORMAT:- for standard output"));
    }
    let named = |name: &str| KNOWN.iter().find(|known| known.name == name);
    let extension = Path::new(path).extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let by_extension = || KNOWN.iter().find(|known| known.extensions.contains(&extension));
    let found = match word {
        // A pipe cannot be read as an Arrow file, which begins at its end.
        Some("arrow") if is_standard_output(path) || extension == "arrows" => named("arrows"),
        Some(word) => named(word),
        None if path.ends_with('/') => None,
        None => by_extension(),
    };
    found.ok_or_else(|| {
        let names: Vec<&str> = KNOWN.iter().map(|known| known.name).collect();
        let names = names.join(", ");
        if let Some((path, options)) = path.split_once(',').filter(|(_, options)| options.contains('='))
            && let Some(format) =
                KNOWN.iter().find(|known| known.extensions.iter().any(|ending| path.ends_with(ending)))
        {
            let format = format.name;
            return Error::usage(format!("options come before the path: write {format},{options}:{path}"));
        }
        if let Some((word, rest)) = path.split_once(':').filter(|(word, _)| is_word(word)) {
            let name = word.split(',').next().unwrap_or(word);
            return Error::usage(format!("{name} is not a format: write one of {names} before :{rest}"));
        }
        Error::usage(format!("{path}: the name does not tell the format; write FORMAT:{path} with one of {names}"))
    })
}

/// Whether it reads as the name of a format with its options, not as the start of a path.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b",=_-".contains(&byte))
}

fn columns(options: &mut Options) -> Result<Columns> {
    match (options.list("keep"), options.list("drop")) {
        (None, None) => Ok(Columns::All),
        (Some(names), None) => Ok(Columns::Keep(names)),
        (None, Some(names)) => Ok(Columns::Drop(names)),
        (Some(_), Some(_)) => Err(Error::usage("keep= and drop= exclude each other: give one of them".to_owned())),
    }
}

fn layout(path: &str, format: &dyn Format, options: &mut Options) -> Result<Layout> {
    if is_standard_output(path) {
        return Ok(Layout::StandardOutput);
    }
    if !path.ends_with('/') {
        return file(path, options);
    }
    let folder = folder(path)?;
    let by = options.value("by")?;
    let per = options.value("per")?;
    match (by, per) {
        (None, Some(_)) if !format.has_single_rows() => Err(Error::usage(format!(
            "{} has no file per cable: write xml,per=cable:, yaml,per=cable: or jsonl,per=cable:",
            format.name()
        ))),
        (None, Some(per)) if per == "cable" => Ok(Layout::PerRow { folder }),
        (None, Some(per)) => Err(Error::usage(format!("per={per}: write per=cable"))),
        (None, None) => Ok(Layout::Dataset { folder, file_size: file_size(options)? }),
        (Some(column), None) => {
            Ok(Layout::Partitions { folder, column, place: place(options)?, file_size: file_size(options)? })
        }
        (Some(_), Some(_)) => Err(Error::usage("by= and per= exclude each other: give one of them".to_owned())),
    }
}

/// `-`, or what systems call it.
fn is_standard_output(path: &str) -> bool {
    ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].contains(&path)
}

fn file(path: &str, options: &mut Options) -> Result<Layout> {
    for key in ["by", "per", "file_size", "keep_partition_column"] {
        if options.value(key)?.is_some() {
            return Err(Error::usage(format!("{key}= writes a folder: end the path in /, as in {path}/")));
        }
    }
    Ok(Layout::File(PathBuf::from(path)))
}

fn folder(path: &str) -> Result<PathBuf> {
    let folder: PathBuf = Path::new(path).components().collect();
    match folder.file_name() {
        Some(_) => Ok(folder),
        None => {
            Err(Error::usage(format!("{path} cannot be replaced as a whole: name a folder in it, as in {path}cables/")))
        }
    }
}

fn checksums(path: &str, options: &mut Options) -> Result<Checksums> {
    match options.truth("sha256")? {
        false => Ok(Checksums::Absent),
        true if is_standard_output(path) => {
            Err(Error::usage("sha256=true writes a file beside the output: give a path instead of -".to_owned()))
        }
        true => Ok(Checksums::Beside),
    }
}

fn place(options: &mut Options) -> Result<PartitionColumn> {
    Ok(match options.truth("keep_partition_column")? {
        false => PartitionColumn::InPath,
        true => PartitionColumn::InPathAndFiles,
    })
}

fn file_size(options: &mut Options) -> Result<u64> {
    Ok(options.bytes("file_size", 1 << 10, u64::MAX)?.unwrap_or(FILE_SIZE))
}
