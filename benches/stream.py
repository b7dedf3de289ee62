"""What Python and Spark add to the program: `just bench-stream`, or `python benches/stream.py [--count N] [--rounds N]`.

Streams an archive of invented cables to PyArrow and Spark, each way beside what it is measured by, in one round after
another, and prints a Markdown table of medians. With `--dump N`, reads one dump of so many cables in zstd through
`splits()` instead, and prints how much memory that takes as it goes on. Needs Python with this package, pyarrow and
pyspark, and Java.
"""

import argparse
import itertools
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

import measure
from measure import CABLEGRAM, MEBIBYTE, PLACE, TARGET

TWO = ["mrn", "subject"]
#: Bytes of a part, for Spark.
PART = "16MB"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--count", type=int, default=30_000, help="cables (default 30,000)")
    arguments.add_argument("--rounds", type=int, default=5, help="runs of each way (default 5)")
    arguments.add_argument("--dump", type=int, help="cables of one dump in zstd, read through splits()")
    # What this script starts itself as, to run one way in a process of its own.
    arguments.add_argument("--way", choices=sorted(WAYS), help=argparse.SUPPRESS)
    arguments.add_argument("--archive", type=pathlib.Path, help=argparse.SUPPRESS)
    arguments = arguments.parse_args()
    if arguments.way:
        print(json.dumps(WAYS[arguments.way](arguments.archive)))
        return
    measure.build()
    if arguments.dump:
        in_flat_memory(arguments.dump)
    else:
        table(measure.archive_of(arguments.count), arguments.rounds)


# Ways in a process of their own: each gives rows and seconds, without the start of Python.


def timed(read):
    """A way that makes everything ready, and then is timed."""

    def way(archive):
        run = read(archive)
        begin = time.perf_counter()
        rows = run()
        return rows, time.perf_counter() - begin

    return way


def scan(archive):
    import cablegram
    import pyarrow  # noqa: F401: importing is not measured.

    return lambda: cablegram.scan(archive).to_arrow().num_rows


def two_columns(archive):
    import cablegram
    import pyarrow  # noqa: F401

    return lambda: cablegram.scan(archive, columns=TWO).to_arrow().num_rows


def parse_batch(archive):
    import cablegram
    import pyarrow

    paths = sorted(path for path in archive.rglob("*") if path.is_file())
    names, contents = [str(path) for path in paths], [path.read_bytes() for path in paths]
    return lambda: pyarrow.table(cablegram.parse_batch(names, contents)).num_rows


WAYS = {"scan": timed(scan), "two-columns": timed(two_columns), "parse-batch": timed(parse_batch)}


def python(way):
    def run(archive):
        command = [sys.executable, __file__, "--way", way, "--archive", str(archive)]
        rows, seconds = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        return rows, seconds

    return run


def command(*words):
    def run(archive):
        run = measure.timed(lambda archive, _: [CABLEGRAM, words[0], "--quiet", archive, *words[1:]], archive)
        return None, run.seconds

    return run


class Spark:
    """A session, its parts as our data source reads them, and the same batches ready-made."""

    def __init__(self, archive):
        from pyspark.sql import SparkSession

        import cablegram
        import pyarrow

        os.environ["PYSPARK_PYTHON"] = sys.executable
        session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        session = session.config("spark.sql.warehouse.dir", str(TARGET / "bench/warehouse"))
        self.session = session.config("spark.driver.memory", "3g").getOrCreate()
        self.session.sparkContext.setLogLevel("ERROR")
        self.session.dataSource.register(ready_made())
        self.ready = TARGET / "bench/ready"
        self.ready.mkdir(parents=True, exist_ok=True)
        for file in self.ready.iterdir():
            file.unlink()
        for number, part in enumerate(cablegram.scan(archive, keep_duplicates=True).splits(PART)):
            batches = pyarrow.RecordBatchReader.from_stream(part)
            with pyarrow.ipc.new_file(str(self.ready / f"{number:04}.arrow"), batches.schema.remove_metadata()) as out:
                for batch in batches:
                    out.write_batch(batch.replace_schema_metadata(None))

    def ours(self, archive):
        return self._run(self.session.read.format("cablegram").option("splitbytes", PART).load(str(archive)))

    def theirs(self, _):
        return self._run(self.session.read.format("ready-made").load(str(self.ready)))

    def _run(self, frame):
        begin = time.perf_counter()
        frame.write.format("noop").mode("overwrite").save()
        return None, time.perf_counter() - begin


