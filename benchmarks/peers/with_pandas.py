"""The ten rules on a pandas frame, column by column."""

import pandas as pd

from benchmarks.peers.rows import COLUMNS, RATINGS, arguments, files, list_all, output


def frame(folder: str, most: int) -> pd.DataFrame:
    """Give the first rows; columns of Arrow, since exact decimals and dates are slow Python objects otherwise."""
    parts = [pd.read_parquet(one, columns=[*COLUMNS], dtype_backend="pyarrow") for one in files(folder)]
    return pd.concat(parts, ignore_index=True).head(most)


def too_early(df: pd.DataFrame) -> pd.Series:
    """Tell of the few rows that were disposed of, whether that was within 18 months."""
    few = df[df.disposed_on.notna()]
    day = pd.to_datetime(few.service_date)
    kept = day + pd.DateOffset(months=18)
    kept = kept.where(~day.dt.is_month_end, kept + pd.offsets.MonthEnd(0))
    return (pd.to_datetime(few.disposed_on) < kept).reindex(df.index, fill_value=False)


if __name__ == "__main__":
    folder, most = arguments()
    df = frame(folder, most)
    complaint, cool = df.kind == "投诉", df.kind != "培训"
    fails = {
        "slump": ~df.slump.between(80, 260),
        "quantity": df.quantity > 60,
        "rating": ~df.rating.isin(RATINGS),
        "phone": df.phone.isna(),
        "stay": df.left_at - df.arrived_at > pd.Timedelta(minutes=480),
        "filed": df.filed_on - df.service_date > pd.Timedelta(days=3),
        "score": complaint & (df.score < 60),
        "signed": (df.quantity > 40) & ~df.signed.fillna(False),
        "disposed": too_early(df),
        "heat": cool & (df.temperature > 35),
    }
    unknown = {"score": complaint & df.score.isna(), "heat": cool & df.temperature.isna()}
    with output() as out:
        for outcome, found in (("fail", fails), ("undetermined", unknown)):
            for rule, mask in found.items():
                list_all(out, rule, outcome, df.record_no[mask.fillna(False).astype(bool)])
