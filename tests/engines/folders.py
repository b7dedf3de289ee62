"""Opens our outputs with the plainest call of every engine, and has it write back what it read: folders.py DIR ENGINE...

DIR holds cables.parquet, the same rows as parts/ and in the partitions by_year/ and by_post/, and dataset/, which `sync`
keeps. Rows are compared by source, path for path. An engine that refuses an output does so with the words that are
written down here, so that this is noticed when it does not any more.
"""

import logging
import pathlib
import shutil
import sys

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet

import rows
from compare import differences

OUTPUTS = {
    "file": "cables.parquet",
    "folder": "parts",
    "by year": "by_year",
    "by post": "by_post",
    "dataset": "dataset/current/parquet",
}


def column_of(path):
    """The column of the partitions, where there are any."""
    return {"by_year": "year", "by_post": "post", "parquet": "year"}.get(path.name)


class Engine:
    """One engine: how it reads an output, and how it writes what it read."""

    #: What it says where it refuses an output, by the name of the output.
    refusals = {}
    #: Whether it takes the column of partitions from the paths; where it does not, the column is null.
    looks_at_paths = True

    def read(self, path):
        raise NotImplementedError

    def rows(self, table):
        return table.to_pylist()

    def write(self, table, path):
        raise NotImplementedError

    def end(self):
        pass


class DuckDb(Engine):
    def __init__(self):
        import duckdb

        self.connection = duckdb.connect()
        self.connection.execute("SET TimeZone = 'UTC'")

    def read(self, path):
        return self.connection.sql(f"FROM '{path if path.is_file() else f'{path}/**/*.parquet'}'")

    def rows(self, table):
        return table.to_arrow_table().to_pylist()

    def write(self, table, path):
        table.write_parquet(str(path))


class DuckDbStar(DuckDb):
    """Everything in the folder, whatever its name."""

    def read(self, path):
        if path.is_file():
            return super().read(path)
        return self.connection.sql(f"FROM read_parquet('{path}/{'*/' if column_of(path) else ''}*')")


class Polars(Engine):
    def read(self, path):
        import polars

        return polars.read_parquet(path)

    def rows(self, table):
        return table.to_dicts()

    def write(self, table, path):
        table.write_parquet(path)


class PolarsLazy(Polars):
    def read(self, path):
        import polars

        return polars.scan_parquet(path).collect()


class Pandas(Engine):
    def read(self, path):
        import pandas

        return pandas.read_parquet(path, dtype_backend="pyarrow")

    def rows(self, table):
        return pa.Table.from_pandas(table).to_pylist()

    def write(self, table, path):
        table.to_parquet(path)


class PyArrow(Engine):
    def read(self, path):
        return pa.parquet.read_table(path)

    def write(self, table, path):
        pa.parquet.write_table(table, path)


class PyArrowDataset(PyArrow):
    def read(self, path):
        return pa.dataset.dataset(path, partitioning="hive").to_table()


class Daft(Engine):
    def read(self, path):
        import daft

        if column_of(path):
            return daft.read_parquet(f"{path}/**", hive_partitioning=True)
        return daft.read_parquet(str(path))

    def write(self, table, path):
        folder = path.with_suffix("")
        table.write_parquet(str(folder))
        pa.parquet.write_table(pa.parquet.read_table(folder), path)


class Spark(Engine):
    def __init__(self):
        self.session = rows.spark_session()

    def read(self, path):
        return self.session.read.parquet(str(path))

    def rows(self, table):
        return [row.asDict(recursive=True) for row in table.collect()]

    def write(self, table, path):
        table.coalesce(1).write.parquet(str(path.with_suffix("")))
        (written,) = path.with_suffix("").glob("*.parquet")
        shutil.move(written, path)

    def end(self):
        self.session.stop()


class DataFusion(Engine):
    def __init__(self):
        import datafusion

        self.context = datafusion.SessionContext()

    def read(self, path):
        column = column_of(path)
        kinds = {"year": pa.int32(), "post": pa.string()}
        columns = [(column, kinds[column])] if column else []
        return self.context.read_parquet(str(path), table_partition_cols=columns)

    def rows(self, table):
        return table.to_arrow_table().to_pylist()

    def write(self, table, path):
        table.write_parquet(str(path))


