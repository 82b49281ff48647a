"""The ten rules as expressions of CEL (cel-python), asked of one row after the other."""

from typing import Any

import celpy
from celpy import adapter, celtypes

from benchmarks.peers.rows import COLUMNS, arguments, months_later, output, rows

RULES = {
    "slump": "r.slump < 80 || r.slump > 260",
    "quantity": "r.quantity > 60.0",
    "rating": "!(r.rating in ['满意', '基本满意', '一般'])",
    "phone": "!has(r.phone)",
    "stay": "r.left_at - r.arrived_at > duration('480m')",
    "filed": "r.filed_on - r.service_date > duration('72h')",
    "score": "r.kind == '投诉' && has(r.score) && r.score < 60",
    "signed": "r.quantity > 40.0 && !(has(r.signed) && r.signed)",
    "disposed": "has(r.disposed_on) && r.disposed_on < r.keep_until",
    "heat": "r.kind != '培训' && has(r.temperature) && r.temperature > 35",
}
DATES = ("service_date", "filed_on", "disposed_on", "keep_until")


def cell(name: str, value: Any) -> object:
    """Give a value as CEL has it."""
    if name in DATES:
        return celtypes.TimestampType(value.year, value.month, value.day)
    if name in ("arrived_at", "left_at"):
        return celtypes.TimestampType(value)
    return adapter.json_to_cel(value)


def facts(row: tuple[Any, ...]) -> dict[str, celtypes.MapType]:
    """Give a row by name without its blanks, with the limit that its calendar gives."""
    found = dict(zip(COLUMNS, row, strict=True))
    found["keep_until"] = months_later(found["service_date"], 18) if found["disposed_on"] else None
    cells = {
        celtypes.StringType(name): cell(name, value) for name, value in found.items() if value is not None
    }
    return {"r": celtypes.MapType(cells)}


if __name__ == "__main__":
    folder, most = arguments()
    environment = celpy.Environment()
    asked = {name: environment.program(environment.compile(text)) for name, text in RULES.items()}
    with output() as out:
        for row in rows(folder, most):
            known = facts(row)
            for name, program in asked.items():
                if program.evaluate(known):
                    out.write(f"{name}\tfail\t{row[0]}\n")
