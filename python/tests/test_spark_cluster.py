"""The package on a cluster of Spark: one master and two workers, processes on loopback that end with this script.

Compared with what the command writes, value by value, by DuckDB. Run by tests/python.rs and .ci/run with a folder of cables
as ARCHIVE.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import duckdb
import pyspark
from pyspark import TaskContext
from pyspark.sql import SparkSession

import cablegram
from cablegram import spark as cable_spark

ARCHIVE = os.environ["ARCHIVE"]
SPARK = pathlib.Path(os.environ.get("SPARK_HOME") or pathlib.Path(pyspark.__file__).parent)


class Cluster:
    """Processes of Spark, each with its children in a group of its own."""

    def __init__(self, folder):
        self.folder, self.processes = folder, []
        self.address = self._start("master", "org.apache.spark.deploy.master.Master", [], r"(spark://\S+:\d+)")
        self.workers = [self._worker(number) for number in (1, 2)]

    def _worker(self, number):
        arguments = ["--cores", "1", "--memory", "1g", "--work-dir", f"{self.folder}/worker-{number}", self.address]
        self._start(f"worker-{number}", "org.apache.spark.deploy.worker.Worker", arguments, "Successfully registered")
        return self.processes[-1]

    def _start(self, name, kind, arguments, ready):
        log = self.folder / f"{name}.log"
        command = [str(SPARK / "bin/spark-class"), kind, "--host", "127.0.0.1", "--port", "0", "--webui-port", "0"]
        with open(log, "wb") as out:
            process = subprocess.Popen(command + arguments, stdout=out, stderr=out, start_new_session=True)
        self.processes.append(process)
        for _ in range(1200):
            found = re.search(ready, log.read_text(errors="replace"))
            if found:
                return found.group(found.re.groups and 1)
            if process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"{name} of Spark does not start:\n{log.read_text(errors='replace')}")

    def kill(self, process):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)


class OnACluster(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        holder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        cls.addClassCleanup(holder.cleanup)
        cls.folder = pathlib.Path(holder.name)
        for name, options in (("all", ["--keep-duplicates"]), ("firsts", [])):
            command = [sys.executable, "-m", "cablegram", "convert", "-q", ARCHIVE, *options]
            done = subprocess.run([*command, "-o", str(cls.folder / f"{name}.parquet")])
            assert done.returncode in (0, 3), done
        os.environ["PYSPARK_PYTHON"] = sys.executable
        cls.cluster = Cluster(cls.folder)
        cls.addClassCleanup(cls.cluster.end)
        session = SparkSession.builder.master(cls.cluster.address).appName("cablegram")
        for key, value in {
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.memory": "2g",
            "spark.executor.memory": "900m",
            "spark.executorEnv.PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "spark.sql.files.openCostInBytes": "4096",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": "4",
            "spark.sql.warehouse.dir": str(cls.folder / "warehouse"),
            "spark.ui.enabled": "false",
        }.items():
            session = session.config(key, value)
        cls.spark = session.getOrCreate()
        cls.addClassCleanup(cls.spark.stop)

    def files(self):
        reader = self.spark.read.format("binaryFile").option("recursiveFileLookup", "true")
        return reader.load(f"file://{ARCHIVE}")

    def parsed(self):
        return cable_spark.parse(self.files(), base=f"file:{ARCHIVE}/")

    def loaded(self):
        """By the data source, which Spark 3.5 does not have."""
        if cable_spark.DataSource is None:
            self.skipTest("this Spark has no data sources in Python")
        return self.spark.read.format("cablegram").option("splitbytes", "4MB").load(ARCHIVE)

    def assert_rows(self, frame, name, columns="*"):
        """Writes the rows and compares them with those of the command."""
        path = self.folder / f"{self.id()}.{name}"
        frame.write.parquet(str(path))
        ours, theirs = f"'{self.folder}/{name}.parquet'", f"'{path}/*.parquet'"
        connection = duckdb.connect()
        count = lambda table: connection.sql(f"SELECT count(*) FROM {table}").fetchall()[0][0]  # noqa: E731
        self.assertGreater(count(ours), 0)
        self.assertEqual(count(theirs), count(ours))
        for one, other in ((ours, theirs), (theirs, ours)):
            only = f"SELECT {columns} FROM {one} EXCEPT ALL SELECT {columns} FROM {other}"
            self.assertEqual(connection.sql(f"SELECT source.path FROM ({only}) LIMIT 5").fetchall(), [])

    # What a part says of repeated numbers is right within the part only; `dedupe` says it for the whole.
    APART = "* EXCLUDE (diagnostics)"

    def test_the_data_source_gives_what_the_command_gives(self):
        self.assert_rows(self.loaded(), "all", self.APART)

    def test_bytes_give_what_the_command_gives(self):
        self.assert_rows(self.parsed(), "all", self.APART)

    def test_dedupe_drops_and_numbers_what_the_command_does(self):
        self.assert_rows(cable_spark.dedupe(self.parsed()), "firsts")

    def test_views_answer(self):
        names = cable_spark.views(self.spark, self.parsed(), prefix="t_")
        self.assertIn("t_tags", names)
        self.assertGreater(self.spark.sql("SELECT count(*) FROM t_tags").first()[0], 0)

    def test_views_are_those_that_a_table_has_the_columns_for(self):
        old = cable_spark.parse(self.files(), version="v1")
        names = cable_spark.views(self.spark, old, prefix="old_")
        self.assertLess(len(names), len(cable_spark.views(self.spark, self.parsed(), prefix="new_")))
        self.assertGreater(self.spark.sql("SELECT count(*) FROM old_cables").first()[0], 0)
        with self.assertRaisesRegex(cablegram.UsageError, "lacks: .*paragraphs"):
            cable_spark.views(self.spark, old.drop("paragraphs"), prefix="no_")
        self.assertFalse(any(table.name.startswith("no_") for table in self.spark.catalog.listTables()))

    def test_columns_that_are_kept_have_names_that_spark_knows(self):
        from pyspark.sql import functions as f

        files = self.files().limit(1).withColumn("mrn", f.lit("x")).withColumn("meta", f.struct(f.lit(1).alias("size")))
        for keep, columns, names in [
            (["path", "content"], ["mrn"], ["path", "content", "mrn"]), (["mrn"], ["year"], ["mrn", "year"]),
            ("LENGTH", ["year"], ["LENGTH", "year"]), (["meta.size"], ["year"], ["size", "year"]),
        ]:
            cables = cable_spark.parse(files, keep=keep, columns=columns)
            self.assertEqual((cables.columns, len(cables.collect())), (names, 1))
        for wrong, options in {
            "keep='MRN': the cables have": {"keep": ["MRN"]}, "keep='Length' is named twice": {"keep": ["length", "Length"]},
            "'year' is named twice": {"columns": ["year", "year"]}, "columns='mrn' is a text": {"columns": "mrn"},
            "path='content' is a column of the type binary": {"path": "content", "content": "path"},
            "content='length' is a column of the type long": {"content": "length"},
        }.items():
            with self.assertRaisesRegex(cablegram.UsageError, wrong):
                cable_spark.parse(files, **options)

    def test_text_counts_as_its_bytes(self):
        files = self.files().where("path LIKE '%.txt'").limit(3)
        texts = files.selectExpr("path", "CAST(content AS STRING) AS content")
        self.assertEqual(cable_spark.parse(texts).count(), cable_spark.parse(files).count())

    def test_what_cannot_be_read_is_said(self):
        folder = self.folder / "large"
        folder.mkdir(exist_ok=True)
        head = "VZCZCXRO1234\nUNCLAS LIMA 000012\nTAGS: PREL\nSUBJECT: FERRIES\n\n1. TEXT\n"
        (folder / "a.txt").write_text(head)
        (folder / "b.txt").write_text(head + "x" * (9 << 20))
        files = self.spark.read.format("binaryFile").load(f"file://{folder}")
        base = f"file:{folder}/"
        rows = cable_spark.parse(files, base=base, on_error="row", keep=["length"]).collect()
        codes = {row.source.path: [diagnostic.code for diagnostic in row.diagnostics] for row in rows}
        self.assertEqual(codes["b.txt"], ["unreadable"])
        self.assertNotIn("unreadable", codes["a.txt"])
        self.assertEqual({row.source.path: row.length > 1 << 20 for row in rows}, {"a.txt": False, "b.txt": True})
        self.assertEqual(cable_spark.parse(files, base=base).count(), 1)
        with self.assertRaisesRegex(Exception, "larger than"):
            cable_spark.parse(files, base=base, on_error="fail").count()
        if cable_spark.DataSource is not None:
            load = lambda word: self.spark.read.format("cablegram").option("onerror", word).load(str(folder))  # noqa: E731
            self.assertEqual({row.source.path for row in load("row").collect()}, {"a.txt", "b.txt"})
            self.assertEqual(load("skip").count(), 1)
            with self.assertRaisesRegex(Exception, "larger than"):
                load("fail").count()

    def test_what_cannot_be_read_has_no_copies(self):
        folder = self.folder / "copies"
        folder.mkdir(exist_ok=True)
        head = "VZCZCXRO1234\nUNCLAS LIMA 000012\nTAGS: PREL\nSUBJECT: FERRIES\n\n1. TEXT\n"
        for name, end in {"a": "", "b": "x" * (9 << 20), "c": "y" * (9 << 20), "d": ""}.items():
            (folder / f"{name}.txt").write_text(head + end)
        files = self.spark.read.format("binaryFile").load(f"file://{folder}")
        rows = cable_spark.dedupe(cable_spark.parse(files, base=f"file:{folder}/", on_error="row")).collect()
        codes = {row.source.path: [diagnostic.code for diagnostic in row.diagnostics] for row in rows}
        self.assertEqual(sorted(codes), ["a.txt", "b.txt", "c.txt"])
        self.assertEqual((codes["b.txt"], codes["c.txt"]), (["unreadable"], ["unreadable"]))
        self.assertNotIn("mrn-repeated", codes["a.txt"])

    def test_z_a_worker_that_dies_changes_nothing(self):
        signs = self.folder / "signs"
        signs.mkdir()
        killed = signs / "killed"

        def hold(batches):
            """Hands the files on once a worker has been killed: until then each of the two has one task, and it waits."""
            (signs / f"task-{TaskContext.get().partitionId()}").touch()
            deadline = time.monotonic() + 300
            while not killed.exists():
                if time.monotonic() > deadline:
                    raise TimeoutError("no worker was killed")
                time.sleep(0.05)
            yield from batches

        ended = threading.Event()

        def kill():
            while len(list(signs.glob("task-*"))) < 2:
                if ended.wait(0.05):
                    return
            self.cluster.kill(self.cluster.workers[0])
            killed.touch()

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            files = self.files()
            held = files.mapInArrow(hold, files.schema)
            self.assert_rows(cable_spark.parse(held, base=f"file:{ARCHIVE}/"), "all", self.APART)
        finally:
            ended.set()
            killer.join()
        self.assertTrue(killed.exists(), "the work was over before a worker was killed")


if __name__ == "__main__":
    unittest.main()
