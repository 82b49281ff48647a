"""The difference as JSON for other programs; the same input gives the same bytes."""

from __future__ import annotations

import json
from typing import Any

from checker.impact.compare import HOWS, Change, Side
from checker.impact.run import Outlook
from checker.impact.stands import Stand
from checker.reports.json_lines import FindingLines
from checker.reports.options import Options, yuan


def render(found: Outlook, options: Options) -> str:
    """Give one object: run, edits, totals, stops, rows by rule and month, changes one by one, figures."""
    impact, run, lines = found.impact, found.run, FindingLines(options)
    whole: dict[str, Any] = {
        "run": {
            "pack": run.pack,
            "version": run.version,
            "rules_sha256": run.rules_sha256,
            "against": found.against,
            "against_version": impact.old.version,
            "period": run.period.text,
            "as_of": run.as_of.removesuffix("T00:00:00"),
            "engine": run.engine,
        },
        "edits": [{"rule": one.rule or None, "message": one.text.pick(options.lang)} for one in found.edits],
        "totals": {
            **{str(how): impact.count(how) for how in HOWS},
            "people_touched": impact.people_touched,
            "people_on_roster": impact.people,
            "old": _side(impact.old),
            "new": _side(impact.new),
            "yuan": yuan(impact.new.fen - impact.old.fen),
        },
        "stops": [{"rule": one.rule, "people": one.people, "of": one.of} for one in found.stops],
        "rows": [
            {
                "rule": one.rule,
                "month": one.month,
                **{str(how): getattr(one, how) for how in HOWS},
                "people": one.people,
                "yuan": yuan(one.fen),
            }
            for one in impact.rows()
        ],
        "changes": [_change(one, lines) for one in impact.changes],
        "figures": dict(impact.figures),
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def _side(side: Side) -> dict[str, Any]:
    return {"violations": side.violations, "people": side.people, "yuan": yuan(side.fen)}


def _change(one: Change, lines: FindingLines) -> dict[str, Any]:
    return {
        "how": one.how,
        "rule": one.shown.rule,
        "month": one.shown.month,
        "person": one.shown.person,
        "yuan": yuan(one.fen),
        "old": _stand(one.old, lines),
        "new": _stand(one.new, lines),
    }


def _stand(side: Stand | None, lines: FindingLines) -> Any:
    """Give a finding as `check --format json` gives it."""
    return json.loads(lines.line(side.finding)) if side else None
