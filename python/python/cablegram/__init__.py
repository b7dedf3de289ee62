"""Archives of diplomatic cables as Arrow tables, Parquet, XML and YAML.

    >>> import cablegram
    >>> cables = cablegram.scan("archive/", columns=["mrn", "year", "post"])    # nothing is read yet
    >>> duckdb.sql("SELECT post, count(*) FROM cables GROUP BY post")
    >>> polars.DataFrame(cables)

`scan` reads archives lazily, `parse` one cable, `parse_batch` bytes that are in memory already; `convert` writes files as
the command `cablegram convert` does, `verify` proves them, `restore` gives the original files back, `compare` says what
differs between two of them. `schema` says what the columns mean. For Spark see `cablegram.spark`.

Data crosses to other libraries by the Arrow PyCapsule interface, so none of them needs to be installed. Python's lock is
released while cables are read; an interrupt (Ctrl-C) ends a run, and nothing half-written is left.
"""

from __future__ import annotations

import abc
import json
import os
import re
import sys
import urllib.parse
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from . import _core
from ._core import __version__
from ._errors import (
    BadInputs,
    Error,
    InputError,
    Locked,
    NotFound,
    OutputError,
    SchemaConflict,
    TooManyBad,
    UsageError,
    VerificationFailed,
    in_python,
)

if TYPE_CHECKING:
    from . import spark as spark

__all__ = [
    "BadInputs",
    "Batch",
    "Comparison",
    "Error",
    "InputError",
    "Line",
    "Locked",
    "NotFound",
    "OutputError",
    "Restored",
    "Scan",
    "Schema",
    "SchemaConflict",
    "Summary",
    "TooManyBad",
    "UsageError",
    "Verdict",
    "VerificationFailed",
    "__version__",
    "compare",
    "convert",
    "explain",
    "parse",
    "parse_batch",
    "restore",
    "scan",
    "schema",
    "schemas",
    "tables",
    "verify",
]

Path = str | os.PathLike[str]
Bytes = bytes | bytearray | memoryview


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """The module `spark`, which is imported when it is asked for: what it needs is not there for everybody."""
        if name == "spark":
            import importlib

            return importlib.import_module(f"{__name__}.spark")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def scan(
    *inputs: Path,
    columns: Iterable[str] | None = None,
    schema: str | Schema | None = None,
    include: str | Iterable[str] | None = None,
    exclude: str | Iterable[str] | None = None,
    follow: bool = False,
    files_from: Path | None = None,
    documents: Path | None = None,
    base: Path | None = None,
    limit: int | None = None,
    keep_duplicates: bool = False,
    on_error: str = "skip",
    max_bad: int | str | None = None,
    html_source: str = "record",
    threads: int | None = None,
) -> Scan:
    """Cables of files and folders, as a table that is read when somebody reads it; nothing is read yet.

    Args:
        inputs: Files and folders: plain cables, dumps (CSV, SQL, JSON, web pages), and the containers they are in. Or
            outputs of cablegram in any format, whose rows then come as they are; only the first file is looked into
            before the table is read.
        columns: Names of the columns in the order asked for; all where none are named. Others are not built.
        schema: Version of the schema, such as "v2"; the newest released one where none is named, and for outputs of
            cablegram their own. To have another, the text that each of their rows keeps is parsed again.
        include: Globs; only files that match are read. A glob without `/` is compared with the name alone.
        exclude: Globs; files and folders that match are left out.
        follow: Whether symbolic links within folders are followed.
        files_from: A file that names further inputs, one a line.
        documents: A table of further inputs, Arrow or Parquet with the columns `path` and `content`: bytes from anywhere.
        base: The folder that `source.path` is relative to; each input where none is named.
        limit: Ends after so many cables.
        keep_duplicates: Whether every identical copy is a row, not only the first.
        on_error: "skip" counts bad inputs, "fail" raises `TooManyBad` at the first.
        max_bad: Raises `TooManyBad` if more inputs are bad: a number, or "2%" of those found.
        html_source: Keeps of a web page the "record" only, or the whole "page".
        threads: Threads that read and parse; as many as there are cores where none are named. The rows are the same
            for any number.

    Returns:
        A `Scan`, which DuckDB, Polars, pandas, PyArrow and others take as a table.

    Raises:
        UsageError: A column, schema, glob or option is unknown.

    Example:
        >>> cables = cablegram.scan("archive/", "dump.csv.gz", columns=["mrn", "subject"])
        >>> pyarrow.table(cables)
    """
    options = dict(
        schema=_version(schema), include=_texts("include", include), exclude=_texts("exclude", exclude), follow=follow,
        files_from=_path("files_from", files_from), documents=_path("documents", documents), base=_path("base", base),
        limit=limit, keep_duplicates=keep_duplicates, on_error=on_error,
        max_bad=None if max_bad is None else str(max_bad), html_source=html_source, threads=threads,
    )
    return Scan(_paths(inputs), options, _columns(columns))


