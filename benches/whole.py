"""The whole way against other ways: `just bench`, or `python benches/whole.py [--quick] [--rounds N]`.

Makes archives of invented cables, builds the programs, runs every way in turn and prints a Markdown table of
medians, ratios, peak memory and rows. All ways of one table run in one round after another, so that a machine that
slows down slows all of them. Needs Python with duckdb and pyarrow (tests/engines/requirements.txt).
"""

import argparse
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys
import time

import pyarrow
import pyarrow.parquet

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
PLACE = TARGET / "bench"
CABLEGRAM, FLOOR = TARGET / "release/cablegram", TARGET / "release/examples/floor"
# Repeated or random texts make any speed meaningless.
LEAST_RATIO, MOST_RATIO = 2.8, 3.3
MEBIBYTE = 1 << 20


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--quick", action="store_true", help="30,000 cables only")
    arguments.add_argument("--rounds", type=int, default=5, help="runs of each way (default 5)")
    arguments = arguments.parse_args()
    build()
    table(30_000, {**ours(), **others(), **slow()}, arguments.rounds)
    if not arguments.quick:
        table(250_000, {**ours(), **others()}, max(1, arguments.rounds // 2))


def build():
    cargo = ["cargo", "build", "--release", "--locked", "--quiet"]
    subprocess.run([*cargo, "--bin", "cablegram", "--example", "floor", "--example", "synthesize"], cwd=ROOT, check=True)


def ours():
    """Our ways: name to a command of an archive and a fresh directory."""

    def convert(*outputs):
        def command(archive, out):
            places = [word for output in outputs for word in ("-o", output.format(out=out))]
            return [CABLEGRAM, "convert", "--quiet", archive, *places]

        return command

    formats = ["{out}/cables.parquet", "{out}/cables.arrow", "{out}/cables.xml", "{out}/cables.yaml"]
    return {
        "cablegram, Parquet": convert(formats[0]),
        "cablegram, Parquet, `zstd=1`": convert("parquet,zstd=1:{out}/cables.parquet"),
        "cablegram, Arrow": convert(formats[1]),
        "cablegram, XML": convert(formats[2]),
        "cablegram, YAML": convert(formats[3]),
        "cablegram, all four": convert(*formats),
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
    archive = archive_of(cables)
    files, size, ratio = measure_archive(archive)
    if not LEAST_RATIO <= ratio <= MOST_RATIO:
        sys.exit(f"{archive} compresses {ratio:.2f} to 1, not {LEAST_RATIO} to {MOST_RATIO}: no table from it")
    runs = {name: [] for name in ways}
    rows = {}
    for number in range(rounds + 1):
        for name, command in ways.items():
            # What takes minutes is run once, and nothing needs it warm.
            if name in slow() and number != 1:
                continue
            run = timed(command, archive)
            rows[name] = run.rows
            if number > 0 or name in slow():
                runs[name].append(run)
    print(f"\n{files:,} cables, {size / 1e6:,.0f} MB, {ratio:.2f} to 1 with zstd 3; {machine()}; median of {rounds}\n")
    print_table(runs, rows, size)


def print_table(runs, rows, size):
    seconds = {name: statistics.median(run.seconds for run in runs[name]) for name in runs}
    cat, floor = (next(seconds[name] for name in seconds if name.startswith(start)) for start in ("`cat`", "floor"))
    print("| way | seconds | MB/s | x `cat` | x floor | peak memory | rows |\n|---|--:|--:|--:|--:|--:|--:|")
    for name, median in seconds.items():
        memory = max(run.memory for run in runs[name]) / MEBIBYTE
        ratios = f"{median / cat:.1f} | {median / floor:.2f}"
        print(f"| {name} | {median:.2f} | {size / 1e6 / median:,.0f} | {ratios} | {memory:,.0f} MiB | {rows[name]} |", flush=True)


def archive_of(cables):
    archive = PLACE / f"archive-{cables}"
    if not archive.exists():
        staging = PLACE / f"making-{cables}"
        shutil.rmtree(staging, ignore_errors=True)
        staging.parent.mkdir(parents=True, exist_ok=True)
        synthesize = TARGET / "release/examples/synthesize"
        subprocess.run([synthesize, "--count", str(cables), staging], check=True)
        remove_other_encodings(staging)
        staging.rename(archive)
    return archive


def remove_other_encodings(archive):
    """Leaves files of UTF-8 alone: DuckDB's read_text refuses all if one is anything else."""
    for path in archive.rglob("*"):
        if path.is_file():
            try:
                path.read_bytes().decode()
            except UnicodeDecodeError:
                path.unlink()


def measure_archive(archive):
    """Number of files, their bytes, and how well pieces of 1 MiB of a tenth of them compress."""
    files = sorted(path for path in archive.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in files)
    first = len(files) // 2
    sample = b"".join(path.read_bytes() for path in files[first : first + max(1000, len(files) // 10)])
    zstd = pyarrow.Codec("zstd", compression_level=3)
    pieces = [sample[start : start + MEBIBYTE] for start in range(0, len(sample), MEBIBYTE)]
    return len(files), size, len(sample) / sum(zstd.compress(piece).size for piece in pieces)


class Run:
    """Seconds, peak memory in bytes and rows of one run."""

    def __init__(self, seconds, memory, rows):
        self.seconds, self.memory, self.rows = seconds, memory, rows


def timed(command, archive):
    out = PLACE / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    # What was written before must not be synced on the time of this run.
    os.sync()
    begin = time.monotonic()
    process = subprocess.Popen([str(word) for word in command(archive, out)])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"failed: {process.args}")
    return Run(seconds, usage.ru_maxrss * 1024, rows_of(out))


def rows_of(out):
    for name in ("cables.parquet", "floor.parquet", "other.parquet"):
        path = out / name
        if path.exists() and path.open("rb").read(4) == b"PAR1":
            return f"{pyarrow.parquet.ParquetFile(path).metadata.num_rows:,}"
        if path.exists():
            return f"{sum(1 for _ in path.open('rb')):,}"
    return ""


def machine():
    model = platform.processor() or platform.machine()
    if pathlib.Path("/proc/cpuinfo").exists():
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), model)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{len(os.sched_getaffinity(0))} cores of {model}, {memory:.0f} GiB"


if __name__ == "__main__":
    main()
