"""Writes the sample month and the table of what is planted in it: `python samples/generate.py`.

Only the standard library and XlsxWriter are needed. The same version of both gives the same bytes.
"""

from __future__ import annotations

import shutil
import sys
from datetime import date
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generator import opinions, registers, services  # noqa: E402
from generator.company import REGIONS  # noqa: E402
from generator.layouts import write_history, write_month  # noqa: E402
from generator.planted import Month, plant  # noqa: E402
from generator.readme import planted, readme  # noqa: E402
from generator.sheets import Folder  # noqa: E402

SEED = 20261031


def build() -> Month:
    """Give the registers of October 2026 with every case planted."""
    rng = Random(SEED)
    made = services.october_services(rng)
    visits = services.visit_rows(rng, made)
    complaints = opinions.complaint_rows(made)
    logs = {
        "weekly_summary": registers.weekly_rows(rng, made.records, visits),
        "visit": visits,
        "complaint": complaints,
        "accountability": opinions.accountability_rows(complaints),
        "suggestion": opinions.suggestion_rows(),
        "product_problem": opinions.product_rows(),
        "phone_status": opinions.phone_rows(),
        "phone_report": opinions.phone_report_rows(),
        "phone_call_test": registers.call_test_rows(),
        "attendance": registers.attendance_rows(),
        "dept_report": registers.report_rows(rng),
        "record_volume": [row for m in (9, 10) for row in registers.volume_rows(rng, date(2026, m, 1))],
        "satisfaction_survey": registers.survey_rows(rng, 3),
        "spot_check": registers.check_rows(),
        "phone_followup": registers.followup_rows(rng, made.records),
        "training_consult": registers.training_rows(),
        "product_ledger": services.ledger_rows(rng, REGIONS),
        "dealers": services.dealer_rows(),
    }
    month = Month(made, logs)
    plant(month)
    return month


def main(root: Path = HERE) -> None:
    """Write `2026-10/`, `README.md` and `planted.json` under `root`; an old month is removed first."""
    target = root / "2026-10"
    if target.exists():
        shutil.rmtree(target)
    folder = Folder(target)
    month = build()
    write_month(folder, month)
    write_history(folder, Random(SEED + 1))
    (root / "README.md").write_text(readme(folder, month), encoding="utf-8", newline="\n")
    (root / "planted.json").write_text(planted(folder), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
