"""The process to compare with: runs the statements of a file, one a line, and imports nothing but DuckDB."""

import sys

import duckdb

if __name__ == "__main__":
    connection = duckdb.connect()
    with open(sys.argv[1], encoding="utf-8") as stream:  # noqa: PTH123  # pathlib is one import more
        for line in stream:
            connection.execute(line).fetchall()
