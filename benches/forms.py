"""The same cables in every form and container: `just bench-forms`, or `python benches/forms.py [--count N] [--rounds N]`.

Writes one archive of invented cables as plain files, dumps, pages and compressed dumps, converts each to Parquet in one
round after another, and prints a Markdown table of medians, each beside what it is measured by. Needs Python with duckdb
and pyarrow (tests/engines/requirements.txt).
"""

import argparse
import bz2
import gzip
import lzma
import shutil
import statistics
import subprocess
import sys
import zipfile

import measure
from measure import CABLEGRAM, FLOOR, MEBIBYTE, PLACE, TARGET

DUMPS = ["csv", "named.csv", "tsv", "sql", "copy", "jsonl"]
#: Pages of the crawls of 2010 and of 2011.
PAGES = {"html": 48_000, "html, 192 kB a page": 192_000}
PLAIN, DUMP = "plain files", "csv"

DUCKDB = """COPY (SELECT * FROM read_csv('INPUT', header = false, quote = '"', escape = '\\', all_varchar = true, max_line_size = 16000000))
TO 'OUTPUT' (FORMAT parquet, COMPRESSION zstd)"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--count", type=int, default=30_000, help="cables (default 30,000)")
    arguments.add_argument("--rounds", type=int, default=5, help="runs of each way (default 5)")
    arguments = arguments.parse_args()
    measure.build()
    place = PLACE / f"forms-{arguments.count}"
    inputs = {PLAIN: written(place, PLAIN, "plain", arguments.count)}
    for form in DUMPS:
        inputs[form] = written(place, form, form, arguments.count) / f"cables.{form}"
    for name, size in PAGES.items():
        inputs[name] = written(place, name, "html", arguments.count, "--page-bytes", str(size))
    inputs.update(measure.elsewhere(containers, inputs[DUMP]))
    table(inputs, arguments.rounds)


def written(place, name, form, count, *options):
    """The folder of the archive in one form, written if it is not there."""
    folder = place / name.replace(",", "").replace(" ", "-")
    if not folder.exists():
        making = folder.with_name("making")
        shutil.rmtree(making, ignore_errors=True)
        making.parent.mkdir(parents=True, exist_ok=True)
        synthesize = TARGET / "release/examples/synthesize"
        subprocess.run(
            [synthesize, "--count", str(count), "--damaged", "0", "--form", form, *options, making],
            check=True, stdout=subprocess.DEVNULL,
        )
        making.rename(folder)
    return folder


def containers(dump):
    """The dump in every container that this machine can write."""
    import pyarrow

    def packed(ending, pack):
        path = dump.with_name(f"{dump.name}.{ending}")
        if not path.exists():
            making = dump.with_name("making")
            pack(making)
            making.rename(path)
        return path

    def stream(open_output):
        def pack(path):
            with open(dump, "rb") as source, open_output(path) as output:
                shutil.copyfileobj(source, output, MEBIBYTE)

        return pack

    def zipped(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as output:
            output.write(dump, dump.name)

    made = {
        "csv.zst": packed("zst", stream(lambda path: pyarrow.CompressedOutputStream(str(path), "zstd"))),
        "csv.zip": packed("zip", zipped),
        "csv.gz": packed("gz", stream(lambda path: gzip.open(path, "wb", 6))),
        "csv.bz2": packed("bz2", stream(lambda path: bz2.open(path, "wb"))),
        "csv.xz": packed("xz", stream(lambda path: lzma.open(path, "wb", preset=1))),
    }
    program = shutil.which("7zz") or shutil.which("7z") or shutil.which("7za")
    if program:
        pack = lambda path: subprocess.run([program, "a", "-t7z", path, dump], check=True, stdout=subprocess.DEVNULL)
        made["csv.7z"] = packed("7z", pack)
    return made


def ways(inputs):
    """Name to a command of nothing and a fresh directory, and the way that it is measured by."""

    def convert(path, output="{out}/cables.parquet"):
        return lambda _, out: [CABLEGRAM, "convert", "--quiet", path, "-o", output.format(out=out)]

    def duckdb(_, out):
        query = DUCKDB.replace("INPUT", str(inputs[DUMP])).replace("OUTPUT", str(out / "other.parquet"))
        return [sys.executable, "-c", "import duckdb, sys; duckdb.sql(sys.argv[1])", query]

    def hashed(folder):
        command = f"find '{folder}' -type f -print0 | xargs -0 cat | sha256sum"
        return lambda _, out: ["sh", "-c", command]

    found = {name: (convert(path), DUMP if name.startswith("csv.") else PLAIN) for name, path in inputs.items()}
    floor = "floor, csv: cut, hash, write two columns"
    copy = "DuckDB, csv to Parquet"
    found[floor] = (lambda _, out: [FLOOR, inputs[DUMP], out / "floor.parquet"], DUMP)
    found[copy] = (duckdb, DUMP)
    found["csv beside the floor"] = (found[DUMP][0], floor)
    dropped = "parquet,drop=source_text:{out}/cables.parquet"
    found["csv, `drop=source_text`"] = (convert(inputs[DUMP], dropped), copy)
    for name in PAGES:
        found[f"`cat | sha256sum`, {name}"] = (hashed(inputs[name]), name)
    return found


def table(inputs, rounds):
    found = ways(inputs)
    runs = {name: [] for name in found}
    rows = {}
    for number in range(rounds + 1):
        for name, (command, _) in found.items():
            run = measure.timed(command, None)
            rows[name] = rows.get(name) or measure.elsewhere(measure.rows_of, run.out)
            # The first round makes everything warm.
            if number > 0:
                runs[name].append(run)
    seconds = {name: statistics.median(run.seconds for run in runs[name]) for name in runs}
    print(f"\n{measure.machine()}; median of {rounds}\n")
    print("| form | MB | seconds | x | of | peak memory | rows |\n|---|--:|--:|--:|---|--:|--:|")
    for name, (_, other) in found.items():
        memory = max(run.memory for run in runs[name]) / MEBIBYTE
        size = f"{size_of(inputs[name]) / 1e6:,.0f}" if name in inputs else ""
        ratio = f"{seconds[name] / seconds[other]:.2f} | {other}"
        print(f"| {name} | {size} | {seconds[name]:.2f} | {ratio} | {memory:,.0f} MiB | {rows[name]} |", flush=True)


def size_of(path):
    files = [path] if path.is_file() else (file for file in path.rglob("*") if file.is_file())
    return sum(file.stat().st_size for file in files)


if __name__ == "__main__":
    main()
