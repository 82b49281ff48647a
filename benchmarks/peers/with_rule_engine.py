"""The ten rules as texts of rule-engine, asked of one row after the other."""

from datetime import timedelta
from typing import Any

import rule_engine

from benchmarks.peers.rows import COLUMNS, arguments, months_later, output, rows

RULES = {
    "slump": "slump < 80 or slump > 260",
    "quantity": "quantity > 60",
    "rating": "rating not in ['满意', '基本满意', '一般']",
    "phone": "phone == null",
    "stay": "left_at > longest",
    "filed": "filed_on > latest",
    "score": "kind == '投诉' and score != null and score < 60",
    "signed": "quantity > 40 and signed != true",
    "disposed": "disposed_on != null and disposed_on < keep_until",
    "heat": "kind != '培训' and temperature != null and temperature > 35",
}
LONG, LATE = timedelta(minutes=480), timedelta(days=3)


def facts(row: tuple[Any, ...]) -> dict[str, Any]:
    """Give a row by name, with the limits that its calendar gives."""
    found = dict(zip(COLUMNS, row, strict=True))
    found["longest"] = found["arrived_at"] + LONG
    found["latest"] = found["service_date"] + LATE
    found["keep_until"] = months_later(found["service_date"], 18) if found["disposed_on"] else None
    return found


if __name__ == "__main__":
    folder, most = arguments()
    asked = {name: rule_engine.Rule(text).matches for name, text in RULES.items()}
    with output() as out:
        for row in rows(folder, most):
            known = facts(row)
            for name, matches in asked.items():
                if matches(known):
                    out.write(f"{name}\tfail\t{row[0]}\n")