class _Table(abc.ABC):
    """What scans and batches are: rows that every library which reads Arrow takes."""

    __slots__ = ()

    @abc.abstractmethod
    def _given_to(self, consumer: Callable[[Any], Any]) -> Any:
        """What the consumer makes of the rows."""

    def to_arrow(self) -> Any:
        """The rows as a `pyarrow.Table`. Needs PyArrow."""
        return self._given_to(_need("pyarrow", "arrow").table)

    def to_polars(self) -> Any:
        """The rows as a `polars.DataFrame`. Needs Polars."""
        return self._given_to(_need("polars", "polars").DataFrame)

    def to_pandas(self) -> Any:
        """The rows as a `pandas.DataFrame` with Arrow types. Needs pandas and PyArrow."""
        pandas = _need("pandas", "pandas")
        return self.to_arrow().to_pandas(types_mapper=pandas.ArrowDtype)


class Scan(_Table):
    """A table of cables that is read again each time it is used. Made by `scan`.

    It can be pickled, copied and read by several threads; what is not read to its end is not read further.
    """

    __slots__ = ("_columns", "_core", "_inputs", "_options", "_part")

    def __init__(
        self, inputs: list[str], options: dict[str, Any], columns: list[str] | None, part: str | None = None
    ) -> None:
        self._inputs, self._options, self._columns, self._part = inputs, options, columns, part
        self._core = _core.Scan(inputs, options, columns, part)

    def __reduce__(self) -> tuple[Any, ...]:
        return Scan, (self._inputs, self._options, self._columns, self._part)

    def __repr__(self) -> str:
        inputs = ", ".join(map(repr, self._inputs))
        columns = "" if self._columns is None else f", columns={self._columns!r}"
        part = "" if self._part is None else ", a part"
        return f"cablegram.scan({inputs}{columns}{part})"

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return self._core.columns()

    @property
    def schema(self) -> Schema:
        """What the columns mean."""
        return Schema(self._core.version())

    def __arrow_c_schema__(self) -> object:
        """The Arrow schema, as a PyCapsule."""
        return self._core.arrow_schema()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows as a stream of batches, as a PyCapsule; reading begins when the first batch is asked for.

        Args:
            requested_schema: A PyCapsule of a schema; if all its columns are among ours, only they are built.
        """
        return self._core.stream(requested_schema)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The rows one by one, as dicts of plain Python values."""
        for rows in self._core.batches():
            yield from rows

    def select(self, *columns: str) -> Scan:
        """The same cables with these columns only."""
        return Scan(self._inputs, self._options, _columns(columns), self._part)

    def splits(self, bytes: int | str = "64MB") -> list[Scan]:
        """Parts of about so many bytes each, which together are this table.

        Each can be sent to another process or machine that sees the files under the same names, and can be split again.
        Duplicates are dropped within a part only. A dump of more bytes is in several parts, for which it is read once;
        what is in a container or compressed is in one. Of outputs of cablegram, each file is a part, whatever its size.

        A part knows the names of its files. Those that come later are in no part; where a file of a part is gone, or
        another has come between them, reading the part ends with `InputError`.

        Args:
            bytes: Size of a part: a number, or a text such as "64MB".

        Raises:
            UsageError: The table has a limit, or the size is none.
        """
        limit = self._options.get("limit")
        if limit is not None:
            raise UsageError(f"limit={limit} counts the rows of the whole table, which no part can do: leave it out")
        parts = self._core.splits(_size(bytes))
        return [Scan(self._inputs, self._options, self._columns, part) for part in parts]

    def summary(self) -> Summary | None:
        """Counts of the last run that was read to its end; none before."""
        counts = self._core.summary()
        return None if counts is None else Summary._of(counts)

    def _stream(self) -> _Stream:
        return _Stream(self._core.run(None))

    def _given_to(self, consumer: Callable[[Any], Any]) -> Any:
        stream = self._stream()
        try:
            return consumer(stream)
        except Exception as error:
            # Libraries make exceptions of their own of what we say.
            stream.raise_failure(error)
            raise


