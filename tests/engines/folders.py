"""Opens folders of Parquet with the plainest call of every engine: folders.py DIR [--spark]

DIR holds cables.parquet, and the same rows as parts/ and in the partitions by_year/ and by_post/. Rows are compared by
source, path for path; the column of partitions may have another type of its own kind, and an unknown value is null.
"""

import pathlib
import sys

import importlib.util

import duckdb
import pandas
import polars
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet

import rows
from compare import differences


def duckdb_folder(folder):
    return duckdb_query(f"'{folder}/**/*.parquet'")


def duckdb_star(folder):
    """Everything one step below the folder, or below its partitions, whatever its name."""
    return duckdb_query(f"read_parquet('{folder}/{'*/' if folder.name.startswith('by_') else ''}*')")


def duckdb_query(source):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection.execute(f"SELECT * FROM {source}").to_arrow_table().to_pylist()


def polars_folder(folder):
    return polars.read_parquet(folder).to_dicts()


def polars_scan(folder):
    return polars.scan_parquet(folder).collect().to_dicts()


def pandas_folder(folder):
    return pa.Table.from_pandas(pandas.read_parquet(folder, dtype_backend="pyarrow")).to_pylist()


def pyarrow_table(folder):
    return pa.parquet.read_table(folder).to_pylist()


def pyarrow_dataset(folder):
    return pa.dataset.dataset(folder, partitioning="hive").to_table().to_pylist()


def daft_folder(folder):
    import daft

    if folder.name.startswith("by_"):
        return daft.read_parquet(f"{folder}/**", hive_partitioning=True).to_pylist()
    return daft.read_parquet(str(folder)).to_pylist()


def spark_folder(folder):
    return rows.of_spark(lambda spark: spark.read.parquet(str(folder)).collect())


READERS = [duckdb_folder, duckdb_star, polars_folder, polars_scan, pandas_folder, pyarrow_table, pyarrow_dataset]
if importlib.util.find_spec("daft"):
    READERS.append(daft_folder)


def by_path(table):
    """The rows by what tells them apart, without the types of an engine; columns of partitions as numbers or text."""
    return sorted(rows.plain(table), key=lambda row: row["source"]["path"])


def main():
    directory = pathlib.Path(sys.argv[1])
    measure = by_path(pa.parquet.read_table(directory / "cables.parquet").to_pylist())
    failed = False
    for folder in ("parts", "by_year", "by_post"):
        for reader in [spark_folder] if "--spark" in sys.argv else READERS:
            try:
                wrong = list(differences(measure, by_path(reader(directory / folder))))
            except Exception as error:
                wrong = [f"{type(error).__name__}: {error}"]
            print(f"{folder}: {reader.__name__}: {len(wrong)} differences")
            for place in wrong[:10]:
                failed = True
                print("   ", place)
    sys.exit(failed)


if __name__ == "__main__":
    main()
