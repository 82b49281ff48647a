"""The ten rules as a plain loop."""

from datetime import timedelta

from benchmarks.peers.rows import RATINGS, arguments, months_later, output, rows

LONG, LATE = timedelta(minutes=480), timedelta(days=3)

if __name__ == "__main__":
    folder, most = arguments()
    with output() as out:
        for (
            no, kind, day, arrived, left, filed, quantity, slump, temperature, score, rating, signed, phone, disposed,
        ) in rows(folder, most):  # fmt: skip
            if not 80 <= slump <= 260:
                out.write(f"slump\tfail\t{no}\n")
            if quantity > 60:
                out.write(f"quantity\tfail\t{no}\n")
            if rating not in RATINGS:
                out.write(f"rating\tfail\t{no}\n")
            if phone is None:
                out.write(f"phone\tfail\t{no}\n")
            if left - arrived > LONG:
                out.write(f"stay\tfail\t{no}\n")
            if filed > day + LATE:
                out.write(f"filed\tfail\t{no}\n")
            if kind == "投诉" and (score is None or score < 60):
                out.write(f"score\t{'undetermined' if score is None else 'fail'}\t{no}\n")
            if quantity > 40 and not signed:
                out.write(f"signed\tfail\t{no}\n")
            if disposed is not None and disposed < months_later(day, 18):
                out.write(f"disposed\tfail\t{no}\n")
            if kind != "培训" and (temperature is None or temperature > 35):
                out.write(f"heat\t{'undetermined' if temperature is None else 'fail'}\t{no}\n")
