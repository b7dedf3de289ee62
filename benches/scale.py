"""How time and memory grow: `just bench-scale`, or `python benches/scale.py [--rounds N] [--most CABLES]`.

Prints three Markdown tables: archives of 3,000, 30,000 and 300,000 cables on 1 to 8 threads; partitions; and inputs of
odd shapes at half their size and whole, where a time that doubles is linear. All write Parquet.
"""

import argparse
import os
import shutil
import statistics

import measure
from measure import CABLEGRAM, MEBIBYTE, PLACE

THREADS = (1, 2, 4, 8)
CABLES = (3_000, 30_000, 300_000)

ENVELOPE = """09ASTANA{number}
A LARGE CABLE
Fri Jun 12 00:00:00 +0200 2009
UNCLASSIFIED
Embassy Astana
UNCLAS ASTANA {number:06}

SUBJECT: A LARGE CABLE

1. The text begins here.
"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=3, help="runs of each (default 3)")
    arguments.add_argument("--most", type=int, default=CABLES[-1], help="cables of the largest archive (default 300,000)")
    arguments = arguments.parse_args()
    measure.build()
    print(f"\n{measure.machine()}; median of {arguments.rounds}, peak memory of all\n")
    archives(arguments)
    partitions(arguments.rounds)
    shapes(arguments.rounds)


def archives(arguments):
    print("| cables | threads | seconds | ms a cable | peak memory |\n|--:|--:|--:|--:|--:|")
    for cables in (cables for cables in CABLES if cables <= arguments.most):
        archive = measure.archive_of(cables)
        count = sum(len(files) for _, _, files in os.walk(archive))
        for threads in THREADS:
            seconds, memory = several(arguments.rounds, archive, "--threads", threads, "-o", "{out}/cables.parquet")
            print(f"| {count:,} | {threads} | {seconds:.2f} | {seconds / count * 1e3:.3f} | {memory:,.0f} MiB |", flush=True)


def partitions(rounds):
    print("\n| partitions of 30,000 cables | seconds | peak memory |\n|--:|--:|--:|")
    archive = measure.archive_of(30_000)
    for column in ("year", "date"):
        output = "parquet,by=" + column + ":{out}/cables/"
        seconds, memory = several(rounds, archive, "-o", output)
        count = sum(path.is_dir() for path in (PLACE / "out/cables").iterdir())
        print(f"| {count:,} | {seconds:.2f} | {memory:,.0f} MiB |", flush=True)


def shapes(rounds):
    print("\n| input | half: seconds | whole: seconds | whole / half | peak memory |\n|---|--:|--:|--:|--:|")
    for name, (make, size) in SHAPES.items():
        seconds = {}
        for part in (size // 2, size):
            place = PLACE / "shape"
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            make(place, part)
            seconds[part], memory = several(rounds, place, "-o", "{out}/cables.parquet")
        half, whole = seconds.values()
        print(f"| {name} | {half:.2f} | {whole:.2f} | {whole / half:.2f} | {memory:,.0f} MiB |", flush=True)
    shutil.rmtree(place)


def one_cable(place, size):
    """One cable of so many bytes, in paragraphs."""
    head = ENVELOPE.format(number=1)
    paragraph = "\n{number}. " + "Nothing is left to say about the harbor, and yet it is said again. \n" * 9
    texts = []
    while len(texts) * len(paragraph) < size:
        texts.append(paragraph.format(number=len(texts) + 2))
    (place / "large.txt").write_text((head + "".join(texts))[:size])


def one_cable_of_lines(place, count):
    """One cable of so many short lines."""
    head = ENVELOPE.format(number=1)
    (place / "lines.txt").write_text(head + "a word\n" * (count - head.count("\n")))


def tiny_files(place, count):
    """So many cables of a few lines, in folders of 100."""
    for first in range(0, count, 100):
        tiny_files_in_one_folder(place / str(first), 100, first)


def tiny_files_in_one_folder(place, count, first=0):
    """So many cables of a few lines, in one folder."""
    place.mkdir(exist_ok=True)
    for number in range(first + 1, first + count + 1):
        (place / f"09ASTANA{number}.txt").write_text(ENVELOPE.format(number=number))


SHAPES = {
    "one cable of 8 MiB": (one_cable, 8 * MEBIBYTE),
    "one cable of 1,000,000 lines": (one_cable_of_lines, 1_000_000),
    "100,000 tiny files": (tiny_files, 100_000),
    "100,000 tiny files in one folder": (tiny_files_in_one_folder, 100_000),
}


def several(rounds, archive, *words):
    """Median of seconds and most memory in MiB of some runs, after one that warms up."""
    command = lambda archive, out: [CABLEGRAM, "convert", "--quiet", archive, *(str(word).format(out=out) for word in words)]
    runs = [measure.timed(command, archive) for _ in range(rounds + 1)][1:]
    return statistics.median(run.seconds for run in runs), max(run.memory for run in runs) / MEBIBYTE


if __name__ == "__main__":
    main()
