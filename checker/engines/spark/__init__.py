"""Spark, for archives that outgrow one machine: the same findings, everything distributed but the last of them."""

from checker.engines.spark.engine import SparkEngine as SparkEngine