def ready_made():
    from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition

    from cablegram import spark

    class ReadyMade(DataSource):
        @classmethod
        def name(cls):
            return "ready-made"

        def schema(self):
            return spark.schema()

        def reader(self, schema):
            return Reader(self.options["path"])

    class Reader(DataSourceReader):
        def __init__(self, folder):
            self.folder = folder

        def partitions(self):
            return [InputPartition(f"{self.folder}/{name}") for name in sorted(os.listdir(self.folder))]

        def read(self, partition):
            import pyarrow

            with pyarrow.memory_map(partition.value) as file:
                reader = pyarrow.ipc.open_file(file)
                for number in range(reader.num_record_batches):
                    yield reader.get_batch(number)

    return ReadyMade


def table(archive, rounds):
    spark = Spark(archive)
    stream, stats = "`convert -o arrows,compression=none:-`", "`stats`"
    ready = "Spark, the same batches ready-made"
    # Name, run, and the way that it is measured by.
    ways = [
        (stream, command("convert", "-o", "arrows,compression=none:-"), stream),
        ("`scan().to_arrow()`", python("scan"), stream),
        ("`parse_batch` of the same bytes", python("parse-batch"), "`scan().to_arrow()`"),
        (stats, command("stats"), stats),
        ("`scan(columns=[two]).to_arrow()`", python("two-columns"), stats),
        (ready, spark.theirs, ready),
        ('Spark, `format("cablegram")`', spark.ours, ready),
    ]
    runs, rows = {name: [] for name, _, _ in ways}, {}
    for number in range(rounds + 1):
        for name, run, _ in ways:
            rows[name], seconds = run(archive)
            # The first round makes everything warm.
            if number > 0:
                runs[name].append(seconds)
    seconds = {name: statistics.median(taken) for name, taken in runs.items()}
    print(f"\n{measure.machine()}; median of {rounds}\n\n| way | seconds | x | of | rows |\n|---|--:|--:|---|--:|")
    for name, _, other in ways:
        counted = "" if rows[name] is None else f"{rows[name]:,}"
        print(f"| {name} | {seconds[name]:.2f} | {seconds[name] / seconds[other]:.2f} | {other} | {counted} |")


def in_flat_memory(count):
    """Reads one dump in zstd, and prints a line for each tenth of it."""
    import cablegram
    import pyarrow

    begin = time.perf_counter()
    print("| rows | seconds | peak memory |\n|--:|--:|--:|")
    batches = itertools.chain.from_iterable(
        pyarrow.RecordBatchReader.from_stream(part) for part in cablegram.scan(dump(count)).splits()
    )
    rows, shown = 0, 0
    for batch in batches:
        rows += batch.num_rows
        if rows >= shown + count // 10 or rows == count:
            shown = rows
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MEBIBYTE
            print(f"| {rows:,} | {time.perf_counter() - begin:.0f} | {peak:,.0f} MiB |", flush=True)


def dump(count):
    """`cables.csv.zst` of so many cables, written if it is not there."""
    import pyarrow

    path = PLACE / f"dump-{count}/cables.csv.zst"
    if not path.exists():
        making = path.parent / "making"
        synthesize = TARGET / "release/examples/synthesize"
        command = [synthesize, "--count", str(count), "--damaged", "0", "--form", "csv", making]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        with open(making / "cables.csv", "rb") as source:
            with pyarrow.CompressedOutputStream(str(making / "zst"), "zstd") as output:
                while piece := source.read(MEBIBYTE):
                    output.write(piece)
        (making / "zst").rename(path)
        (making / "cables.csv").unlink()
        making.rmdir()
    return path


if __name__ == "__main__":
    main()
