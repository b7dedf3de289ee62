"""Ten queries in DuckDB on our file beside the same rows written by DuckDB: `python benches/queries.py CABLES.parquet`.

Prints a Markdown table of medians and ratios. Both files are asked in turn, so that a machine that slows down slows both.
"""

import argparse
import pathlib
import statistics
import time

# Name and query, where {mrn} is one number in the middle of the file.
QUERIES = [
    ("cables of each year", "SELECT year, count(*) FROM t GROUP BY ALL"),
    ("cables of each post and level", "SELECT post, classification, count(*) FROM t GROUP BY ALL"),
    ("the most frequent tags", "SELECT tag, count(*) FROM (SELECT unnest(tags) AS tag FROM t) GROUP BY ALL ORDER BY 2 DESC LIMIT 20"),
    ("one cable by its number", "SELECT date, subject FROM t WHERE mrn = '{mrn}'"),
    ("a month", "SELECT count(*), min(mrn) FROM t WHERE date BETWEEN DATE '1979-03-01' AND DATE '1979-03-31'"),
    (
        "the most cited cables",
        "SELECT r.cited_mrn, count(*) FROM (SELECT unnest(refs) AS r FROM t) GROUP BY ALL ORDER BY 2 DESC LIMIT 20",
    ),
    ("letters of the subjects", "SELECT substr(subject, 1, 1), sum(length(subject)) FROM t GROUP BY ALL"),
    ("one text by its number", "SELECT source_text FROM t WHERE mrn = '{mrn}'"),
    ("a word in the paragraphs", "SELECT count(*) FROM (SELECT unnest(paragraphs) AS p FROM t) WHERE p.text LIKE '%harbor%'"),
    ("a word in the text", "SELECT count(*) FROM t WHERE source_text LIKE '%harbor%'"),
]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("file", type=pathlib.Path, help="a Parquet file of cables")
    arguments.add_argument("--rounds", type=int, default=7, help="runs of each query (default 7)")
    arguments = arguments.parse_args()
    table(arguments.file, arguments.rounds)


def table(ours, rounds):
    import duckdb

    theirs = ours.with_suffix(".duckdb.parquet")
    connection = duckdb.connect()
    connection.execute(f"COPY (SELECT * FROM '{ours}') TO '{theirs}' (FORMAT parquet, COMPRESSION zstd)")
    rows = connection.execute(f"SELECT count(*) FROM '{ours}'").fetchone()[0]
    mrn = connection.execute(f"SELECT mrn FROM '{ours}' LIMIT 1 OFFSET {rows // 2}").fetchone()[0]
    sizes = [path.stat().st_size / 1e6 for path in (ours, theirs)]
    print(f"\n{rows:,} rows; ours {sizes[0]:,.0f} MB, DuckDB's {sizes[1]:,.0f} MB; median of {rounds}\n")
    print("| query | ours, ms | DuckDB's, ms | ratio |\n|---|--:|--:|--:|")
    for name, query in QUERIES:
        seconds = [[], []]
        for _ in range(rounds):
            for path, taken in zip((ours, theirs), seconds):
                taken.append(seconds_of(connection, query.replace("FROM t", f"FROM '{path}'").format(mrn=mrn)))
        own, other = (statistics.median(taken) * 1e3 for taken in seconds)
        print(f"| {name} | {own:.1f} | {other:.1f} | {own / other:.2f} |", flush=True)


def seconds_of(connection, query):
    begin = time.perf_counter()
    connection.execute(query).fetchall()
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