class DeltaRs(Engine):
    """Makes a copy of the folder a Delta table, in its place; a single file is written as one."""

    def read(self, path):
        import deltalake

        copy = path.parent / f"{path.name}.delta"
        if path.is_file():
            deltalake.write_deltalake(copy, pa.parquet.read_table(path))
            return deltalake.DeltaTable(copy).to_pyarrow_table()
        shutil.copytree(path, copy)
        column = column_of(path)
        kinds = {"year": "integer", "post": "string"}
        fields = [deltalake.Field(column, kinds[column])] if column else []
        deltalake.convert_to_deltalake(copy, partition_by=deltalake.Schema(fields), partition_strategy="hive")
        return deltalake.DeltaTable(copy).to_pyarrow_table()

    def write(self, table, path):
        import deltalake

        folder = path.with_suffix("")
        deltalake.write_deltalake(folder, table)
        pa.parquet.write_table(deltalake.DeltaTable(folder).to_pyarrow_table(), path)


class PyIceberg(Engine):
    """Takes the files into a table as they are: `keep_partition_column=true` is for it."""

    looks_at_paths = False

    def read(self, path):
        logging.getLogger("pyiceberg").setLevel(logging.ERROR)
        from pyiceberg.catalog.memory import InMemoryCatalog

        files = [path] if path.is_file() else sorted(path.rglob("part-*.parquet"))
        catalog = InMemoryCatalog("cables", warehouse=str(path.parent / f"{path.name}.iceberg"))
        catalog.create_namespace("archive")
        table = catalog.create_table("archive.cables", pa.parquet.read_schema(files[0]))
        table.add_files([str(file) for file in files])
        return table.scan().to_arrow()

    def write(self, table, path):
        pa.parquet.write_table(table, path)


class Ray(Engine):
    def __init__(self):
        import ray

        ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="error")

    def read(self, path):
        import ray.data

        return ray.data.read_parquet(str(path))

    def rows(self, table):
        return table.take_all()

    def write(self, table, path):
        table.repartition(1).write_parquet(str(path.with_suffix("")))
        (written,) = path.with_suffix("").glob("*.parquet")
        shutil.move(written, path)

    def end(self):
        import ray

        ray.shutdown()


class Dask(Engine):
    def read(self, path):
        import dask.dataframe

        return dask.dataframe.read_parquet(path, dtype_backend="pyarrow")

    def rows(self, table):
        return pa.Table.from_pandas(table.compute()).to_pylist()

    def write(self, table, path):
        table.compute().to_parquet(path)


ENGINES = {
    "duckdb": DuckDb, "duckdb-star": DuckDbStar, "polars": Polars, "polars-lazy": PolarsLazy, "pandas": Pandas,
    "pyarrow": PyArrow, "pyarrow-dataset": PyArrowDataset, "daft": Daft, "spark": Spark, "datafusion": DataFusion,
    "delta-rs": DeltaRs, "pyiceberg": PyIceberg, "ray": Ray, "dask": Dask,
}


def by_path(table):
    """The rows by what distinguishes them, without the types of an engine."""
    return sorted(rows.plain(table), key=lambda row: row["source"]["path"])


def cell(engine, directory, output, measure):
    """What is wrong with an output in an engine, each as a line; what it refuses as it should is nothing wrong."""
    path = directory / OUTPUTS[output]
    back = directory / f"{type(engine).__name__}.{output}.parquet".replace(" ", "_")
    refusal = engine.refusals.get(output)
    if column_of(path) and not engine.looks_at_paths:
        measure = [{**row, column_of(path): None} for row in measure]
    try:
        table = engine.read(path)
        wrong = list(differences(measure, by_path(engine.rows(table))))
        if not wrong and refusal is None:
            engine.write(table, back)
            written = by_path(pa.parquet.read_table(back, partitioning=None).to_pylist())
            wrong = [f"written back: {place}" for place in differences(measure, written)]
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        if refusal is not None and refusal in text:
            return "refused, as expected", []
        return "failed", [text]
    if refusal is not None:
        return "read, though a refusal was expected", ["take the refusal out of this file, and out of the guide"]
    return f"{len(measure)} rows, {len(wrong)} differences", wrong


def main():
    directory = pathlib.Path(sys.argv[1])
    measure = by_path(pa.parquet.read_table(directory / "cables.parquet").to_pylist())
    failed = False
    for name in sys.argv[2:]:
        engine = ENGINES[name]()
        for output in OUTPUTS:
            result, wrong = cell(engine, directory, output, measure)
            print(f"{name}: {output}: {result}")
            for place in wrong[:10]:
                failed = True
                print("   ", place[:2000])
        engine.end()
    sys.exit(failed)


if __name__ == "__main__":
    main()
