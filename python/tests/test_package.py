"""The Python package, each consumer and each promise once. Run by tests/python.rs with the archive as ARCHIVE."""

import gc
import multiprocessing
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import threading
import time
import unittest
import unittest.mock
import tempfile

import cablegram

ARCHIVE = os.environ["ARCHIVE"]

#: A cable of the archive, the first of its copies.
CABLE = "classification/SECRET/09ASTANA1188.txt"


def written(folder, *options):
    """The archive as the command writes it, read by PyArrow."""
    import pyarrow.parquet

    path = pathlib.Path(folder) / "cables.parquet"
    command = [sys.executable, "-m", "cablegram", "convert", "-q", ARCHIVE, "-o", str(path), *options]
    assert subprocess.run(command).returncode in (0, 3)
    return pyarrow.parquet.read_table(path)


def write_dump(folder, count=400):
    """A dump of so many records below the folder."""
    row = '"{0}","5/1/2006 8:00","06LIMA{0}","Embassy Lima","SECRET","","","SUBJECT: TOLLS {0}\n\n1. One."\n'
    pathlib.Path(folder, "cables.csv").write_text("".join(row.format(number) for number in range(1, count + 1)))


#: Interrupts the program, and later again: Python drops an interrupt that comes within a destructor.
INTERRUPTED = (
    "for delay in (0.5, 20, 40, 60):\n"
    "    timer = threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT))\n"
    "    timer.daemon = True\n"
    "    timer.start()\n"
)


class Consumers(unittest.TestCase):
    """Who takes a scan as a table, and whether all values come through."""

    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            cls.measure = written(folder).to_pylist()
        cls.scan = cablegram.scan(ARCHIVE)

    def test_pyarrow(self):
        import pyarrow as pa

        self.assertEqual(pa.table(self.scan).to_pylist(), self.measure)
        self.assertEqual(self.scan.to_arrow().to_pylist(), self.measure)
        self.assertEqual(pa.RecordBatchReader.from_stream(self.scan).read_all().to_pylist(), self.measure)
        self.assertTrue(pa.schema(self.scan).equals(pa.schema(cablegram.schema()), check_metadata=True))

    def test_what_pyarrow_reads_it_can_write(self):
        import pyarrow as pa
        import pyarrow.parquet as pq

        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "back.parquet"
            pq.write_table(pa.table(self.scan), path)
            self.assertEqual(pq.read_table(path).to_pylist(), self.measure)

    def test_duckdb(self):
        import duckdb

        cables = cablegram.scan(ARCHIVE, columns=["mrn", "post"])
        connection = duckdb.connect()
        count = connection.sql("SELECT count(*), count(post) FROM cables").fetchall()[0]
        posts = sum(row["post"] is not None for row in self.measure)
        self.assertEqual(count, (len(self.measure), posts))
        joined = connection.sql("SELECT count(*) FROM cables a JOIN cables b USING (mrn)").fetchall()[0][0]
        self.assertGreaterEqual(joined, len(self.measure))

    def test_polars(self):
        import polars as pl

        frame = pl.DataFrame(cablegram.scan(ARCHIVE, columns=["year", "mrn"]))
        self.assertEqual(frame.columns, ["year", "mrn"])
        self.assertEqual(frame["mrn"].to_list(), [row["mrn"] for row in self.measure])
        self.assertEqual(self.scan.to_polars().height, len(self.measure))

    def test_pandas(self):
        import pandas as pd

        frame = pd.DataFrame.from_arrow(cablegram.scan(ARCHIVE, columns=["mrn", "year"]))
        self.assertEqual(list(frame["mrn"]), [row["mrn"] for row in self.measure])
        self.assertEqual(len(self.scan.to_pandas()), len(self.measure))

    def test_plain_python(self):
        self.assertEqual(list(self.scan), self.measure)


