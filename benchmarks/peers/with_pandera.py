"""The ten rules as a pandera schema, validated lazily; a blank is taken out by the rule itself."""

import pandas as pd
import pandera.pandas as pa

from benchmarks.peers.rows import RATINGS, arguments, list_all, output
from benchmarks.peers.with_pandas import frame, too_early

SCHEMA = pa.DataFrameSchema(
    {
        "slump": pa.Column(checks=pa.Check.in_range(80, 260)),
        "quantity": pa.Column(checks=pa.Check.le(60)),
        "rating": pa.Column(checks=pa.Check.isin(RATINGS)),
        "phone": pa.Column(nullable=True, checks=pa.Check(lambda s: s.notna(), ignore_na=False)),
    },
    checks=[
        pa.Check(lambda df: df.left_at - df.arrived_at <= pd.Timedelta(minutes=480), name="stay"),
        pa.Check(lambda df: df.filed_on - df.service_date <= pd.Timedelta(days=3), name="filed"),
        pa.Check(lambda df: (df.kind != "投诉") | (df.score.fillna(60) >= 60), name="score"),
        pa.Check(lambda df: (df.quantity <= 40) | df.signed.fillna(False), name="signed", ignore_na=False),
        pa.Check(lambda df: ~too_early(df), name="disposed"),
        pa.Check(lambda df: (df.temperature.fillna(0) <= 35) | (df.kind == "培训"), name="heat"),
    ],
)

if __name__ == "__main__":
    df = frame(*arguments())
    with output() as out:
        try:
            SCHEMA.validate(df, lazy=True)
        except pa.errors.SchemaErrors as found:
            cases = found.failure_cases
            of_column = cases.schema_context == "Column"
            names = cases.column.where(of_column, cases.check)
            # a check of whole rows reports every cell of a row
            for rule, index in cases["index"].groupby(names):
                list_all(out, str(rule), "fail", df.record_no[index.unique()])