class _Stream:
    """One stream of a scan, which knows what stopped it and what was bad."""

    __slots__ = ("_run",)

    def __init__(self, run: _core.Run) -> None:
        self._run = run

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._run.stream()

    def take_unreadable(self) -> list[tuple[str, str | None, int | None, int, str]]:
        """Path, member, record, start and reason of each bad input that is not a row, since this was last asked."""
        return self._run.take_unreadable()

    def raise_failure(self, cause: Exception) -> None:
        failure = self._run.failure()
        if failure is not None:
            raise failure from cause


class Batch(_Table):
    """Rows in memory. Made by `parse_batch`; every library that reads Arrow takes it, and it can be pickled."""

    __slots__ = ("_core",)

    def __init__(self, core: _core.Batch) -> None:
        self._core = core

    def __reduce__(self) -> tuple[Any, ...]:
        return _batch, self._core.state()

    def __len__(self) -> int:
        return self._core.rows()

    def __repr__(self) -> str:
        return f"<cablegram.Batch of {len(self)} rows>"

    def __arrow_c_schema__(self) -> object:
        """The Arrow schema, as a PyCapsule."""
        return self._core.arrow_schema()

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        """The rows as one array of structs, as PyCapsules of its schema and of the array."""
        return self._core.arrow_array()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows as a stream of one batch, as a PyCapsule."""
        return self._core.arrow_stream()

    def summary(self) -> Summary:
        """Counts: what became of the documents."""
        return Summary._of(self._core.summary())

    def to_pylist(self) -> list[dict[str, Any]]:
        """The rows as dicts of plain Python values."""
        return self._core.to_pylist()

    def _given_to(self, consumer: Callable[[Any], Any]) -> Any:
        return consumer(self)


def _batch(*state: Any) -> Batch:
    """The batch of which this is the pickled state."""
    return Batch(_core.Batch.from_state(*state))


def parse(content: Bytes | str, name: str | None = None, *, schema: str | Schema | None = None) -> dict[str, Any]:
    """One cable as a dict: its first record, where a dump is given.

    Args:
        content: The bytes as they are in the file.
        name: File name, which names a cable without an envelope.
        schema: Version of the schema; the newest released one where none is named.

    Returns:
        A value for each column: str, int, bool, `datetime.date`, `datetime.datetime` in UTC, list, dict, or None.

    Raises:
        InputError: The bytes are no cable.
        UsageError: What is given is no bytes and no text.

    Example:
        >>> cablegram.parse(open("09ASTANA1005.txt", "rb").read())["subject"]
    """
    content = _content(content)
    name = "-" if name is None else _unicode("name", _of_type(name, str, "name"))
    options = dict(schema=_version(schema), keep_duplicates=True, threads=1, limit=1)
    rows = _core.parse_batch([name or "-"], [content], options, None).to_pylist()
    if not rows:
        _core.refuse(content)
        raise InputError("no cable; give the text of one")
    return rows[0]


def parse_batch(
    paths: Any,
    contents: Any,
    *,
    columns: Iterable[str] | None = None,
    schema: str | Schema | None = None,
    keep_duplicates: bool = False,
    threads: int | None = None,
) -> Batch:
    """Documents in memory to rows: what `scan` does, with bytes that come from anywhere.

    Args:
        paths: What goes to `source.path`: a list of str, or an Arrow array of text of any library. PyArrow reads an array
            that has the PyCapsule interface alone.
        contents: The bytes of each document, in the same order: a list of bytes, or an Arrow array of binary.
        columns, schema, keep_duplicates, threads: As for `scan`.

    Returns:
        The rows. Documents that are no cables give none; `Batch.summary` counts them.

    Raises:
        UsageError: There are not as many paths as contents, or they have another type.
    """
    options = dict(schema=_version(schema), keep_duplicates=keep_duplicates, threads=threads)
    paths = [
        _unicode(f"paths[{place}]", _of_type(path, str, f"paths[{place}]"))
        for place, path in enumerate(_list("paths", paths))
    ]
    contents = [_of_type(content, bytes, f"contents[{place}]") for place, content in enumerate(_list("contents", contents))]
    return Batch(_core.parse_batch(paths, contents, options, _columns(columns)))


class Line:
    """A line of a cable, and what it was read as. Made by `explain`.

    Attributes:
        number: Its number, from 1; 0 for what concerns the whole cable.
        read_as: What it was read as, such as "subject" or "paragraph"; "?" where nothing took it.
        text: The line, or the part of it that was read as that.
        notes: What was odd in it, each as "SEVERITY: CODE: DETAIL".
    """

    __slots__ = ("notes", "number", "read_as", "text")

    def __init__(self, number: int, read_as: str, text: str, notes: list[str]) -> None:
        self.number, self.read_as, self.text, self.notes = number, read_as, text, notes

    def __repr__(self) -> str:
        return f"{self.number:>5}  {self.read_as:<24}  {self.text}".rstrip()


def explain(content: Bytes | str) -> list[Line]:
    """The lines of a cable, each with what it was read as.

    Args:
        content: The bytes as they are in the file.

    Raises:
        InputError: The bytes are no cable.
        UsageError: What is given is no bytes and no text.
    """
    content = _content(content)
    return [Line(*line) for line in _core.explain(content)]


class Summary(Mapping[str, Any]):
    """Counts of a run. Also a mapping of the same names; `json.dumps(dict(summary))` writes it down.

    Attributes:
        found: Files found.
        documents: Documents in them: a file of its own, or a member of a container.
        records: Records in them.
        bytes: Bytes read.
        cables: Rows.
        duplicates: Copies of earlier records that became no row.
        not_cables: Documents that are no cables, by kind.
        bad: Bad inputs: those that cannot be read, and records that are too large.
        bad_inputs: The first 10,000 of them: path and reason of each.
        diagnostics: What was odd in the cables, by code.
        forms, classifications: Cables by the form of their header, and by their level.
        links: Links that were not followed.
        outputs: What was written: path, files, rows, bytes of each output.
    """

    found: int
    documents: int
    records: int
    bytes: int
    cables: int
    duplicates: int
    not_cables: dict[str, int]
    bad: int
    bad_inputs: list[list[str]]
    diagnostics: dict[str, int]
    forms: dict[str, int]
    classifications: dict[str, int]
    links: int
    outputs: list[dict[str, Any]]

    def __init__(self, counts: dict[str, Any]) -> None:
        self._counts = counts

    @classmethod
    def _of(cls, text: str) -> Summary:
        return cls(json.loads(text))

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            try:
                return self.__dict__["_counts"][name]
            except KeyError:
                raise AttributeError(name) from None

    def __getitem__(self, name: str) -> Any:
        return self._counts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._counts)

    def __len__(self) -> int:
        return len(self._counts)

    def __repr__(self) -> str:
        return f"cablegram.Summary({self._counts!r})"


def convert(
    inputs: Path | Iterable[Path],
    outputs: Path | Iterable[Path],
    *,
    schema: str | Schema | None = None,
    include: str | Iterable[str] | None = None,
    exclude: str | Iterable[str] | None = None,
    follow: bool = False,
    files_from: Path | None = None,
    documents: Path | None = None,
    base: Path | None = None,
    limit: int | None = None,
    keep_duplicates: bool = False,
    on_error: str = "skip",
    quarantine: Path | None = None,
    max_bad: int | str | None = None,
    html_source: str = "record",
    threads: int | None = None,
    report: Path | None = None,
    inventory: Path | None = None,
    overwrite: bool = False,
    dry_run: bool = False,
    allow_empty: bool = False,
    progress: Callable[[Summary], None] | bool | None = None,
) -> Summary:
    """Converts cables to one or several outputs, in one pass, as the command `cablegram convert` does.

    Args:
        inputs: Files and folders; or outputs of cablegram, whose rows are written again.
        outputs: Outputs as the command takes them, such as "cables.parquet" or "xml,per=cable:xml/"; or paths.
        quarantine: Writes down in `index.jsonl` of this folder which inputs are bad, and why.
        report: Writes what became of each input that is not a row to this file.
        inventory: Writes one line for every delivered file and record to this file: .csv, .jsonl or .parquet.
        overwrite: Replaces outputs that exist; without it they are refused.
        dry_run: Reads and counts, and tries every output, but writes none; report, inventory and quarantine are written.
        allow_empty: Succeeds even if no cable is found.
        progress: Is called with the counts so far, a few times a second at most; True shows them on standard error, in
            a terminal or a notebook.

    The others are as for `scan`. All outputs are complete before the first is published; a run that fails or is
    interrupted leaves nothing.

    Raises:
        UsageError, InputError, OutputError, TooManyBad, SchemaConflict

    Example:
        >>> cablegram.convert("archive/", ["cables.parquet", "xml,per=cable:xml/"]).cables
    """
    options = dict(
        schema=_version(schema), include=_texts("include", include), exclude=_texts("exclude", exclude), follow=follow,
        files_from=_path("files_from", files_from), documents=_path("documents", documents), base=_path("base", base),
        limit=limit, keep_duplicates=keep_duplicates, on_error=on_error, quarantine=_path("quarantine", quarantine),
        max_bad=None if max_bad is None else str(max_bad), html_source=html_source, threads=threads,
        report=_path("report", report), inventory=_path("inventory", inventory), overwrite=overwrite, dry_run=dry_run,
        allow_empty=allow_empty,
    )
    written = [_unicode("outputs", _one_path("outputs", output)) for output in _several("outputs", outputs)]
    tell = _show if progress is True else progress
    if tell and not callable(tell):
        raise UsageError(f"progress={progress!r} is neither True nor a function")
    told = (lambda counts: tell(Summary._of(counts))) if tell else None
    summary = Summary._of(_core.convert(_paths(_several("inputs", inputs)), written, options, told))
    if progress is True:
        _show(summary, end="\n")
    if summary.bad:
        inputs, them = ("input", "it") if summary.bad == 1 else ("inputs", "them")
        warnings.warn(f"{summary.bad} bad {inputs}; Summary.bad_inputs names {them}", BadInputs, stacklevel=2)
    return summary


def _show(counts: Summary, end: str = "") -> None:
    """The counts in one line, which the next ones replace."""
    print(f"\r{counts.cables:,} cables, {counts.bytes / 1e6:,.0f} MB", end=end, file=sys.stderr, flush=True)


class Verdict:
    """What was found to be true. Made by `verify`.

    Attributes:
        files: Files read.
        rows: Rows in them.
        sources: Rows whose source bytes were rebuilt and agree with their SHA-256.
        digest: The digest of all rows in their order, as hexadecimal digits; write it down to `expect` it later.
        unproven: Files that nothing proves, and what they lack.
        notes: What should be known, though nothing is wrong.
    """

    __slots__ = ("digest", "files", "notes", "rows", "sources", "unproven")

    def __init__(
        self, files: int, rows: int, sources: int, digest: str | None, unproven: list[str], notes: list[str]
    ) -> None:
        self.files, self.rows, self.sources = files, rows, sources
        self.digest, self.unproven, self.notes = digest, unproven, notes

    def __repr__(self) -> str:
        return f"<cablegram.Verdict: {self.files} files, {self.rows} rows, {self.sources} proven to the byte>"


def verify(
    path: Path,
    *,
    expect: str | None = None,
    against: Path | None = None,
    allow_unproven: bool = False,
    threads: int | None = None,
) -> Verdict:
    """Reads an output again and proves it: schema, rows, digest, and every source byte against its SHA-256.

    Args:
        path: A file, or the folder of a dataset.
        expect: The digest of the rows, or the SHA-256 of the file, as it was once written down.
        against: The folder of the original files, with which the sources are compared byte for byte.
        allow_unproven: Accepts files that have no proof; `Verdict.unproven` names them.

    Raises:
        VerificationFailed: The output does not prove what it claims; the message says what is wrong.
        UsageError: `expect` is not a digest.
        NotFound: There is no such output.
    """
    expect = None if expect is None else _digest(expect)
    is_allowed = _of_type(allow_unproven, bool, "allow_unproven")
    place, originals = _one_path("path", path), _path("against", against)
    verdict = Verdict(*_core.verify(place, expect, originals, threads))
    if verdict.unproven and not is_allowed:
        raise VerificationFailed(in_python("\n".join(verdict.unproven)))
    return verdict


class Restored:
    """What was written back. Made by `restore`.

    Attributes:
        documents: Files written: documents, and single records of those that are not whole.
        bytes: Bytes in them.
        containers: Containers, which are not built again: their members are in folders of their names.
        open_ended: Documents of several records that were written as far as there are rows: lone JSON Lines and Arrow
            streams do not say where a document ends.
        incomplete: Documents of which only records were written, and why.
        cut: Members of containers that may be only beginnings: what could be read ends within their cable.
        renamed: Documents that were written under another name, each with it.
        left_out: Files of the run that are not in the output: copies, no cables, unreadable; 0 where it does not say.
    """

    bytes: int
    containers: int
    cut: list[str]
    documents: int
    incomplete: list[str]
    left_out: int
    open_ended: int
    renamed: list[str]

    def __init__(self, written: dict[str, Any]) -> None:
        self.__dict__.update(written)

    def __repr__(self) -> str:
        return f"<cablegram.Restored: {self.documents} documents, {self.bytes} bytes>"


def restore(path: Path, to: Path, *, partial: bool = False) -> Restored:
    """Writes the original files back from any output, byte for byte.

    Args:
        path: An output that has source and source_text: a file, or the folder of a dataset.
        to: The folder for the files; it must be empty or not exist.
        partial: Writes a file for each record of a document that is not whole, instead of refusing it.

    Raises:
        OutputError: The folder is not empty.
        VerificationFailed: Some bytes do not agree with their SHA-256, or a document is not whole; nothing is written.
    """
    folder = _one_path("to", to)
    if folder == "-":
        raise UsageError("files are restored to a folder: name one, such as \"originals\"")
    return Restored(json.loads(_core.restore(_one_path("path", path), folder, _of_type(partial, bool, "partial"))))


class Comparison:
    """What differs between two outputs. Made by `compare`; true where nothing does.

    Attributes:
        equal: Whether both have the same columns, rows and values.
        old_rows, new_rows: Rows of each.
        added, gone: Rows that only the new output has, and that only the old one has.
        moved, changed: Rows of both that come from another place with the same values, and in which a value differs.
        columns: In how many rows each column differs.
        only_old, only_new: Columns that only one of them has; they are not compared.
        examples: The first rows that differ, as dicts: row, difference; of a changed one column, old, new; of a moved
            one from.
    """

    added: int
    changed: int
    columns: dict[str, int]
    equal: bool
    examples: list[dict[str, Any]]
    gone: int
    moved: int
    new_rows: int
    old_rows: int
    only_new: list[str]
    only_old: list[str]

    def __init__(self, differences: dict[str, Any]) -> None:
        self.__dict__.update(differences)

    def __bool__(self) -> bool:
        return self.equal

    def __repr__(self) -> str:
        return f"<cablegram.Comparison: {self.added} added, {self.gone} gone, {self.moved} moved, {self.changed} changed>"


def compare(old: Path, new: Path) -> Comparison:
    """Says what differs between two outputs of any format: rows added, gone and changed, and in which columns.

    Raises:
        NotFound: There is no output at a path.
        VerificationFailed: A file is damaged, or cablegram did not write it.

    Example:
        >>> cablegram.compare("may.parquet", "june/").columns
    """
    return Comparison(json.loads(_core.compare(_one_path("old", old), _one_path("new", new))))


class Schema:
    """A version of the schema: what the columns are called, hold and mean.

    Attributes:
        version: Its name, such as "v2".
    """

    __slots__ = ("version",)

    def __init__(self, version: str) -> None:
        self.version = version

    @property
    def names(self) -> list[str]:
        """Names of the columns, in order."""
        return [name for name, _ in _core.columns(self.version)]

    def doc(self, name: str) -> str:
        """What a column means; `NotFound` where there is none of that name."""
        for column, doc in _core.columns(self.version):
            if column == name:
                return doc
        raise NotFound(f"the schema {self.version} has no column {name!r}")

    def render(self, form: str) -> str:
        """The schema as text: "readme", "xsd", "json-schema", "arrow", "parquet", "sql", "spark-sql" or "css"."""
        return _core.render(self.version, form)

    def __arrow_c_schema__(self) -> object:
        """The Arrow schema, as a PyCapsule."""
        return _core.arrow_schema(self.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and other.version == self.version

    def __hash__(self) -> int:
        return hash(self.version)

    def __repr__(self) -> str:
        return f"cablegram.schema({self.version!r})"

    def __str__(self) -> str:
        return self.render("readme")


def schema(version: str | Schema | None = None) -> Schema:
    """A version of the schema; the newest released one where none is named. `print` it to read it.

    Raises:
        UsageError: There is no such version.
    """
    return Schema(_core.find_schema(_version(version)))


def schemas() -> list[str]:
    """Names of all versions of the schema, oldest first."""
    return _core.schemas()


def tables(name: str) -> list[dict[str, str]]:
    """A table that is compiled in, as the command `cablegram tables` prints it: "posts", "tags", "plads", "levels",
    "captions" or "diagnostics".

    Returns:
        Its rows, by the names of its columns.
    """
    head, *lines = (line.split("\t") for line in _core.table(_of_type(name, str, "name")).splitlines() if not line.startswith("#"))
    return [dict(zip(head, line)) for line in lines]


def _need(module: str, extra: str) -> Any:
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(f"{module} is missing; pip install 'cablegram[{extra}]'") from error


def _version(schema: str | Schema | None) -> str | None:
    """The name of a version, for which the schema itself may be given."""
    name = schema.version if isinstance(schema, Schema) else schema
    return None if name is None else _of_type(name, str, "schema")


def _texts(option: str, texts: str | Iterable[str] | None) -> list[str]:
    """The texts of an option that is one or several, or none."""
    texts = [] if texts is None else [texts] if isinstance(texts, str) else texts
    if not isinstance(texts, Iterable):
        raise UsageError(f"{option}={texts!r} is neither a text nor a list of texts")
    return [_of_type(text, str, f"{option}[{place}]") for place, text in enumerate(texts)]


def _content(content: Bytes | str) -> bytes:
    """The bytes of a document, of which the text may be given."""
    if isinstance(content, str):
        if "\n" not in content and os.path.exists(content):
            raise UsageError(f"{content!r} is a path; write open(path, \"rb\").read()")
        return _unicode("content", content).encode()
    if isinstance(content, os.PathLike):
        raise UsageError(f"{os.fspath(content)!r} is a path; write open(path, \"rb\").read()")
    if hasattr(content, "read"):
        raise UsageError("content is a file; write file.read()")
    try:
        return bytes(memoryview(content))
    except TypeError:
        raise UsageError(f"content is {_named(content)}, not bytes and no text") from None


def _unicode(name: str, text: str) -> str:
    """A text that UTF-8 can write, unlike the names of files that Python could not decode."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"{name}={text!r} has signs that are not Unicode") from None
    return text