class Scans(unittest.TestCase):
    def test_can_be_read_again_and_tells_what_it_read(self):
        scan = cablegram.scan(ARCHIVE, columns=["mrn"])
        self.assertIsNone(scan.summary())
        self.assertEqual(list(scan), list(scan))
        summary = scan.summary()
        self.assertEqual(summary.cables, len(list(scan)))
        self.assertEqual(summary["cables"], summary.cables)

    def test_columns_come_in_the_order_asked_for(self):
        scan = cablegram.scan(ARCHIVE, columns=["subject", "mrn"])
        self.assertEqual(scan.columns, ["subject", "mrn"])
        self.assertEqual(list(next(iter(scan))), ["subject", "mrn"])
        self.assertEqual(scan.select("year").columns, ["year"])

    def test_a_requested_schema_narrows_it(self):
        import pyarrow as pa

        whole = pa.schema(cablegram.scan(ARCHIVE))
        wanted = pa.schema([whole.field("year"), whole.field("mrn")])
        reader = pa.RecordBatchReader.from_stream(cablegram.scan(ARCHIVE), schema=wanted)
        self.assertEqual(reader.read_all().column_names, ["year", "mrn"])

    def test_pickles(self):
        scan = cablegram.scan(ARCHIVE, columns=["mrn"])
        self.assertEqual(list(pickle.loads(pickle.dumps(scan))), list(scan))

    def test_parts_are_the_whole(self):
        scan = cablegram.scan(ARCHIVE, columns=["mrn", "source"], keep_duplicates=True)
        parts = pickle.loads(pickle.dumps(scan.splits(20_000)))
        self.assertGreater(len(parts), 3)
        self.assertEqual([row for part in parts for row in part], list(scan))
        self.assertEqual(len(scan.splits("1GB")), 1)
        with self.assertRaisesRegex(cablegram.UsageError, "limit=7"):
            cablegram.scan(ARCHIVE, limit=7).splits()

    def test_parts_are_split_again(self):
        with tempfile.TemporaryDirectory() as folder:
            cablegram.convert(ARCHIVE, f"parquet,by=year:{folder}/years/")
            write_dump(folder)
            for place, size in ((ARCHIVE, "20KB"), (f"{folder}/years", "20KB"), (f"{folder}/cables.csv", "9KB")):
                scan = cablegram.scan(place, columns=["mrn", "source"], keep_duplicates=True)
                parts = scan.splits(size)
                again = [list(pickle.loads(pickle.dumps(smaller))) for part in parts for smaller in part.splits("1KB")]
                self.assertGreaterEqual(len(again), len(parts))
                self.assertEqual([row for rows in again for row in rows], list(scan), place)

    def test_parts_are_of_the_files_that_they_were_made_of(self):
        with tempfile.TemporaryDirectory() as folder:
            cable = pathlib.Path(ARCHIVE, CABLE).read_bytes()
            write = lambda name: pathlib.Path(folder, name).write_bytes(cable + name.encode())  # noqa: E731
            for number in range(10):
                write(f"b{number}.txt")
            scan = cablegram.scan(folder, columns=["source"])
            parts = [pickle.dumps(part) for part in scan.splits(3 * len(cable))]
            self.assertLess(max(map(len, parts)), 1000)
            before = list(scan)
            write("a.txt")
            parts = [pickle.loads(part) for part in parts]
            self.assertEqual([row for part in parts for row in part], before)
            write("b0a.txt")
            with self.assertRaisesRegex(cablegram.InputError, "b0.txt is not as it was; make the parts again"):
                parts[0].to_arrow()
            others = [row for part in parts[1:] for row in part]
            self.assertEqual(others, before[-len(others):])

    def test_a_pipe_is_read_once(self):
        code = (
            "import cablegram\n"
            "scan = cablegram.scan('/dev/stdin')\n"
            "print(len(list(scan)))\n"
            "try: list(scan)\n"
            "except cablegram.UsageError as error: print(error)\n"
        )
        cable = pathlib.Path(ARCHIVE, CABLE).read_bytes()
        ran = subprocess.run([sys.executable, "-c", code], input=cable, capture_output=True)
        self.assertRegex(ran.stdout.decode(), "^1\n/dev/stdin can be read once only")

    def test_a_large_dump_is_in_several_parts(self):
        with tempfile.TemporaryDirectory() as folder:
            write_dump(folder)
            scan = cablegram.scan(folder, columns=["mrn", "subject", "source"])
            parts = pickle.loads(pickle.dumps(scan.splits("9KB")))
            self.assertGreater(len(parts), 3)
            self.assertEqual([row for part in parts for row in part], list(scan))

    def test_paths_are_relative_to_the_base(self):
        scan = cablegram.scan(f"{ARCHIVE}/classification", base=ARCHIVE, columns=["source"])
        self.assertTrue(all(row["source"]["path"].startswith("classification/") for row in scan))
        with self.assertRaisesRegex(cablegram.UsageError, "not in the base"):
            cablegram.scan(ARCHIVE, base=f"{ARCHIVE}/classification").to_arrow()

    def test_outputs_have_the_schema_that_is_asked_for(self):
        with tempfile.TemporaryDirectory() as folder:
            cablegram.convert(ARCHIVE, f"parquet,schema=v1:{folder}/old.parquet")
            old, new = (cablegram.scan(f"{folder}/old.parquet", schema=version) for version in (None, "v2"))
            self.assertEqual((old.schema.version, new.schema.version), ("v1", "v2"))
            self.assertNotIn("record", old.columns)
            self.assertEqual(list(new), list(cablegram.scan(ARCHIVE, schema="v2")))
            self.assertEqual(list(new.select("mrn")), list(old.select("mrn")))

    def test_documents_of_a_table(self):
        import pyarrow as pa
        import pyarrow.parquet as pq

        text = pathlib.Path(ARCHIVE, CABLE).read_bytes()
        with tempfile.TemporaryDirectory() as folder:
            table, output = f"{folder}/documents.parquet", f"{folder}/cables.parquet"
            pq.write_table(pa.table({"path": ["s3://a/1.txt", "s3://a/2.txt"], "content": [text, text]}), table)
            scan = cablegram.scan(documents=table, keep_duplicates=True)
            self.assertEqual([row["path"] for row in scan.to_arrow()["source"].to_pylist()], ["s3://a/1.txt", "s3://a/2.txt"])
            parts = [part.to_arrow() for part in scan.splits("1KB")]
            self.assertTrue(pa.concat_tables(parts).equals(scan.to_arrow()))
            self.assertEqual(cablegram.convert([], output, documents=table).cables, 1)
            with self.assertRaises(cablegram.UsageError):
                cablegram.scan(documents=table, base=folder)
            pq.write_table(pa.table({"path": ["1.txt"], "content": [text]}), table, compression="brotli")
            with self.assertRaisesRegex(cablegram.InputError, "cannot read the documents in .*brotli"):
                cablegram.scan(documents=table).to_arrow()

    def test_documents_may_share_a_path(self):
        text = lambda word: f"UNCLAS LIMA 000012\nSUBJECT: {word}\n".encode()  # noqa: E731
        batch = cablegram.parse_batch(["a/x.txt"] * 3, [text("ONE"), b"nothing", text("TWO")])
        rows = batch.to_pylist()
        self.assertEqual([row["subject"] for row in rows], ["ONE", "TWO"])
        self.assertEqual({row["source"]["path"] for row in rows}, {"a/x.txt"})
        self.assertEqual(batch._core.documents(), [0, 2])

    def test_outputs_of_both_schemas_become_one(self):
        with tempfile.TemporaryDirectory() as folder:
            old, new = f"{folder}/old.parquet", f"{folder}/new.parquet"
            cablegram.convert(ARCHIVE, [f"parquet,schema=v1:{old}", new])
            for inputs in ([old, new], [new, old]):
                self.assertEqual(cablegram.scan(*inputs, schema="v2").to_arrow().num_rows, 114)
                cablegram.convert(inputs, f"{folder}/both.parquet", schema="v2", overwrite=True)
                self.assertEqual(cablegram.scan(f"{folder}/both.parquet").schema.version, "v2")
                with self.assertRaisesRegex(cablegram.VerificationFailed, "schema"):
                    cablegram.convert(inputs, f"{folder}/none.parquet")

    def test_wrong_arguments_are_named(self):
        batch = cablegram.parse_batch([], [])
        for call in (
            lambda: cablegram.convert(batch, "x.parquet"),
            lambda: cablegram.convert(ARCHIVE, os.fsdecode(b"caf\xe9.parquet")),
            lambda: cablegram.convert(ARCHIVE, "x.parquet", progress=1),
            lambda: cablegram.verify("nowhere", allow_unproven="no"),
            lambda: cablegram.scan("a\0b"),
            lambda: cablegram.tables(None),
            lambda: cablegram.parse(b"", os.fsdecode(b"caf\xe9")),
            lambda: cablegram.parse("\udce9"),
            lambda: cablegram.parse_batch([os.fsdecode(b"caf\xe9")], [b""]),
        ):
            self.assertRaises(cablegram.UsageError, call)

    def test_batches_cross_processes_and_become_tables(self):
        text = pathlib.Path(ARCHIVE, CABLE).read_bytes()
        batch = cablegram.parse_batch(["1.txt", "2.zip", "3.txt"], [text, b"PK\x03\x04", b"nothing"])
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            again = pool.apply(cablegram.parse_batch, (["1.txt", "2.zip", "3.txt"], [text, b"PK\x03\x04", b"nothing"]))
        self.assertEqual((len(again), again.to_pylist()), (1, batch.to_pylist()))
        self.assertEqual(again.summary(), batch.summary())
        self.assertEqual(again._core.unreadable(), batch._core.unreadable())
        self.assertEqual(again._core.documents(), [0])
        self.assertEqual(again._core.unreadable_documents(), [1])
        self.assertEqual(again.to_arrow(), batch.to_arrow())
        mrn = batch.to_pylist()[0]["mrn"]
        self.assertEqual((list(batch.to_polars()["mrn"]), list(batch.to_pandas()["mrn"])), ([mrn], [mrn]))
        empty = pickle.loads(pickle.dumps(cablegram.parse_batch([], [], columns=["mrn"])))
        self.assertEqual((len(empty), empty.to_arrow().column_names), (0, ["mrn"]))

    def test_outputs_are_read_as_their_rows(self):
        cables = cablegram.scan(ARCHIVE)
        with tempfile.TemporaryDirectory() as folder:
            for output in ("cables.parquet", "cables.arrow", "cables.jsonl", "parquet,by=year:years/", "xml,per=cable:xml/"):
                path = f"{folder}/{output.rpartition(':')[2]}"
                cablegram.convert(ARCHIVE, output.replace(output.rpartition(":")[2], path))
                scan = cablegram.scan(path, columns=["source", "year", "mrn"])
                by_path = lambda rows: sorted(rows, key=lambda row: row["source"]["path"])  # noqa: E731
                self.assertEqual(by_path(scan), by_path(cables.select("source", "year", "mrn")), output)
            parts = pickle.loads(pickle.dumps(cablegram.scan(f"{folder}/years/").splits()))
            self.assertGreater(len(parts), 20)
            self.assertEqual(sum(len(list(part)) for part in parts), len(list(cables)))
            self.assertEqual(len(list(cablegram.scan(f"{folder}/years/", limit=3))), 3)
            with self.assertRaisesRegex(cablegram.UsageError, "one by one"):
                cablegram.scan(ARCHIVE, f"{folder}/cables.parquet")

    def test_bad_inputs_are_named(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "a.txt").write_bytes(b"VZCZCXRO1234\nUNCLAS LIMA 000012\nSUBJECT: FERRIES\n")
            pathlib.Path(folder, "b.txt").write_bytes(b"VZCZCXRO1234\nUNCLAS LIMA 000013\n" + b"x" * (9 << 20))
            scan = cablegram.scan(folder)
            scan.to_arrow()
            (path, reason), = scan.summary().bad_inputs
            self.assertEqual(path, "b.txt")
            self.assertIn("larger than", reason)
            with self.assertRaises(cablegram.TooManyBad) as raised:
                cablegram.scan(folder, max_bad=0).to_arrow()
            self.assertEqual([path for path, _ in raised.exception.bad], ["b.txt"])
            with self.assertRaises(cablegram.TooManyBad) as raised:
                cablegram.convert(folder, f"{folder}/x.parquet", max_bad=0)
            self.assertEqual([path for path, _ in raised.exception.bad], ["b.txt"])
            with self.assertWarns(cablegram.BadInputs):
                cablegram.convert(folder, f"{folder}/x.parquet")

    def test_ten_thousand_are_opened_and_dropped(self):
        threads, handles = threading.active_count(), len(os.listdir("/proc/self/fd"))
        scan = cablegram.scan(ARCHIVE)
        for _ in range(10_000):
            scan.__arrow_c_stream__()
        gc.collect()
        self.assertEqual(threading.active_count(), threads)
        self.assertEqual(len(os.listdir("/proc/self/fd")), handles)
        self.assertLess(len(os.listdir("/proc/self/task")), 40)

    def test_what_is_dropped_half_read_stops(self):
        import pyarrow as pa

        before = len(os.listdir("/proc/self/task"))
        for _ in range(20):
            pa.RecordBatchReader.from_stream(cablegram.scan(ARCHIVE, threads=2)).read_next_batch()
        gc.collect()
        for _ in range(100):
            if len(os.listdir("/proc/self/task")) <= before + 4:
                return
            time.sleep(0.1)
        self.fail("threads are left")

    def test_a_forked_child_reads_too(self):
        scan = cablegram.scan(ARCHIVE, columns=["mrn"])
        here = len(list(scan))
        with multiprocessing.get_context("fork").Pool(2) as pool:
            self.assertEqual(pool.map(count, [scan, scan, scan]), [here] * 3)

    def test_an_exception_of_the_consumer_ends_it(self):
        with self.assertRaises(ZeroDivisionError):
            for _ in cablegram.scan(ARCHIVE):
                1 / 0

    def test_an_interrupt_ends_what_reads_a_scan(self):
        code = (
            "import cablegram, os, pathlib, signal, sys, tempfile, threading, time, polars, pyarrow\n"
            "read = {'pyarrow': pyarrow.table, 'polars': polars.DataFrame}[sys.argv[2]]\n"
            "scan = cablegram.scan(sys.argv[1])\n"
            f"{INTERRUPTED}"
            "try:\n"
            "    try:\n"
            "        while True: read(scan)\n"
            "    except Exception: time.sleep(10)\n"
            "except KeyboardInterrupt: print('stopped')\n"
        )
        for library in ("pyarrow", "polars"):
            command = [sys.executable, "-c", code, ARCHIVE, library]
            ran = subprocess.run(command, capture_output=True, timeout=120, text=True)
            self.assertEqual((ran.stdout, ran.returncode, ran.stderr), ("stopped\n", 0, ""), library)

    def test_an_interrupt_ends_whatever_runs(self):
        code = (
            "import cablegram, os, signal, sys, threading\n"
            "from cablegram import *\n"
            "archive, folder = sys.argv[1:3]\n"
            "work = compile(sys.argv[3], 'work', 'eval')\n"
            "output = folder + '/cables.parquet'\n"
            "if not os.path.exists(output): convert(archive, output)\n"
            f"{INTERRUPTED}"
            "try:\n"
            "    for number in range(100000): eval(work)\n"
            "except KeyboardInterrupt: print('stopped')\n"
        )
        with tempfile.TemporaryDirectory() as folder:
            for work in (
                "scan(archive).to_arrow()", "convert(archive, folder + '/x.yaml', overwrite=True)", "verify(output)",
                "compare(output, output)", "restore(output, f'{folder}/{os.getpid()}/{number}')",
            ):
                command = [sys.executable, "-c", code, ARCHIVE, folder, work]
                ran = subprocess.run(command, capture_output=True, timeout=120, text=True)
                self.assertEqual((ran.stdout, ran.returncode), ("stopped\n", 0), f"{work}: {ran.stderr}")
            left = [path.name for path in pathlib.Path(folder).rglob(".*")]
            self.assertEqual(left, [])


