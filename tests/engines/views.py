"""Makes the views of a schema over an output and reads every one: views.py SCHEMAS DIR [--spark]"""

import pathlib
import re
import sys


def statements(path):
    text = "\n".join(line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("--"))
    return [statement for statement in text.split(";\n") if statement.strip()]


def check(names, count, rows):
    """Every view answers; the plain ones have a row a cable, and the archive's has what the record says."""
    counts = {name: count(f"SELECT count(*) FROM {name}") for name in names}
    cables = count("SELECT count(*) FROM archive")
    assert cables > 0 and counts["cables"] == counts["bodies"] == cables, counts
    if "national_archives" in names:
        assert counts["national_archives"] == cables
        assert counts["record_concepts"] > 0 and counts["record_recipients"] > 0, counts
        found = rows("Film Number", "Document Number", "Locator")
        assert any(all(row) for row in found), found


def duckdb_views(schemas, directory):
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"CREATE VIEW archive AS SELECT * FROM '{directory / 'cables.parquet'}'")
    made = statements(schemas / "views.sql")
    for statement in made:
        connection.execute(statement)
    names = [re.search(r'VIEW "(\w+)"', statement).group(1) for statement in made]
    for name in names:
        connection.execute(f'CREATE TABLE "rows of {name}" AS SELECT * FROM "{name}"')
    columns = lambda *names: ", ".join(f'"{name}"' for name in names)
    check(
        names,
        lambda query: connection.execute(query).fetchone()[0],
        lambda *names: connection.execute(f"SELECT {columns(*names)} FROM national_archives").fetchall(),
    )


def spark_views(schemas, directory):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    spark = builder.config("spark.sql.warehouse.dir", str(directory / "warehouse")).getOrCreate()
    try:
        spark.read.parquet(str(directory / "cables.parquet")).createOrReplaceTempView("archive")
        made = statements(schemas / "views.spark.sql")
        for statement in made:
            spark.sql(statement)
        names = [re.search(r"VIEW `(\w+)`", statement).group(1) for statement in made]
        columns = lambda *names: ", ".join(f"`{name}`" for name in names)
        check(
            names,
            lambda query: spark.sql(query).collect()[0][0],
            lambda *names: spark.sql(f"SELECT {columns(*names)} FROM national_archives").collect(),
        )
    finally:
        spark.stop()


def main():
    schemas, directory = map(pathlib.Path, sys.argv[1:3])
    (spark_views if "--spark" in sys.argv else duckdb_views)(schemas, directory)


if __name__ == "__main__":
    main()