def _digest(expect: str) -> str:
    """A digest in lower case."""
    digest = _of_type(expect, str, "expect").strip().lower()
    if not re.fullmatch("[0-9a-f]{64}", digest):
        raise UsageError(f"expect={expect!r} is not a digest; give the 64 hexadecimal digits that verify once gave")
    return digest


def _several(option: str, paths: Path | Iterable[Path]) -> Iterable[Path]:
    """Paths, of which one may be given alone."""
    if isinstance(paths, _Table):
        raise UsageError(f"{option} is a {type(paths).__name__}, not paths; give what it was made of")
    if isinstance(paths, (str, bytes, os.PathLike)):
        return [paths]
    if not isinstance(paths, Iterable):
        raise UsageError(f"{option} is {type(paths).__name__}, no path and no list of paths")
    return paths


def _path(option: str, path: Path | None) -> str | None:
    return None if path is None else _one_path(option, path)


def _one_path(option: str, path: Path) -> str:
    try:
        named = os.path.expanduser(os.fsdecode(path))
    except TypeError:
        raise UsageError(f"{option} is {type(path).__name__}, no path") from None
    if "\0" in named:
        raise UsageError(f"{option}={named!r} has a NUL, which no path has")
    return named


def _paths(paths: Iterable[Path]) -> list[str]:
    return [_local(_one_path(f"inputs[{place}]", path)) for place, path in enumerate(paths)]


