"""What the workers of Spark run, without Spark's machine: the data source, and the parser of tables of bytes.

Run by tests/python.rs with the archive as ARCHIVE.
"""

import json
import os
import pathlib
import pickle
import tempfile
import unittest

import pyarrow as pa
from pyspark.sql.types import ArrayType, IntegerType, StringType, StructField, StructType

import cablegram
import pyspark_cablegram
from cablegram import spark

ARCHIVE = os.environ["ARCHIVE"]

#: A cable of the archive.
CABLE = "classification/SECRET/09ASTANA1188.txt"


def source(**options):
    return pyspark_cablegram.DefaultSource(options)


def read(reader):
    reader = pickle.loads(pickle.dumps(reader))
    partitions = pickle.loads(pickle.dumps(reader.partitions()))
    assert isinstance(partitions, list)
    return [row for part in partitions for batch in reader.read(part) for row in batch.to_pylist()]


def _nullable(kind):
    """The type with nulls wherever they can be."""
    if isinstance(kind, ArrayType):
        return ArrayType(_nullable(kind.elementType))
    if isinstance(kind, StructType):
        return StructType([StructField(field.name, _nullable(field.dataType)) for field in kind])
    return kind


class Source(unittest.TestCase):
    def test_gives_the_schema_and_the_rows_of_a_scan(self):
        ours = source(path=ARCHIVE, splitbytes="20KB")
        schema = ours.schema()
        self.assertEqual(schema.names, cablegram.schema().names)
        self.assertFalse(schema["mrn"].nullable)
        expected = list(cablegram.scan(ARCHIVE, keep_duplicates=True))
        rows = read(ours.reader(schema))
        for row in rows + expected:
            row.pop("diagnostics")  # A part knows only its own numbers.
        self.assertEqual(rows, expected)

    def test_a_large_dump_is_in_several_partitions(self):
        row = '"{0}","5/1/2006 8:00","06LIMA{0}","Embassy Lima","SECRET","","","SUBJECT: TOLLS {0}\n\n1. One."\n'
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "cables.csv").write_text("".join(row.format(number) for number in range(1, 401)))
            ours = source(path=folder, splitbytes="9KB")
            reader = ours.reader(ours.schema())
            self.assertGreater(len(reader.partitions()), 3)
            self.assertEqual(read(reader), list(cablegram.scan(folder)))

    def test_builds_the_columns_asked_for(self):
        asked = StructType([StructField("year", IntegerType()), StructField("mrn", StringType())])
        rows = read(source(paths=json.dumps([ARCHIVE])).reader(asked))
        self.assertEqual(list(rows[0]), ["year", "mrn"])
        self.assertEqual(source(path=ARCHIVE, columns="mrn, year").schema().names, ["mrn", "year"])
        with self.assertRaises(cablegram.UsageError):
            source(path=ARCHIVE, columns="nothing").schema()
        with self.assertRaisesRegex(cablegram.UsageError, "'mrn' is named twice"):
            source(path=ARCHIVE, columns="mrn,year,mrn").schema()

    def test_promises_what_is_asked_for(self):
        ours = source(path=ARCHIVE)
        nullable = StructType([StructField(name, _nullable(ours.schema()[name].dataType)) for name in ("mrn", "refs")])
        reader = ours.reader(nullable)
        (batch, *_) = reader.read(reader.partitions()[0])
        self.assertTrue(all(field.nullable for field in batch.schema))
        element = batch.schema.field("refs").type.value_field
        self.assertTrue(element.nullable and all(field.nullable for field in element.type))
        reader = ours.reader(ours.schema())
        (batch, *_) = reader.read(reader.partitions()[0])
        self.assertFalse(batch.schema.field("mrn").nullable)

    def test_refuses_to_promise_what_may_be_null(self):
        ours = source(path=ARCHIVE)
        member = StructType([StructField("member", StringType(), False)])
        for name, field in {
            "year": StructField("year", IntegerType(), False),
            "source.member": StructField("source", member),
            "refs.element.label": StructField("refs", ArrayType(StructType([StructField("label", StringType(), False)]))),
        }.items():
            with self.assertRaisesRegex(cablegram.UsageError, f"^{name} may be null"):
                ours.reader(StructType([field]))
        with self.assertRaisesRegex(cablegram.UsageError, "mrn, which is not among the option columns"):
            source(path=ARCHIVE, columns="year").reader(StructType([StructField("mrn", StringType())]))

    def test_globs_have_commas_between_them_and_within(self):
        paths = [row["source"]["path"] for row in cablegram.scan(ARCHIVE, columns=["source"], keep_duplicates=True)]
        names = lambda *begins: [path for path in paths if path.rpartition("/")[2].startswith(begins)]  # noqa: E731
        schema = source(path=ARCHIVE, columns="source").schema()
        for text, begins in {
            "09*.txt, 10*.txt": ("09", "10"), "{09,10}*.txt": ("09", "10"), " 0[9,8]*.txt ,": ("08", "09"),
            "{0{8,9},10}*.txt": ("08", "09", "10"),
        }.items():
            rows = read(source(path=ARCHIVE, include=text).reader(schema))
            self.assertEqual([row["source"]["path"] for row in rows], names(*begins), text)
            self.assertGreater(len(rows), 3)
            rows = read(source(path=ARCHIVE, exclude=text).reader(schema))
            self.assertEqual(len(rows), len(paths) - len(names(*begins)), text)

    def test_takes_a_path_as_spark_writes_it(self):
        with tempfile.TemporaryDirectory(suffix=" of cables") as folder:
            pathlib.Path(folder, "a.txt").write_bytes(pathlib.Path(ARCHIVE, CABLE).read_bytes())
            quoted = folder.replace(" ", "%20")
            for begin, name in (("", folder), ("//", folder), ("//localhost", folder), ("", quoted), ("//", quoted)):
                path = f"file:{begin}{name}"
                ours = source(path=path)
                self.assertEqual(len(read(ours.reader(ours.schema()))), 1, path)
            with self.assertRaisesRegex(cablegram.InputError, "files of this machine"):
                source(path=f"file://elsewhere{folder}").schema()

    def test_outputs_have_the_columns_that_they_have(self):
        with tempfile.TemporaryDirectory() as folder:
            old, narrow = f"{folder}/old.parquet", f"{folder}/narrow.parquet"
            cablegram.convert(ARCHIVE, [f"parquet,schema=v1:{old}", f"parquet,drop=source_text:{narrow}"])
            for path, names in {old: cablegram.schema("v1").names, narrow: cablegram.schema().names[:-1]}.items():
                ours = source(path=path)
                self.assertEqual(ours.schema().names, names)
                self.assertEqual(read(ours.reader(ours.schema())), list(cablegram.scan(path)))

    def test_refuses_what_is_no_option(self):
        for name in ("on_error", "limit", "exclud"):
            with self.assertRaisesRegex(cablegram.UsageError, f"{name} is not an option .* onerror"):
                source(path=ARCHIVE, **{name: "1"}).reader(source(path=ARCHIVE).schema())

    def test_makes_a_row_of_what_cannot_be_read(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "a.txt").write_bytes(b"VZCZCXRO1234\nUNCLAS LIMA 000013\n" + b"x" * (9 << 20))
            ours = source(path=folder, onerror="row")
            (row,) = read(ours.reader(ours.schema()))
            self.assertEqual((row["source"]["path"], row["mrn"], row["tags"]), ("a.txt", "", []))
            self.assertEqual([diagnostic["code"] for diagnostic in row["diagnostics"]], ["unreadable"])
            self.assertEqual(read(source(path=folder).reader(ours.schema())), [])
            with self.assertRaises(cablegram.TooManyBad):
                read(source(path=folder, onerror="fail").reader(ours.schema()))
        with self.assertRaises(cablegram.UsageError):
            source(path=ARCHIVE, onerror="never").reader(ours.schema())

    def test_reads_nothing_where_there_is_no_part(self):
        self.assertEqual(list(source(path=ARCHIVE).reader(source(path=ARCHIVE).schema()).read(None)), [])


