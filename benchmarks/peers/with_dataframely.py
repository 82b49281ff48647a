"""The ten rules as a dataframely schema on a polars frame; there a rule that gives null counts as met."""

import dataframely as dy
import polars as pl

from benchmarks.peers.rows import COLUMNS, RATINGS, arguments, files, list_all, output

RULES = ("slump", "quantity", "rating", "phone", "stay", "filed", "score", "signed", "disposed", "heat")


class Service(dy.Schema):
    """The record and its rules."""

    record_no = dy.String()
    kind = dy.String()
    service_date = dy.Date()
    arrived_at = dy.Datetime(time_unit="us")
    left_at = dy.Datetime(time_unit="us")
    filed_on = dy.Date(
        nullable=True, check={"filed": lambda c: c - pl.col("service_date") <= pl.duration(days=3)}
    )
    quantity = dy.Decimal(12, 3, check={"quantity": lambda c: c <= 60})
    slump = dy.Int32(check={"slump": lambda c: c.is_between(80, 260)})
    temperature = dy.Int32(nullable=True)
    score = dy.Int32(nullable=True)
    rating = dy.String(check={"rating": lambda c: c.is_in(RATINGS)})
    signed = dy.Bool(nullable=True)
    phone = dy.String(nullable=True, check={"phone": lambda c: c.is_not_null()})
    disposed_on = dy.Date(nullable=True)

    @dy.rule()
    def stay(cls) -> pl.Expr:  # noqa: D102
        return pl.col("left_at") - pl.col("arrived_at") <= pl.duration(minutes=480)

    @dy.rule()
    def complaint_score(cls) -> pl.Expr:  # noqa: D102
        return (pl.col("kind") != "投诉") | (pl.col("score") >= 60)

    @dy.rule()
    def is_signed(cls) -> pl.Expr:  # noqa: D102
        return (pl.col("quantity") <= 40) | pl.col("signed").fill_null(False)

    @dy.rule()
    def disposed(cls) -> pl.Expr:  # noqa: D102
        day = pl.col("service_date")
        later = day.dt.offset_by("18mo")
        kept = pl.when(day == day.dt.month_end()).then(later.dt.month_end()).otherwise(later)
        return pl.col("disposed_on") >= kept

    @dy.rule()
    def heat(cls) -> pl.Expr:  # noqa: D102
        return (pl.col("temperature") <= 35) | (pl.col("kind") == "培训")


NAMES = {"complaint_score": "score", "is_signed": "signed"}

if __name__ == "__main__":
    folder, most = arguments()
    frame = pl.scan_parquet(files(folder), hive_partitioning=False).select(COLUMNS).head(most).collect()
    _, failure = Service.filter(frame)
    details = failure.details()
    with output() as out:
        for column in details.columns[len(COLUMNS) :]:
            failed = details.filter(pl.col(column) == "invalid")["record_no"]
            name = column.rpartition("__")[2]
            list_all(out, NAMES.get(name, name), "fail", failed)