def _local(path: str) -> str:
    """A path of this machine; what a `file:` URI names, as it is or with its `%20` read."""
    if os.path.exists(path):
        return path
    uri = re.fullmatch(r"file:(?://(?:localhost)?)?(/(?!/).*)", path, re.IGNORECASE | re.DOTALL)
    if uri:
        named = uri.group(1)
        decoded = urllib.parse.unquote(named, errors="surrogateescape")
        return decoded if not os.path.exists(named) and os.path.exists(decoded) else named
    scheme, colon, _ = path.partition("://")
    if colon:
        raise InputError(
            f"{path}: only files of this machine are read; give the bytes to cablegram.parse_batch, or let Spark "
            f"read {scheme}:// and give the table to cablegram.spark.parse"
        )
    return path


def _columns(columns: Iterable[str] | None) -> list[str] | None:
    """Names of columns, each once; none where all are meant."""
    if columns is None:
        return None
    if isinstance(columns, str):
        raise UsageError(f"columns={columns!r} is a text; write columns=[{columns!r}]")
    if not isinstance(columns, Iterable):
        raise UsageError(f"columns={columns!r} is not a list; write columns=[\"mrn\", \"year\"]")
    names = [_of_type(name, str, f"columns[{place}]") for place, name in enumerate(columns)]
    if not names:
        raise UsageError("columns names no column; leave it out for all of them")
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise UsageError(f"the column {twice!r} is named twice")
    return names


