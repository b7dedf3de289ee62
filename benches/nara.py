"""Compares a Parquet file of the National Archives' telegrams of 1973-79 with the figures that are known of them.

Usage: nara.py TELEGRAMS.parquet

Each line is a figure: what it counts, what was found, what is known. A file of a part of the telegrams differs in its
counts and not in its shares.
"""

import sys

import duckdb

# Telegrams a year, by document number.
YEARS = {1973: 155_278, 1974: 289_768, 1975: 333_134, 1976: 347_422, 1977: 307_219, 1978: 325_458, 1979: 322_997}
LEVELS = {
    "UNCLASSIFIED": 1_032_952,
    "LIMITED OFFICIAL USE": 481_883,
    "CONFIDENTIAL": 455_910,
    "SECRET": 110_342,
}
# Telegrams by the day of the stamp that declassified them.
STAMPS = {
    "2005-06-30": 445_044,
    "2006-05-04": 347_422,
    "2006-07-05": 136_528,
    "2006-07-06": 196_605,
    "2009-05-22": 307_219,
    "2014-03-20": 648_454,
}
SENDERS = {
    "STATE": 600_659,
    "TOKYO": 36_231,
    "MOSCOW": 35_706,
    "GENEVA": 34_016,
    "USUN NEW YORK": 31_484,
    "PARIS": 30_178,
    "LONDON": 29_610,
    "CAIRO": 27_569,
}
WITHOUT_TEXT = 134_303


def main(path):
    cables = duckdb.read_parquet(path)

    def counts(column, order="1"):
        return dict(cables.query("cables", f"SELECT {column}, count(*) FROM cables GROUP BY 1 ORDER BY {order}").fetchall())

    def one(expression):
        return cables.query("cables", f"SELECT {expression} FROM cables").fetchall()[0][0]

    def table(title, found, known):
        print(f"\n{title}\n{'':24}{'found':>12}{'known':>12}")
        for key in sorted(set(known) | {key for key in found if key is not None}, key=str):
            print(f"{key!s:24}{found.get(key, 0):>12,}{known.get(key, 0):>12,}")
        if None in found:
            print(f"{'none':24}{found[None]:>12,}")

    table("telegrams a year", counts("year"), YEARS)
    table("levels when sent", counts("classification"), LEVELS)
    table("days of declassification", counts("CAST(declassified_on AS VARCHAR)"), STAMPS)
    senders = {key: count for key, count in counts("origin").items() if key in SENDERS}
    table("senders", senders, SENDERS)
    print(f"\n{'without text':24}{one('count(*) FILTER (header_form = ' + repr('empty') + ')'):>12,}{WITHOUT_TEXT:>12,}")
    print(f"{'post unknown':24}{one('count(*) FILTER (post IS NULL)'):>12,}   under 2 % is right")
    print(f"{'numbers that are one':24}{one('count(DISTINCT mrn) / count(*)'):>12.4f}{'about 0.998':>12}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
