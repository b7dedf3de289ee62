//! The core columns: what every schema has, whatever else it holds.
//!
//! Names of files, counts, proofs, restoration, comparison and jobs rely on these and on no others. A leaf: it knows
//! names alone.

/// Canonical message reference number: text, never null.
pub const MRN: &str = "mrn";
/// Year of the message reference number: int.
pub const YEAR: &str = "year";
/// Canonical name of the originating post: text.
pub const POST: &str = "post";
/// Form of the transmission header: text, never null.
pub const HEADER_FORM: &str = "header_form";
/// What was odd: a list of structs.
pub const DIAGNOSTICS: &str = "diagnostics";
/// Member of [`DIAGNOSTICS`]: stable name of the oddity.
pub const CODE: &str = "code";
/// Member of [`DIAGNOSTICS`]: note, warning or error.
pub const SEVERITY: &str = "severity";
/// Where the record was found, and what proves its bytes: a struct, never null.
pub const SOURCE: &str = "source";
/// Member of [`SOURCE`]: path of the file.
pub const PATH: &str = "path";
/// Member of [`SOURCE`]: name within the container.
pub const MEMBER: &str = "member";
/// Member of [`SOURCE`]: number of the record within the document.
pub const RECORD: &str = "record";
/// Member of [`SOURCE`]: first byte of the record within the document.
pub const START: &str = "start";
/// Member of [`SOURCE`]: bytes of the record.
pub const SIZE: &str = "size";
/// Member of [`SOURCE`]: SHA-256 of those bytes, lower-case hexadecimal.
pub const SHA256: &str = "sha256";
/// Member of [`SOURCE`]: how the bytes became text.
pub const ENCODING: &str = "encoding";
/// What the keeper's record says: a struct, not in every schema.
pub const KEEPER: &str = "record";
/// Member of [`KEEPER`]: SHA-256 of the whole page of which the row keeps a stretch.
pub const PAGE_SHA256: &str = "page_sha256";
/// Member of [`KEEPER`]: bytes of that page.
pub const PAGE_SIZE: &str = "page_size";
/// The record, decoded without loss: text, never null.
pub const SOURCE_TEXT: &str = "source_text";

/// The columns.
pub const COLUMNS: [&str; 7] = [MRN, YEAR, POST, HEADER_FORM, DIAGNOSTICS, SOURCE, SOURCE_TEXT];
/// What every row of diagnostics has.
pub const OF_DIAGNOSTICS: [&str; 2] = [CODE, SEVERITY];
/// What every source has.
pub const OF_SOURCE: [&str; 7] = [PATH, MEMBER, RECORD, START, SIZE, SHA256, ENCODING];
/// The members of a source that distinguish its row from all others.
pub const PLACE: [&str; 3] = [PATH, MEMBER, START];