class Parser(unittest.TestCase):
    def test_keeps_columns_beside_the_cables(self):
        text = pathlib.Path(ARCHIVE, CABLE).read_bytes()
        documents = pa.record_batch(
            {"path": ["s3a://b/a.txt", "s3a://b/x.png", "s3a://b/c.txt"], "content": [text, b"\x89PNG", text],
             "size": [1, 2, 3]}
        )
        version = cablegram.schema().version
        work = spark._Parser(["mrn", "source"], ["size"], "s3a://b/", version, "skip", cablegram.__version__)
        rows = [row for batch in pickle.loads(pickle.dumps(work))(iter([documents])) for row in batch.to_pylist()]
        self.assertEqual([row["size"] for row in rows], [1, 3])
        self.assertEqual([row["source"]["path"] for row in rows], ["a.txt", "c.txt"])
        self.assertEqual(list(rows[0]), ["size", "mrn", "source"])

    def test_takes_a_null_document_for_a_bad_one(self):
        text = pathlib.Path(ARCHIVE, CABLE).read_bytes()
        documents = pa.record_batch(
            {"path": ["a.txt", "b.txt", None, "d.txt"], "content": pa.array([text, None, text, text], pa.binary()),
             "size": [1, 2, 3, 4]}
        )

        def read(on_error):
            version = cablegram.schema().version
            work = spark._Parser(["source", "diagnostics"], ["size"], "", version, on_error, cablegram.__version__)
            return [row for batch in work(iter([documents])) for row in batch.to_pylist()]

        self.assertEqual([row["size"] for row in read("skip")], [1, 4])
        rows = read("row")
        places = [(row["size"], row["source"]["path"]) for row in rows]
        self.assertEqual(places, [(1, "a.txt"), (4, "d.txt"), (2, "b.txt"), (3, "")])
        self.assertEqual([diagnostic["code"] for diagnostic in rows[2]["diagnostics"]], ["unreadable"])
        with self.assertRaisesRegex(cablegram.TooManyBad, "b.txt: .* null"):
            read("fail")

    def test_refuses_another_version(self):
        work = spark._Parser(None, [], "", "v1", "skip", "0.0.1")
        with self.assertRaisesRegex(RuntimeError, "0.0.1"):
            list(work(iter([])))


if __name__ == "__main__":
    unittest.main()