def _list(name: str, values: Any) -> list[Any]:
    for method in ("to_pylist", "to_list"):
        if hasattr(values, method):
            return list(getattr(values, method)())
    if hasattr(values, "__arrow_c_array__"):
        return list(_need("pyarrow", "arrow").array(values).to_pylist())
    if hasattr(values, "__arrow_c_stream__"):
        return list(_need("pyarrow", "arrow").chunked_array(values).to_pylist())
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise UsageError(f"{name} is {type(values).__name__}, no list and no Arrow array")
    return list(values)


def _of_type(value: Any, kind: type, name: str) -> Any:
    """A value of that type; `bytearray` and `memoryview` become `bytes`."""
    if kind is bytes and isinstance(value, (bytearray, memoryview)):
        return bytes(value)
    if not isinstance(value, kind):
        raise UsageError(f"{name} is {_named(value)}, not {kind.__name__}")
    return value


def _named(value: Any) -> str:
    return "null" if value is None else type(value).__name__


#: The factor of each unit of a size.
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}


def _size(size: int | str) -> int:
    """A number of bytes, which a text may name with its unit."""
    if isinstance(size, str):
        text = re.fullmatch(r"([0-9]{1,18})\s*([KMG]?)B?", size.strip().upper())
        number = int(text.group(1)) * _UNITS[text.group(2)] if text else -1
    else:
        try:
            number = int(size)
        except (TypeError, ValueError, OverflowError):
            number = -1
    if not 0 <= number < 1 << 63:
        raise UsageError(f"{size!r} is not a size; write 64MB, or a number of bytes")
    return number
