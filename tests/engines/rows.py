"""Every output of one conversion as plain rows, each read by an engine that people use, and what it writes back of it.

A row is a dict of plain values; instants are microseconds since 1970 and dates are ISO text, so that rows of different
engines can be compared with `==`. What the text formats write as text is typed by the Arrow schema of the Parquet file.
"""

import datetime
import io
import json

import lxml.etree
import pyarrow as pa
import pyarrow.ipc
import pyarrow.parquet

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def plain(value):
    """A value without the types of an engine."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, datetime.datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=datetime.timezone.utc)
        return (aware - EPOCH) // datetime.timedelta(microseconds=1)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value


def typed(value, kind):
    """A value of a text format as its Arrow type says it is to be understood."""
    if pa.types.is_list(kind):
        return [typed(item, kind.value_type) for item in value or []]
    if value is None:
        return None
    if pa.types.is_struct(kind):
        return {field.name: typed(member(value, field), field.type) for field in kind}
    if pa.types.is_timestamp(kind):
        return plain(datetime.datetime.fromisoformat(value))
    if pa.types.is_integer(kind):
        assert not isinstance(value, bool), value
        return int(value)
    if pa.types.is_boolean(kind):
        return {"true": True, "false": False}[str(value).lower()]
    assert isinstance(value, str), (value, kind)
    return value


def filled(value, kind):
    """A value of an engine that takes an absent list for null: lists are never null."""
    if pa.types.is_list(kind):
        return [filled(item, kind.value_type) for item in value or []]
    if value is not None and pa.types.is_struct(kind):
        return {field.name: filled(member(value, field), field.type) for field in kind}
    return value


def member(value, field):
    """A member of a struct; a struct that is never null is left out where nothing is in it."""
    found = value.get(field.name)
    return {} if found is None and pa.types.is_struct(field.type) and not field.nullable else found


def schema(paths):
    """The schema with what it says of each field, which a small Parquet file does not keep."""
    return pa.ipc.open_file(paths["arrow"]).schema


def version(paths):
    return schema(paths).metadata[b"cablegram:schema"].decode()


def pyarrow_parquet(paths):
    return plain(pa.parquet.read_table(paths["parquet"]).to_pylist())


def pyarrow_file(paths):
    return plain(pa.ipc.open_file(paths["arrow"]).read_all().to_pylist())


def pyarrow_stream(paths):
    with open(paths["arrows"], "rb") as stream:
        return plain(pa.ipc.open_stream(stream).read_all().to_pylist())


def duckdb_parquet(paths):
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    table = connection.read_parquet(str(paths["parquet"])).to_arrow_table()
    return plain(table.to_pylist())


def polars_parquet(paths):
    import polars

    return plain(polars.read_parquet(paths["parquet"]).to_dicts())


def polars_file(paths):
    import polars

    return plain(polars.read_ipc(paths["arrow"]).to_dicts())


def polars_stream(paths):
    import polars

    return plain(polars.read_ipc_stream(paths["arrows"]).to_dicts())


def pandas_parquet(paths):
    import pandas

    frame = pandas.read_parquet(paths["parquet"], dtype_backend="pyarrow")
    return plain(pa.Table.from_pandas(frame, schema=schema(paths), preserve_index=False).to_pylist())


def back(paths, name, write):
    """The rows of a Parquet file that an engine wrote of what it had read."""
    path = paths["parquet"].with_name(f"{name}.back.parquet")
    write(path)
    return plain(pa.parquet.read_table(path).to_pylist())


def pyarrow_file_back(paths):
    table = pa.ipc.open_file(paths["arrow"]).read_all()
    return back(paths, "pyarrow_file", lambda path: pa.parquet.write_table(table, path))


def pyarrow_stream_back(paths):
    with open(paths["arrows"], "rb") as stream:
        table = pa.ipc.open_stream(stream).read_all()
    return back(paths, "pyarrow_stream", lambda path: pa.parquet.write_table(table.combine_chunks(), path))


def duckdb_back(paths):
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return back(paths, "duckdb", lambda path: connection.read_parquet(str(paths["parquet"])).write_parquet(str(path)))


def polars_back(paths):
    import polars

    return back(paths, "polars", polars.read_ipc(paths["arrow"]).write_parquet)


def pandas_back(paths):
    import pandas

    return back(paths, "pandas", pandas.read_parquet(paths["parquet"], dtype_backend="pyarrow").to_parquet)


def row_type(paths):
    return pa.struct(list(schema(paths)))


def json_lines(paths):
    with open(paths["jsonl"], encoding="utf-8", newline="\n") as file:
        rows = [json.loads(line) for line in file]
    assert all(next(iter(row.items())) == ("schema", version(paths)) for row in rows)
    return [typed(row, row_type(paths)) for row in rows]


def duckdb_jsonl(paths):
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    described = connection.execute(f"DESCRIBE SELECT * FROM '{paths['parquet']}'").fetchall()
    columns = {name: kind for name, kind, *_ in described}
    table = connection.read_json(str(paths["jsonl"]), columns=columns, maximum_object_size=64 << 20).to_arrow_table()
    return [filled(row, row_type(paths)) for row in plain(table.to_pylist())]


def polars_jsonl(paths):
    import polars

    shape = {"schema": polars.String, **polars.read_parquet_schema(paths["parquet"])}
    rows = plain(polars.read_ndjson(paths["jsonl"], schema=shape).drop("schema").to_dicts())
    return [filled(row, row_type(paths)) for row in rows]


def pandas_jsonl(paths):
    import pandas

    frame = pandas.read_json(paths["jsonl"], lines=True, dtype=False, convert_dates=False)
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [typed(row, row_type(paths)) for row in rows]


def spark_jsonl(paths):
    def read(spark):
        shape = spark.read.parquet(str(paths["parquet"])).schema
        return spark.read.schema(shape).json(str(paths["jsonl"])).collect()

    return [filled(row, row_type(paths)) for row in of_spark(read)]


def spark_parquet(paths):
    return of_spark(lambda spark: spark.read.parquet(str(paths["parquet"])).collect())


def spark_back(paths):
    path = str(paths["parquet"].with_name("spark.back.parquet"))

    def read(spark):
        spark.read.parquet(str(paths["parquet"])).coalesce(1).write.mode("overwrite").parquet(path)
        return spark.read.parquet(path).collect()

    return of_spark(read)


def spark_session():
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.sql.session.timeZone", "UTC")
    builder = builder.config("spark.ui.enabled", "false").config("spark.driver.memory", "2g")
    builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    return builder.getOrCreate()


def of_spark(collect):
    spark = spark_session()
    try:
        return [plain(row.asDict(recursive=True)) for row in collect(spark)]
    finally:
        spark.stop()


def lxml_xml(paths):
    shape, namespace = schema(paths), "{urn:cablegram:schema:%s}" % version(paths)
    root = lxml.etree.parse(paths["xml"], lxml.etree.XMLParser(resolve_entities=False)).getroot()
    cables = [root] if root.tag == namespace + "cable" else root.findall(namespace + "cable")
    kind = pa.struct(list(shape))
    return [typed(element(cable, kind, namespace), kind) for cable in cables]


def element(node, kind, namespace):
    """The value of an element: its children, attributes and own text as the schema places them."""
    escaped = node.get("escaped") == "true"
    if pa.types.is_list(kind):
        return [element(child, kind.value_type, namespace) for child in node]
    if not pa.types.is_struct(kind):
        return unescaped(node.text or "", escaped)
    value = {}
    for field in kind:
        place = (field.metadata or {}).get(b"cablegram:xml")
        child = node.find(namespace + field.name)
        if place == b"attribute":
            value[field.name] = None if node.get(field.name) is None else unescaped(node.get(field.name), escaped)
        elif place == b"text":
            value[field.name] = unescaped(node.text or "", escaped)
        elif child is not None:
            value[field.name] = element(child, field.type, namespace)
    return value


def unescaped(text, escaped):
    if not escaped:
        return text
    out, rest = [], iter(text)
    for character in rest:
        if character != "\\":
            out.append(character)
        elif next(rest) == "u":
            digits = ""
            assert next(rest) == "{"
            while (digit := next(rest)) != "}":
                digits += digit
            out.append(chr(int(digits, 16)))
        else:
            out.append("\\")
    return "".join(out)


def yaml_documents(paths, load_all):
    with open(paths["yaml"], "rb") as file:
        text = file.read().decode("utf-8")
    kind = pa.struct(list(schema(paths)))
    rows = []
    for document in load_all(io.StringIO(text, newline="")):
        assert document.pop("schema") == version(paths)
        rows.append(typed(document, kind))
    return rows


def pyyaml_c(paths):
    import yaml

    return yaml_documents(paths, lambda text: yaml.load_all(text, Loader=yaml.CSafeLoader))


def pyyaml_pure(paths):
    import yaml

    return yaml_documents(paths, lambda text: yaml.load_all(text, Loader=yaml.SafeLoader))


def ruamel_yaml(paths):
    from ruamel.yaml import YAML

    return yaml_documents(paths, lambda text: YAML(typ="safe", pure=True).load_all(text))


READERS = [
    pyarrow_parquet, pyarrow_file, pyarrow_stream, duckdb_parquet, polars_parquet, polars_file, polars_stream,
    pandas_parquet, pyarrow_file_back, pyarrow_stream_back, duckdb_back, polars_back, pandas_back,
    lxml_xml, pyyaml_c, pyyaml_pure, ruamel_yaml, json_lines, duckdb_jsonl, polars_jsonl, pandas_jsonl,
]

SPARK_READERS = [spark_parquet, spark_back, spark_jsonl]
