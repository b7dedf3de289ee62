"""Makes `spark.read.format("cablegram")` work: Spark looks for a module of this name, and in it for this class."""

from cablegram.spark import DataSource as DefaultSource

__all__ = ["DefaultSource"]
