"""Holds a report against the planted cases: what is missing, and what was found besides.

    checker check samples/2026-10 --period 2026-10 --as-of 2026-11-06 --all --format json --output report.json
    python samples/compare.py report.json

Exit status 1 when a case is missing or a finding has no case. Needs the standard library only.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
QUIET = ("pass", "not_applicable")


def main(report: Path) -> int:
    """Print the differences; give 0 when there are none."""
    told = json.loads(report.read_text(encoding="utf-8"))
    findings = [finding for finding in told["findings"] if finding["kind"] != "statistic"]
    table: list[dict[str, Any]] = json.loads((HERE / "planted.json").read_text(encoding="utf-8"))
    cases = [case for case in table if told["run"]["period"].startswith(case["run"] or "2026-10")]
    met: set[str] = set()
    missing = 0
    for case in cases:
        fitting = [finding for finding in findings if fits(case, finding)]
        right = [f for f in fitting if f["outcome"] == case["outcome"] and fined(case, f)]
        met |= {f["fingerprint"] for f in right}
        if not right and not (case["outcome"] in QUIET and not _loud(fitting)):
            missing += 1
            print(f"missing {case['id']} {case['clause']} {case['outcome']}: {case['en']}")
            for finding in fitting:
                print(f"    found instead {_line(finding)}")
    extra = [f for f in _loud(findings) if f["fingerprint"] not in met]
    for finding in extra:
        print(f"unplanned {_line(finding)}")
    print(f"{len(cases)} cases, {missing} missing; {len(extra)} findings without a case")
    return 1 if missing or extra else 0


def fits(case: dict[str, Any], finding: dict[str, Any]) -> bool:
    """Say whether a finding speaks of the case: the clause, and a row of it or the person and period."""
    clause = finding["clause"] + "."
    if not any(clause.startswith(one + ".") for one in case["clause"].split("、")):
        return False
    rows = {(file, row) for file, _, row in case["places"]}
    if any((Path(e["file"]).name, e["row"]) in rows for e in finding["evidence"]):
        return True
    who = [finding["subject"].get(key) for key in ("employee_id", "region", "customer_id")]
    if case["who"] not in who and (case["who"] or any(who)):
        return False
    return bool(case["period"]) and case["period"] in (finding["period"], finding["at"])


def fined(case: dict[str, Any], finding: dict[str, Any]) -> bool:
    """Say whether the proposed fine is the one expected; an empty one must be absent."""
    fine = (finding["penalty"] or {}).get("fine")
    found = fine["proposed"] if fine else ""
    return found == (f"{case['fine']}.00" if case["fine"] else "")


def _loud(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [finding for finding in findings if finding["outcome"] not in QUIET]


def _line(f: dict[str, Any]) -> str:
    who = f["subject"].get("employee_id") or f["subject"].get("region") or ""
    where = "; ".join(f"{Path(e['file']).name}:{e['row']}" for e in f["evidence"][:3])
    fine = ((f["penalty"] or {}).get("fine") or {}).get("proposed", "")
    key = (f["record"] or {}).get("key", "")
    return f"{f['clause']} {f['rule']} {f['outcome']} {who} {f['period'] or ''} {key} {fine} [{where}]"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
