"""The whole way against other ways: `just bench`, or `python benches/whole.py [--quick] [--rounds N]`.

Makes archives of invented cables, builds the programs, runs every way in turn and prints a Markdown table of
medians, ratios, peak memory and rows, and then one of queries on the file it wrote (queries.py). All ways of one table run in one round after another, so that a machine that
slows down slows all of them. Needs Python with duckdb and pyarrow (tests/engines/requirements.txt).
"""

import argparse
import statistics
import sys

import measure
import queries
from measure import CABLEGRAM, FLOOR, LEAST_RATIO, MEBIBYTE, MOST_RATIO, ROOT


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--quick", action="store_true", help="30,000 cables only")
    arguments.add_argument("--rounds", type=int, default=5, help="runs of each way (default 5)")
    arguments = arguments.parse_args()
    measure.build()
    table(30_000, {**ours(), **others(), **slow()}, arguments.rounds)
    if not arguments.quick:
        table(250_000, {**ours(), **others()}, max(1, arguments.rounds // 2))


def ours():
    """Our ways: name to a command of an archive and a fresh directory."""

    def convert(*outputs):
        def command(archive, out):
            places = [word for output in outputs for word in ("-o", output.format(out=out))]
            return [CABLEGRAM, "convert", "--quiet", archive, *places]

        return command

    formats = ["{out}/cables." + ending for ending in ("parquet", "arrow", "xml", "yaml", "jsonl")]
    return {
        "cablegram, Parquet": convert(formats[0]),
        "cablegram, Parquet, `zstd=1`": convert("parquet,zstd=1:{out}/cables.parquet"),
        "cablegram, Arrow": convert(formats[1]),
        "cablegram, XML": convert(formats[2]),
        "cablegram, YAML": convert(formats[3]),
        "cablegram, JSON Lines": convert(formats[4]),
        "cablegram, all five": convert(*formats),
        "cablegram, Parquet, `by=year`": convert("parquet,by=year:{out}/cables/"),
        "cablegram, Parquet, `by=date`": convert("parquet,by=date:{out}/cables/"),
    }


def others():
    return {
        "`cat` of all files": lambda archive, out: ["sh", "-c", f"find {archive} -type f -print0 | xargs -0 cat > /dev/null"],
        "floor: read, hash, write two columns": lambda archive, out: [FLOOR, archive, out / "floor.parquet"],
        "DuckDB, read_text to Parquet": other("copy"),
    }


def slow():
    return {"DuckDB, regular expressions": other("regex"), "Python, re": other("loop")}


def other(way):
    script = ROOT / "benches/others.py"
    return lambda archive, out: [sys.executable, script, way, archive, out / "other.parquet"]


def table(cables, ways, rounds):
    archive = measure.archive_of(cables)
    files, size, ratio = measure.elsewhere(measure.describe, archive)
    if not LEAST_RATIO <= ratio <= MOST_RATIO:
        sys.exit(f"{archive} compresses {ratio:.2f} to 1, not {LEAST_RATIO} to {MOST_RATIO}: no table from it")
    runs = {name: [] for name in ways}
    rows = {}
    for number in range(rounds + 1):
        for name, command in ways.items():
            # What takes minutes is run once, and nothing needs it warm.
            if name in slow() and number != 1:
                continue
            run = measure.timed(command, archive)
            rows[name] = rows.get(name) or measure.elsewhere(measure.rows_of, run.out)
            if number > 0 or name in slow():
                runs[name].append(run)
    print(f"\n{files:,} cables, {size / 1e6:,.0f} MB, {ratio:.2f} to 1 with zstd 3; {measure.machine()}; median of {rounds}\n")
    print_table(runs, rows, size)
    written = measure.timed(ours()["cablegram, Parquet"], archive)
    measure.elsewhere(queries.table, written.out / "cables.parquet", rounds)


def print_table(runs, rows, size):
    seconds = {name: statistics.median(run.seconds for run in runs[name]) for name in runs}
    cat, floor = (next(seconds[name] for name in seconds if name.startswith(start)) for start in ("`cat`", "floor"))
    print("| way | seconds | MB/s | x `cat` | x floor | peak memory | rows |\n|---|--:|--:|--:|--:|--:|--:|")
    for name, median in seconds.items():
        memory = max(run.memory for run in runs[name]) / MEBIBYTE
        ratios = f"{median / cat:.1f} | {median / floor:.2f}"
        print(f"| {name} | {median:.2f} | {size / 1e6 / median:,.0f} | {ratios} | {memory:,.0f} MiB | {rows[name]} |", flush=True)


if __name__ == "__main__":
    main()