def count(scan):
    return len(list(scan))


def capsules(array):
    """The array as that of a library which gives it as capsules alone."""
    method = "__arrow_c_array__" if hasattr(array, "__arrow_c_array__") else "__arrow_c_stream__"
    give = lambda self, requested_schema=None: getattr(array, method)(requested_schema)  # noqa: E731
    return type("Capsules", (), {method: give})()


class Functions(unittest.TestCase):
    def text(self):
        return pathlib.Path(ARCHIVE, CABLE).read_bytes()

    def test_parse(self):
        cable = cablegram.parse(self.text())
        self.assertEqual(cable["mrn"], "09ASTANA1188")
        self.assertEqual(list(cable), cablegram.schema().names)
        with self.assertRaisesRegex(cablegram.InputError, "no cable"):
            cablegram.parse(b"\x89PNG")
        with self.assertRaisesRegex(cablegram.InputError, "no cable: PDF; make a text of it first"):
            cablegram.parse(b"%PDF-1.7\n")
        opened = open(pathlib.Path(ARCHIVE, CABLE), "rb")
        self.addCleanup(opened.close)
        path = pathlib.Path(ARCHIVE, CABLE)
        for other in (7, 10**12, None, [1, 2], opened, path, str(path)):
            for read in (cablegram.parse, cablegram.explain):
                with self.assertRaises(cablegram.UsageError):
                    read(other)
        self.assertEqual(cablegram.parse(bytearray(self.text())), cablegram.parse(memoryview(self.text())))
        for damaged in (b"PK\x03\x04" + bytes(40), b"7z\xbc\xaf\x27\x1c" + bytes(40)):
            for read in (cablegram.parse, cablegram.explain):
                with self.assertRaisesRegex(cablegram.InputError, "no cable: [a-z0-9].*; (give the text of one|unpack it first)"):
                    read(damaged)

    def test_explain(self):
        lines = cablegram.explain(self.text())
        self.assertIn("subject", {line.read_as for line in lines})

    def test_parse_batch(self):
        import pyarrow as pa
        import polars as pl

        paths, contents = ["a.txt", "x.png", "b.txt"], [self.text(), b"\x89PNG", self.text()]
        for give in (list, pa.array, pl.Series):
            batch = cablegram.parse_batch(give(paths), give(contents), columns=["source", "mrn"], keep_duplicates=True)
            rows = pa.record_batch(batch).to_pylist()
            self.assertEqual([row["source"]["path"] for row in rows], ["a.txt", "b.txt"])
            self.assertEqual(list(rows[0]), ["source", "mrn"])
            self.assertEqual(pa.table(batch).to_pylist(), rows)
            self.assertEqual(batch.to_pylist(), rows)
        self.assertEqual(len(cablegram.parse_batch([], [])), 0)
        for values in (pa.array, lambda values: pa.chunked_array([values])):
            arrays = [capsules(values(these)) for these in (["a.txt"], [self.text()])]
            self.assertEqual(len(cablegram.parse_batch(*arrays)), 1)
        large = cablegram.parse_batch(["a.txt"], [self.text() + b"x" * (9 << 20)]).summary()
        self.assertEqual((large.cables, [path for path, _ in large.bad_inputs]), (0, ["a.txt"]))
        with self.assertRaises(cablegram.UsageError):
            cablegram.parse_batch(["a"], [])
        for paths, contents, wrong in [(["a"], [None], "contents.0. is null"), ([None], [b""], "paths.0. is null"),
                                       (["a"], ["text"], "contents.0. is str"), ("a", [b""], "paths is str"),
                                       (["a"], None, "contents is NoneType")]:
            with self.assertRaisesRegex(cablegram.UsageError, wrong):
                cablegram.parse_batch(paths, contents)

    def test_convert_verify_restore(self):
        with tempfile.TemporaryDirectory() as folder:
            output, back = f"{folder}/cables.parquet", f"{folder}/back"
            told = []
            inventory = f"{folder}/inventory.csv"
            summary = cablegram.convert(ARCHIVE, output, progress=told.append, inventory=inventory)
            self.assertGreater(pathlib.Path(inventory).read_text().count("\n"), summary.cables)
            self.assertEqual(summary.cables, summary.outputs[0]["rows"])
            self.assertTrue(all(counts.cables <= summary.cables for counts in told))
            verdict = cablegram.verify(output, against=ARCHIVE)
            self.assertEqual((verdict.rows, verdict.sources), (summary.cables, summary.cables))
            self.assertEqual(cablegram.verify(output, expect=verdict.digest).digest, verdict.digest)
            with self.assertRaises(cablegram.VerificationFailed):
                cablegram.verify(output, expect="0" * 64)
            restored = cablegram.restore(output, back)
            self.assertEqual((restored.documents, restored.cut, restored.renamed), (summary.cables, [], []))
            original = pathlib.Path(back, CABLE)
            self.assertEqual(original.read_bytes(), self.text())
            with self.assertRaises(cablegram.OutputError) as raised:
                cablegram.convert(ARCHIVE, output)
            self.assertEqual(raised.exception.exit_code, 6)
            bytes_ = bytearray(pathlib.Path(output).read_bytes())
            bytes_[1000] ^= 1
            pathlib.Path(output).write_bytes(bytes_)
            with self.assertRaises(cablegram.VerificationFailed):
                cablegram.verify(output)

    def test_paths_may_be_paths_and_begin_at_home(self):
        with tempfile.TemporaryDirectory() as folder, unittest.mock.patch.dict(os.environ, HOME=folder):
            cablegram.convert(pathlib.Path(ARCHIVE), pathlib.Path(folder, "cables.parquet"))
            cablegram.convert(os.fsencode(ARCHIVE), [pathlib.Path("~/cables.yaml"), "~/cables.jsonl"])
            self.assertEqual(cablegram.verify("~/cables.parquet").rows, 57)
            self.assertTrue(cablegram.compare("~/cables.parquet", "~/cables.yaml"))
            self.assertEqual(cablegram.restore("~/cables.jsonl", "~/back").documents, 57)
            self.assertTrue(pathlib.Path(folder, "back", CABLE).is_file())

    def test_compare(self):
        with tempfile.TemporaryDirectory() as folder:
            whole, part = f"{folder}/whole.parquet", f"{folder}/part.yaml"
            cablegram.convert(ARCHIVE, whole)
            cablegram.convert(ARCHIVE, part, limit=20)
            self.assertTrue(cablegram.compare(whole, whole))
            comparison = cablegram.compare(whole, part)
            self.assertFalse(comparison)
            self.assertEqual((comparison.gone, comparison.added, comparison.new_rows), (37, 0, 20))

    def test_progress_is_shown(self):
        code = "import cablegram, sys; cablegram.convert(sys.argv[1], sys.argv[2], progress=True)"
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-c", code, ARCHIVE, f"{folder}/x.parquet"]
            ran = subprocess.run(command, capture_output=True, text=True)
        self.assertIn("57 cables", ran.stderr)

    def test_a_dataset_is_read_by_its_own_name(self):
        with tempfile.TemporaryDirectory() as folder:
            job = pathlib.Path(folder, "job.toml")
            job.write_text(f'dataset = "set"\ninputs = ["{ARCHIVE}"]\noutputs = ["parquet:parquet/"]\n')
            subprocess.run([sys.executable, "-m", "cablegram", "sync", "-q", job], check=True)
            dataset = f"{folder}/set"
            self.assertEqual(cablegram.scan(dataset).to_arrow().num_rows, 57)
            self.assertEqual(cablegram.verify(dataset).rows, 57)
            self.assertEqual(cablegram.restore(dataset, f"{folder}/back").documents, 57)
            self.assertTrue(cablegram.compare(dataset, f"{dataset}/current/parquet").equal)
            with self.assertRaises(cablegram.NotFound):
                cablegram.verify(f"{folder}/nothing")

    def test_errors_have_the_exit_codes_of_the_command(self):
        with self.assertRaises(cablegram.UsageError):
            cablegram.scan(ARCHIVE, columns=["nothing"])
        with self.assertRaises(cablegram.UsageError):
            cablegram.scan()
        with self.assertRaises(cablegram.NotFound):
            cablegram.compare("no/such", "no/such")
        with self.assertRaises(cablegram.UsageError):
            cablegram.scan(ARCHIVE, html_source="all")
        with self.assertRaises(cablegram.InputError):
            list(cablegram.scan("no/such/folder"))
        with self.assertRaises(cablegram.InputError):
            cablegram.scan("no/such/folder").to_arrow()
        with self.assertRaisesRegex(cablegram.InputError, "parse_batch"):
            cablegram.scan("s3://bucket/archive")
        with self.assertRaises(cablegram.TooManyBad) as raised, tempfile.TemporaryDirectory() as folder:
            large = b"VZCZCXRO1234\nUNCLAS LIMA 000012\nTAGS: PREL\nSUBJECT: FERRIES\n" + b"x" * (9 << 20)
            pathlib.Path(folder, "a.txt").write_bytes(large)
            cablegram.convert(folder, f"{folder}/x.parquet", on_error="fail")
        self.assertEqual(raised.exception.exit_code, 4)

    def test_wrong_arguments_are_said(self):
        scan = cablegram.scan(ARCHIVE)
        wrong = {
            "-1 is not a size": lambda: scan.splits(-1),
            "'²' is not a size": lambda: scan.splits("²"),
            "'1010.*GB' is not a size": lambda: scan.splits("10" * 9 + "GB"),
            "threads cannot be -1": lambda: cablegram.verify(ARCHIVE, threads=-1),
            "limit cannot be '5'": lambda: cablegram.scan(ARCHIVE, limit="5"),
            "columns.0. is list": lambda: scan.select(["mrn"]),
            "columns.0. is int": lambda: cablegram.scan(ARCHIVE, columns=[1]),
            "columns names no column": lambda: cablegram.scan(ARCHIVE, columns=[]),
            "'mrn' is named twice": lambda: cablegram.scan(ARCHIVE, columns=["mrn", "year", "mrn"]),
            "include=5 is neither a text": lambda: cablegram.scan(ARCHIVE, include=5),
            "inputs.0. is int": lambda: cablegram.scan(5),
            "outputs is int": lambda: cablegram.convert(ARCHIVE, 5),
            "schema is int": lambda: cablegram.schema(5),
            "expect is int": lambda: cablegram.verify(ARCHIVE, expect=5),
            "expect='abc' is not a digest": lambda: cablegram.verify(ARCHIVE, expect="abc"),
            "partial is str": lambda: cablegram.restore(ARCHIVE, "back", partial="x"),
            "restored to a folder": lambda: cablegram.restore(ARCHIVE, "-"),
            "name is PosixPath": lambda: cablegram.parse(b"x", name=pathlib.Path("a")),
        }
        for message, work in wrong.items():
            with self.assertRaisesRegex(cablegram.UsageError, message):
                work()

    def test_messages_name_arguments_of_python(self):
        with tempfile.TemporaryDirectory() as folder:
            cablegram.convert(ARCHIVE, f"{folder}/x.parquet")
            with self.assertRaisesRegex(cablegram.OutputError, "give overwrite=True to"):
                cablegram.convert(ARCHIVE, f"{folder}/x.parquet")
            pathlib.Path(folder, "empty").mkdir()
            with self.assertRaisesRegex(cablegram.InputError, "allow it with allow_empty=True"):
                cablegram.convert(f"{folder}/empty", f"{folder}/y.parquet")

    def test_spark_is_imported_when_it_is_asked_for(self):
        code = "import cablegram, sys; assert 'pyspark' not in sys.modules; print(cablegram.spark.parse.__name__)"
        ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        self.assertEqual((ran.stdout, ran.returncode), ("parse\n", 0), ran.stderr)

    def test_schema_and_tables(self):
        schema = cablegram.schema()
        self.assertIn("mrn", schema.names)
        self.assertIn("number", schema.doc("mrn"))
        self.assertIn("xs:schema", schema.render("xsd"))
        self.assertIn("v1", cablegram.schemas())
        self.assertIn("OSLO", {post["post"] for post in cablegram.tables("posts")})
        for name in ("tags", "plads", "levels", "captions", "diagnostics"):
            self.assertGreater(len(cablegram.tables(name)), 3, name)
        with self.assertRaises(cablegram.UsageError):
            cablegram.schema("v99")
        self.assertEqual(cablegram.scan(ARCHIVE, schema=cablegram.schema("v1")).schema, cablegram.schema("v1"))

    def test_the_command(self):
        ran = subprocess.run([sys.executable, "-m", "cablegram", "schema", "list"], capture_output=True, text=True)
        self.assertEqual(ran.returncode, 0)
        self.assertIn("v1", ran.stdout)
        ran = subprocess.run([sys.executable, "-m", "cablegram", "convert", "/no"], capture_output=True, text=True)
        self.assertEqual(ran.returncode, 2)


if __name__ == "__main__":
    unittest.main()
