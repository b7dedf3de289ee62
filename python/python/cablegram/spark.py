"""Cables in Spark: a data source for files that every worker sees, and a parser for bytes from anywhere.

    >>> spark.read.format("cablegram").load("/mnt/archive")                           # Spark 4.0 and newer
    >>> spark.read.format("cablegram").option("columns", "mrn,year").load(["a/", "b/"])

    >>> files = spark.read.format("binaryFile").option("recursiveFileLookup", "true").load("s3a://bucket/archive")
    >>> cablegram.spark.parse(files)                                                  # Spark 3.5 and newer

Both give one row a cable with the columns of `cablegram.schema()`. A task sees only its own part of an archive: identical
copies are all rows, and a row says only within its part that its message reference number is repeated. `dedupe` does both
for the whole table. Each worker needs this package; `pip install cablegram` there, or ship an environment
with spark.archives.

Options of the data source, as texts: `columns` (names with commas between them), `include` and `exclude` (a glob each, or
several with commas; spaces around them are left out), `splitbytes` (size of a partition, "64MB": a larger dump is in
several, unless it is compressed), `onerror` ("skip", "fail" to end the job at a bad input, or "row"), `schema_version`.
Outputs of cablegram are read as their rows, with the columns that they have. In SQL make a temporary view of it: `CREATE
TEMPORARY VIEW cables USING cablegram OPTIONS (path 'archive/')`; a table of a catalog gives its data source no options.
Reading small files through `binaryFile` makes many small tasks: lower spark.sql.files.openCostInBytes, to 4096 for example.

With "row" an input that cannot be read is a row too, so that nothing is lost where nobody looks at logs: `source` has its
path, `diagnostics` the code `unreadable` with the reason, and every other column is null or empty.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import cablegram
from cablegram import _core

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

try:
    from pyspark.sql import datasource
    from pyspark.sql.types import ArrayType, StructField, StructType
except ImportError:  # Spark 3.5: there is `parse`.
    datasource = None

__all__ = ["DataSource", "dedupe", "parse", "register", "schema", "views"]

#: What the data source knows, in lower case as Spark hands it over.
_OPTIONS = {"columns", "include", "exclude", "splitbytes", "onerror", "schema_version", "path", "paths"}
_OF_CATALOGS = {"provider", "owner", "location", "external", "is_managed_location", "comment", "collation"}

#: Bytes of documents that are parsed in one go, so that a worker needs little beside its batch.
_AT_ONCE = 8 << 20


def schema(columns: Sequence[str] | None = None, version: str | None = None) -> StructType:
    """The schema of the rows, as Spark declares it.

    Args:
        columns: Names of the columns in the order asked for; all where none are named.
        version: Version of the schema; the newest released one where none is named.
    """
    import pyarrow
    from pyspark.sql.pandas.types import from_arrow_schema

    names = cablegram._columns(columns)
    whole = pyarrow.schema(cablegram.schema(version))
    wanted = whole if names is None else pyarrow.schema([whole.field(_known(whole, name)) for name in names])
    return from_arrow_schema(wanted.remove_metadata())


def _known(whole: Any, name: str) -> str:
    if name not in whole.names:
        raise cablegram.UsageError(f"the schema has no column {name!r}; it has {', '.join(whole.names)}")
    return name


def register(spark: SparkSession) -> None:
    """Makes the format "cablegram" known to a session. Spark finds it by itself where this package is installed."""
    spark.dataSource.register(DataSource)


def parse(
    df: DataFrame,
    *,
    content: str = "content",
    path: str = "path",
    columns: Sequence[str] | None = None,
    keep: Sequence[str] = (),
    base: str | None = None,
    version: str | None = None,
    on_error: str = "skip",
) -> DataFrame:
    """Documents of a table to cables.

    Args:
        df: A table of documents, such as `spark.read.format("binaryFile")` gives.
        content: The column with the bytes of a document; text counts as the bytes that it is in UTF-8.
        path: The column that becomes `source.path`, of text.
        columns: Names of the columns of the result; all where none are named.
        keep: Columns of `df` that go before them, such as "modificationTime" or "meta.size", under their last names.
        base: What is left out at the beginning of each path, such as "s3a://bucket/archive/".
        version: Version of the schema; the newest released one where none is named.
        on_error: "skip" leaves out bad documents, "fail" ends the job at the first, "row" makes a row of one that cannot be
            read. One whose path or content is null is bad.

    Returns:
        One row a cable.

    Raises:
        UsageError: A column is of another type, or the result would have two of one name.

    Example:
        >>> cables = cablegram.spark.parse(files, keep=["modificationTime"], base="s3a://bucket/archive/")
    """
    from pyspark.sql import functions as f
    from pyspark.sql.types import StructType

    version = cablegram.schema(version).version
    cables = schema(columns, version).fields
    _check_types(df, path, content)
    documents = df.select(f.col(path), f.col(content).cast("binary"), *cablegram._texts("keep", keep))
    kept = documents.schema.fields[2:]
    _refuse_repeated(df, [field.name for field in kept], [field.name for field in cables])
    work = _Parser(
        cablegram._columns(columns), [field.name for field in kept], base or "", version, _on_bad(on_error),
        cablegram.__version__,
    )
    # Spark hands over no two columns of one name, which a column that is kept and the path may have.
    numbered = documents.toDF(*map(str, range(len(documents.columns))))
    return numbered.mapInArrow(_guarded(work), StructType(kept + cables))


def _check_types(df: DataFrame, path: str, content: str) -> None:
    """Refuses a path that is not a text, and a content that is no bytes."""
    from pyspark.sql import functions as f

    text = ("string", "varchar", "char")
    for name, column, known in (("path", path, text), ("content", content, ("binary", *text))):
        kind = df.select(f.col(column)).schema.fields[0].dataType.typeName()
        if kind not in known:
            raise cablegram.UsageError(f"{name}={column!r} is a column of the type {kind}, not {known[0]}")


def _refuse_repeated(df: DataFrame, kept: list[str], cables: list[str]) -> None:
    """Refuses names that one table cannot have together."""
    is_exact = df.sparkSession.conf.get("spark.sql.caseSensitive") == "true"
    same = (lambda name: name) if is_exact else str.lower
    taken, ours = set(), {same(name) for name in cables}
    for name in kept:
        if same(name) in ours:
            raise cablegram.UsageError(
                f"keep={name!r}: the cables have a column of that name; rename yours, or leave theirs out of columns"
            )
        if same(name) in taken:
            raise cablegram.UsageError(f"keep={name!r} is named twice")
        taken.add(same(name))


class _Parser:
    """Batches of documents to batches of cables: what a worker does."""

    def __init__(
        self, columns: list[str] | None, keep: list[str], base: str, version: str, on_error: str, package: str
    ) -> None:
        self.columns, self.keep, self.base = columns, keep, base
        self.version, self.on_error, self.package = version, on_error, package

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow

        _check_version(self.package)
        for batch in batches:
            for part in _parts(batch):
                yield from self._cables(pyarrow, part)

    def _cables(self, pyarrow: Any, documents: Any) -> Iterator[Any]:
        paths = [self._below(path) for path in documents.column(0).to_pylist()]
        contents = documents.column(1).to_pylist()
        missing = [place for place, document in enumerate(zip(paths, contents)) if None in document]
        if missing and self.on_error == "fail":
            raise cablegram.TooManyBad(f"{paths[missing[0]] or 'a row'}: its path or its content is null")
        whole = sorted(set(range(len(paths))).difference(missing))
        options = {"schema": self.version, "keep_duplicates": True, "threads": 1, "on_error": _treatment(self.on_error)}
        named, read = [paths[place] for place in whole], [contents[place] for place in whole]
        rows = _core.parse_batch(named, read, options, self.columns)
        places, start = [whole[document] for document in rows.documents()], 0
        for cables in pyarrow.RecordBatchReader.from_stream(cablegram.Batch(rows)):
            end = start + cables.num_rows
            yield from self._kept(pyarrow, documents, places[start:end], cables)
            start = end
        if self.on_error == "row":
            null = [(paths[place] or "", None, None, 0, "its path or its content is null") for place in missing]
            bad = _rows_of_bad(pyarrow.schema(cablegram.Batch(rows)), rows.unreadable() + null)
            places = [whole[document] for document in rows.unreadable_documents()] + missing
            yield from self._kept(pyarrow, documents, places, bad)

    def _kept(self, pyarrow: Any, documents: Any, places: list[int], cables: Any) -> Iterator[Any]:
        """Cables beside the columns that are kept of their documents."""
        if not cables.num_rows:
            return
        taken = pyarrow.array(places, pyarrow.int32())
        kept = [documents.column(2 + index).take(taken) for index in range(len(self.keep))]
        yield pyarrow.RecordBatch.from_arrays(kept + cables.columns, self.keep + cables.schema.names)

    def _below(self, path: str | None) -> str | None:
        return None if path is None else path.removeprefix(self.base)


def _on_bad(word: str) -> str:
    if word not in ("skip", "fail", "row"):
        raise cablegram.UsageError(f"onerror={word!r}; write \"skip\", \"fail\" or \"row\"")
    return word


def _treatment(on_error: str) -> str:
    """What the reader does with bad inputs: those that are to be rows are skipped first."""
    return "skip" if on_error == "row" else on_error


def _rows_of_bad(schema: Any, unreadable: list[tuple[str, str | None, int | None, int, str]]) -> Any:
    """A row for each input that cannot be read."""
    import pyarrow

    def of(path: str, member: str | None, record: int | None, start: int, reason: str) -> dict[str, Any]:
        row = {field.name: _empty(field) for field in schema}
        if "source" in row:
            row["source"].update(path=path, member=member, record=record, start=start)
        if "diagnostics" in row:
            diagnostic = {field.name: _empty(field) for field in schema.field("diagnostics").type.value_type}
            row["diagnostics"] = [{**diagnostic, "code": "unreadable", "severity": "error", "detail": reason}]
        return row

    rows = [of(*named) for named in unreadable]
    arrays = [pyarrow.array([row[field.name] for row in rows], field.type) for field in schema]
    return pyarrow.RecordBatch.from_arrays(arrays, schema=schema)


def _empty(field: Any) -> Any:
    """Null, or where a column is never null, the value that says least."""
    import pyarrow

    if pyarrow.types.is_list(field.type):
        return []
    if field.nullable:
        return None
    if pyarrow.types.is_struct(field.type):
        return {child.name: _empty(child) for child in field.type}
    return pyarrow.scalar("" if pyarrow.types.is_string(field.type) else 0).cast(field.type).as_py()


def _parts(batch: Any) -> Iterator[Any]:
    """Runs of rows of a batch whose documents have about `_AT_ONCE` bytes."""
    import pyarrow.compute

    sizes = pyarrow.compute.binary_length(batch.column(1)).to_pylist()
    start, waiting = 0, 0
    for end, size in enumerate(sizes):
        if waiting and waiting + (size or 0) > _AT_ONCE:
            yield batch.slice(start, end - start)
            start, waiting = end, 0
        waiting += size or 0
    if start < len(sizes):
        yield batch.slice(start)


def _guarded(work: Callable[[Iterator[Any]], Iterator[Any]]) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """The work, in a function that a worker without this package can unpickle, to say so."""
    import pickle

    pickled = pickle.dumps(work)
    package = cablegram.__version__

    def cables(batches):  # type: ignore[no-untyped-def]
        import pickle

        try:
            work = pickle.loads(pickled)
        except ImportError as error:
            raise RuntimeError(
                f"this worker has no package cablegram {package}, or not one that runs here ({error}): install it on "
                "every worker with pip, or ship an environment that has it with spark.archives"
            ) from error
        return work(batches)

    # By value: by reference a worker would have to import this module to learn that it cannot.
    cables.__module__ = "__main__"
    return cables


def _check_version(driver: str) -> None:
    if driver != cablegram.__version__:
        raise RuntimeError(
            f"this worker has cablegram {cablegram.__version__}, the driver {driver}: install the same on both"
        )


def dedupe(df: DataFrame) -> DataFrame:
    """What the command does for a whole archive, for a table of cables read in parts.

    Of identical copies (the same text in the same encoding, but for the last line end) the first stays, by path, member
    and start; of rows with one message reference number, all but the first say `mrn-repeated` in `diagnostics`. Rows of
    what could not be read all stay as they are. Needs the columns `mrn`, `diagnostics`, `source` and `source_text`.
    """
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    # As a walk goes: what is in a folder comes before its neighbors whose names go on.
    order = [
        f.translate("source.path", "/", "\1"), f.translate("source.member", "/", "\1").asc_nulls_first(),
        f.col("source.start"),
    ]
    text = f.regexp_replace("source_text", r"(\r\n|\n|\r)\z", "")
    # What could not be read has no text that another could have too: each is in a part of its own, and counts as a first.
    is_unreadable = f.exists("diagnostics", lambda diagnostic: diagnostic["code"] == "unreadable")
    alone = f.when(is_unreadable | f.col("source_text").isNull(), f.struct("source.path", "source.member", "source.start"))
    number = lambda window: f.when(alone.isNull(), f.row_number().over(window)).otherwise(1)  # noqa: E731
    copies = Window.partitionBy("source.encoding", f.sha2(text, 256), alone).orderBy(*order)
    versions = Window.partitionBy("mrn", alone).orderBy(*order)
    firsts = df.withColumn("__copy", number(copies)).where("__copy = 1").drop("__copy")
    numbered = firsts.withColumn("__version", number(versions))
    return numbered.withColumn("diagnostics", _with_repeated(f.col("diagnostics"), df)).drop("__version")


def _with_repeated(diagnostics: Column, df: DataFrame) -> Column:
    from pyspark.sql import functions as f

    element = df.schema["diagnostics"].dataType.elementType
    values = _core.mrn_repeated("{mrn}")
    before, _, after = values["detail"].partition("{mrn}")

    def value(name: str) -> Column:
        return f.concat(f.lit(before), f.col("mrn"), f.lit(after)) if name == "detail" else f.lit(values[name])

    repeated = f.struct(*(value(field.name).cast(field.dataType).alias(field.name) for field in element))
    others = f.filter(diagnostics, lambda diagnostic: diagnostic["code"] != values["code"])
    said = f.concat(f.array(repeated), others).cast(df.schema["diagnostics"].dataType)
    return f.when(f.col("__version") > 1, said).otherwise(others)


def views(spark: SparkSession, df: DataFrame, prefix: str = "") -> list[str]:
    """Makes temporary views of a table of cables: one for each list, and some that answer usual questions.

    They are those of the newest version of the schema whose columns the table has.

    Args:
        prefix: What their names begin with.

    Returns:
        Their names.

    Raises:
        UsageError: The table lacks columns that the views of every version need; no view is made.
    """
    statements = _statements(df.columns)
    df.createOrReplaceTempView(f"{prefix}archive")
    made = [f"{prefix}archive"]
    for statement in statements:
        name = re.search(r"VIEW `(\w+)` AS", statement)
        if name:
            statement = statement.replace(name.group(), f"VIEW `{prefix}{name.group(1)}` AS")
            spark.sql(statement.replace("FROM archive", f"FROM `{prefix}archive`"))
            made.append(prefix + name.group(1))
    return made


def _statements(columns: list[str]) -> list[str]:
    """The statements of the newest version that need no other columns than these."""
    missing = {}
    for version in reversed(cablegram.schemas()):
        meaning = cablegram.schema(version)
        # Comments may have a semicolon too.
        text = re.sub(r"(?m)^--.*\n", "", meaning.render("spark-sql"))
        needed = set(re.findall(r"\w+", text)).intersection(meaning.names)
        missing[version] = sorted(needed.difference(columns))
        if not missing[version]:
            return text.split(";")
    version, names = min(missing.items(), key=lambda item: len(item[1]))
    raise cablegram.UsageError(f"the views of {version} need columns that the table lacks: {', '.join(names)}")


if datasource is not None:

    class DataSource(datasource.DataSource):
        """The format "cablegram"."""

        @classmethod
        def name(cls) -> str:
            return "cablegram"

        def schema(self) -> StructType:
            # Outputs of cablegram have a schema of their own.
            return _declared(self._scan(self._columns(), "skip"))

        def reader(self, schema: StructType) -> Reader:
            # The schema is what the user asked for, or ours: no other way tells which columns are wanted.
            _refuse_unknown(self.options)
            on_error = _on_bad(self.options.get("onerror", "skip"))
            self._refuse_others(schema.names)
            scan = self._scan(schema.names, on_error)
            _refuse_promises(_declared(scan), schema)
            return Reader(scan, schema, _size(self.options), on_error)

        def _scan(self, columns: list[str] | None, on_error: str) -> cablegram.Scan:
            globs = lambda name: _globs(self.options.get(name, ""))  # noqa: E731
            return cablegram.scan(
                *self._paths(), columns=columns, schema=self._version(), include=globs("include"),
                exclude=globs("exclude"), on_error=_treatment(on_error), keep_duplicates=True, threads=1,
            )

        def _refuse_others(self, names: list[str]) -> None:
            """Refuses to be asked for some columns by the option and for others by a schema."""
            columns = self._columns()
            others = [] if columns is None else [name for name in names if name not in columns]
            if others:
                raise cablegram.UsageError(
                    f"the schema asked for has {others[0]}, which is not among the option columns; leave one of them out"
                )

        def _paths(self) -> list[str]:
            paths = json.loads(self.options["paths"]) if "paths" in self.options else []
            if "path" in self.options:
                paths.append(self.options["path"])
            if not paths:
                raise cablegram.UsageError(
                    "no input; write load('archive/'), or CREATE TEMPORARY VIEW cables USING cablegram OPTIONS (path "
                    "'archive/'): a table of a catalog does not say where its input is"
                )
            return paths

        def _columns(self) -> list[str] | None:
            columns = self.options.get("columns")
            return None if columns is None else [column.strip() for column in columns.split(",")]

        def _version(self) -> str | None:
            return self.options.get("schema_version")

    class Partition(datasource.InputPartition):
        """A part of a scan."""

        def __init__(self, scan: cablegram.Scan) -> None:
            super().__init__(scan)

    class Reader(datasource.DataSourceReader):
        """Splits a scan on the driver, and reads its parts on the workers."""

        def __init__(self, scan: cablegram.Scan, asked: StructType, split_bytes: int, on_error: str) -> None:
            self.scan, self.asked, self.split_bytes, self.on_error = scan, asked, split_bytes, on_error
            self.package = cablegram.__version__

        def partitions(self) -> list[Partition]:
            return [Partition(part) for part in self.scan.splits(self.split_bytes)]

        def read(self, partition: Partition | None) -> Iterator[Any]:
            import pyarrow

            _check_version(self.package)
            if partition is None or partition.value is None:  # Spark makes one of no partitions.
                return
            ours = pyarrow.schema(self.scan).remove_metadata()
            declared = pyarrow.schema([_promising(field, self.asked[field.name]) for field in ours])
            stream = partition.value._stream()
            try:
                for batch in pyarrow.RecordBatchReader.from_stream(stream):
                    columns = [column.cast(field.type) for column, field in zip(batch.columns, declared)]
                    yield pyarrow.RecordBatch.from_arrays(columns, schema=declared)
                    yield from self._bad(stream, declared)
            except Exception as error:
                # PyArrow makes exceptions of its own of what we say.
                stream.raise_failure(error)
                raise
            yield from self._bad(stream, declared)

        def _bad(self, stream: cablegram._Stream, declared: Any) -> Iterator[Any]:
            unreadable = stream.take_unreadable() if self.on_error == "row" else []
            if unreadable:
                yield _rows_of_bad(declared, unreadable)

    def _declared(scan: cablegram.Scan) -> StructType:
        """The schema of a scan, as Spark declares it."""
        import pyarrow
        from pyspark.sql.pandas.types import from_arrow_schema

        return from_arrow_schema(pyarrow.schema(scan).remove_metadata())

    def _globs(text: str) -> list[str]:
        """Globs with commas between them; a comma within brackets is of its glob."""
        globs, depth = [""], 0
        for piece in re.findall(r"\\.|\[[^\]]*\]|.", text, re.DOTALL):
            depth = max(0, depth + (piece == "{") - (piece == "}"))
            if piece == "," and not depth:
                globs.append("")
            else:
                globs[-1] += piece
        return [glob.strip() for glob in globs if glob.strip()]

    def _size(options: dict[str, str]) -> int:
        return cablegram._size(options.get("splitbytes", "64MB"))

    def _refuse_unknown(options: dict[str, str]) -> None:
        """Refuses an option that nobody would read."""
        # Catalogs of tables add their own.
        unknown = sorted(name for name in options if name.lower() not in _OPTIONS | _OF_CATALOGS and "." not in name)
        if unknown:
            known = ", ".join(sorted(_OPTIONS - {"path", "paths"}))
            raise cablegram.UsageError(f"{unknown[0]} is not an option of cablegram; write one of: {known}")

    def _refuse_promises(ours: StructType, asked: StructType, above: str = "") -> None:
        """Refuses a schema that promises values where there may be none: Spark would believe it."""
        for field in asked:
            if field.name in ours.names:
                _refuse_promise(ours[field.name], field, above + field.name)

    def _refuse_promise(ours: StructField, asked: StructField, name: str) -> None:
        if ours.nullable and not asked.nullable:
            raise cablegram.UsageError(f"{name} may be null: leave NOT NULL out of the schema that you ask for")
        mine, wanted = ours.dataType, asked.dataType
        if isinstance(mine, ArrayType) and isinstance(wanted, ArrayType):
            element = StructField("element", mine.elementType, mine.containsNull)
            _refuse_promise(element, StructField("element", wanted.elementType, wanted.containsNull), f"{name}.element")
        elif isinstance(mine, StructType) and isinstance(wanted, StructType):
            _refuse_promises(mine, wanted, f"{name}.")

    def _promising(field: Any, asked: Any) -> Any:
        """Our field, with nulls where the user allows them: Spark compares that too."""
        import pyarrow

        kind, wanted = field.type, asked.dataType
        if pyarrow.types.is_list(kind) and hasattr(wanted, "elementType"):
            element = StructField("element", wanted.elementType, wanted.containsNull)
            kind = pyarrow.list_(_promising(kind.value_field, element))
        elif pyarrow.types.is_struct(kind) and getattr(wanted, "names", None) == [member.name for member in kind]:
            kind = pyarrow.struct([_promising(member, wanted[member.name]) for member in kind])
        return pyarrow.field(field.name, kind, asked.nullable)

else:
    DataSource = None  # type: ignore[assignment, misc]
