"""The scheduled job under change: `just bench-job`, or `python benches/job.py PROGRAM ARCHIVE [--changes N]`.

Copies ARCHIVE (made by `--example synthesize`), syncs it, changes N files (add, edit, touch, move, delete, corrupt,
duplicate), syncs again, compares the result with a full run byte by byte, and prints the times as a Markdown table.
"""

import argparse
import filecmp
import os
import pathlib
import random
import shutil
import subprocess
import tempfile
import time

JOB = 'dataset = "{dataset}"\ninputs = ["in"]\noutputs = ["parquet,by=year:parquet/"]\nmax_bad = "100%"\nkeep = 1\n'


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("program", type=pathlib.Path)
    arguments.add_argument("archive", type=pathlib.Path)
    arguments.add_argument("--changes", type=int, default=1000, help="files to change (default 1000)")
    arguments = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.archive.parent) as folder:
        folder = pathlib.Path(folder)
        shutil.copytree(arguments.archive, folder / "in")
        for name in ("incremental", "full"):
            (folder / f"{name}.toml").write_text(JOB.format(dataset=name))
        program = arguments.program.resolve()
        rows = [("first run", timed(program, folder, "incremental"))]
        rows.append(("nothing to do", timed(program, folder, "incremental")))
        change(folder / "in", arguments.changes)
        rows.append((f"{arguments.changes} changes", timed(program, folder, "incremental")))
        rows.append(("everything anew", timed(program, folder, "full")))
        same = identical(folder / "incremental/current/parquet", folder / "full/current/parquet")
    print("| run | seconds | of a full run |\n|---|--:|--:|")
    for name, seconds in rows:
        print(f"| {name} | {seconds:.2f} | {seconds / rows[-1][1]:.3f} |")
    print("\nThe incremental data are", "those of the full run." if same else "NOT those of the full run!")
    raise SystemExit(not same)


def timed(program, folder, name):
    start = time.monotonic()
    subprocess.run([program, "sync", "--quiet", f"{name}.toml"], cwd=folder, check=True)
    return time.monotonic() - start


def change(archive, count):
    """Changes `count` files, the same ones every time; what is changed gets a time of its own."""
    choice = random.Random(7)
    files = sorted(path for path in archive.rglob("*") if path.is_file())
    for number, path in enumerate(choice.sample(files, count)):
        text = path.read_bytes()
        copy = path.with_name(f"{path.stem}-{number}.txt")
        match number % 7:
            case 0:
                copy.write_bytes(text.replace(b" the ", b" that ", 1))
            case 1:
                path.write_bytes(text.replace(b" the ", b" this ", 1))
            case 2:
                os.utime(path, (1_000_000_000 + number,) * 2)
            case 3:
                path.rename(copy)
            case 4:
                path.unlink()
            case 5:
                path.write_bytes(b"no cable at all\n")
            case 6:
                copy.write_bytes(text)


def identical(one, other):
    """Whether two folders hold the same files, byte for byte."""
    names = [sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file()) for root in (one, other)]
    return names[0] == names[1] and all(filecmp.cmp(one / name, other / name, shallow=False) for name in names[0])


if __name__ == "__main__":
    main()
