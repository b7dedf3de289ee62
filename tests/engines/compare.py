"""Compares the outputs of one conversion, row by row, through every engine: compare.py DIR [--spark]

DIR holds cables.parquet, .arrow, .arrows, .xml, .yaml and .jsonl; the first engine's rows are the measure.
"""

import pathlib
import sys

import rows


def differences(measure, found, path=""):
    """The places in which two values differ."""
    if isinstance(measure, dict) and isinstance(found, dict):
        for key in measure.keys() | found.keys():
            yield from differences(measure.get(key), found.get(key), f"{path}.{key}")
    elif isinstance(measure, list) and isinstance(found, list) and len(measure) == len(found):
        for index, (one, other) in enumerate(zip(measure, found)):
            yield from differences(one, other, f"{path}[{index}]")
    elif type(measure) is not type(found) or measure != found:
        yield f"{path}: {measure!r:.200} is {found!r:.200}"


def main():
    directory = pathlib.Path(sys.argv[1])
    paths = {kind: directory / f"cables.{kind}" for kind in ("parquet", "arrow", "arrows", "xml", "yaml", "jsonl")}
    readers = rows.SPARK_READERS if "--spark" in sys.argv else rows.READERS[1:]
    measure = rows.READERS[0](paths)
    assert measure, "no rows"
    failed = False
    for reader in readers:
        wrong = list(differences(measure, reader(paths)))
        print(f"{reader.__name__}: {len(measure)} rows, {len(wrong)} differences")
        for place in wrong[:10]:
            failed = True
            print("   ", place)
    sys.exit(failed)


if __name__ == "__main__":
    main()
