"""Coverage as text or JSON: what no test touches, rule by rule; the same bytes for the same coverage."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal

from checker.model import Lang, Text
from checker.packtest.coverage import Coverage, Covered
from checker.packtest.mutate.summary import share


def covered_share(parts: Sequence[Coverage]) -> Decimal:
    """Give the percentage of rules with at least a pass and a fail, or the figure of a statistic."""
    rules = [one for part in parts for one in part.rules]
    return share(sum(one.enough for one in rules), len(rules))


def as_text(parts: Sequence[Coverage], lang: Lang, every: bool = True) -> str:
    """Give a line a rule: its tests, the outcomes seen, then what is not; without `every` only rules that lack something."""
    lines = [_line(one, lang) for part in parts for one in part.rules if every or list(_gaps(one, lang))]
    for part in parts:
        if part.parameters:
            said = Text("规则包的参数没有测试用到", "parameters of the pack that no test touches")
            lines.append(f"{said.pick(lang)}: {', '.join(part.parameters)}")
    rules = [one for part in parts for one in part.rules]
    enough = sum(one.enough for one in rules)
    total = Text(
        f"规则 {len(rules)}，既有符合又有违反（统计为有数）的 {enough}（{covered_share(parts)}%）",
        f"{len(rules)} rules, {enough} with a pass and a fail, or a figure ({covered_share(parts)}%)",
    )
    return "\n".join([*lines, total.pick(lang)]) + "\n"


def _line(one: Covered, lang: Lang) -> str:
    count = Text(f"{one.tests} 个测试", f"{one.tests} tests").pick(lang)
    return "; ".join([f"{one.rule}: {count}, {' '.join(one.seen) or '-'}", *_gaps(one, lang)])


def _gaps(one: Covered, lang: Lang) -> Iterator[str]:
    words = (
        (one.missing, Text("没有测到", "not seen")),
        (one.parameters, Text("没有用到的参数值", "values not touched")),
        (one.penalties, Text("没有测到的处罚", "penalties not seen")),
    )
    for found, said in words:
        if found:
            yield f"{said.pick(lang)}: {' '.join(found)}"
    if one.waiver_unseen:
        yield Text("没有测过豁免", "no waiver seen").pick(lang)


def as_json(parts: Sequence[Coverage]) -> str:
    """Give totals, then a line a rule."""
    rules = [
        {
            "rule": one.rule, "tests": one.tests, "seen": one.seen, "missing": one.missing, "enough": one.enough,
            "parameters_untouched": one.parameters, "penalties_unseen": one.penalties, "waiver_unseen": one.waiver_unseen,
        }
        for part in parts
        for one in part.rules
    ]  # fmt: skip
    totals = {
        "rules": len(rules),
        "enough": sum(1 for one in rules if one["enough"]),
        "percent": float(covered_share(parts)),
    }
    lines = ",\n  ".join(json.dumps(one, ensure_ascii=False) for one in rules)
    own = json.dumps([name for part in parts for name in part.parameters], ensure_ascii=False)
    return f'{{"totals": {json.dumps(totals)},\n "parameters_untouched": {own},\n "rules": [\n  {lines}]}}\n'
