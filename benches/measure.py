"""What the benchmarks share: archives of invented cables, and the time, peak memory and rows of one run.

This process stays small, since what it takes counts as memory of every program that it starts: whatever needs
pyarrow runs in another one.
"""

import concurrent.futures
import multiprocessing
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
PLACE = TARGET / "bench"
CABLEGRAM, FLOOR = TARGET / "release/cablegram", TARGET / "release/examples/floor"
# Repeated or random texts make any speed meaningless.
LEAST_RATIO, MOST_RATIO = 2.8, 3.3
MEBIBYTE = 1 << 20


def elsewhere(function, *arguments):
    """What `function` returns, from a process of its own."""
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(function, *arguments).result()


def build():
    cargo = ["cargo", "build", "--release", "--locked", "--quiet"]
    subprocess.run([*cargo, "--bin", "cablegram", "--example", "floor", "--example", "synthesize"], cwd=ROOT, check=True)


def archive_of(cables):
    archive = PLACE / f"archive-{cables}"
    if not archive.exists():
        staging = PLACE / f"making-{cables}"
        shutil.rmtree(staging, ignore_errors=True)
        staging.parent.mkdir(parents=True, exist_ok=True)
        synthesize = TARGET / "release/examples/synthesize"
        subprocess.run([synthesize, "--count", str(cables), staging], check=True)
        elsewhere(remove_other_encodings, staging)
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


def describe(archive):
    """Number of files, their bytes, and how well pieces of 1 MiB of a tenth of them compress."""
    import pyarrow

    files = sorted(path for path in archive.rglob("*") if path.is_file())
    size = sum(path.stat().st_size for path in files)
    first = len(files) // 2
    sample = b"".join(path.read_bytes() for path in files[first : first + max(1000, len(files) // 10)])
    zstd = pyarrow.Codec("zstd", compression_level=3)
    pieces = [sample[start : start + MEBIBYTE] for start in range(0, len(sample), MEBIBYTE)]
    return len(files), size, len(sample) / sum(zstd.compress(piece).size for piece in pieces)


class Run:
    """Seconds, peak memory in bytes, and where the output is, until the next run."""

    def __init__(self, seconds, memory, out):
        self.seconds, self.memory, self.out = seconds, memory, out


def timed(command, archive):
    """Runs the command of an archive and a fresh directory."""
    out = PLACE / "out"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    # What was written before must not be synced on the time of this run.
    os.sync()
    begin = time.monotonic()
    process = subprocess.Popen([str(word) for word in command(archive, out)], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        sys.exit(f"failed: {process.args}")
    return Run(seconds, usage.ru_maxrss * 1024, out)


def rows_of(out):
    """Rows of the Parquet file or the lines of text in `out`; nothing where there is neither."""
    import pyarrow.parquet

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
