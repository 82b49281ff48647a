"""What hits of one rule share is settled once, and says the same as if it were worked out for each."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import Any

from checker.findings import build
from checker.findings.figures import Gathered
from checker.findings.frames import frame
from checker.findings.layouts import Layouts
from checker.model import Hit, HitBatch
from tests.findings_support import RUN, compiled, hit, rule


def sha(*parts: Any) -> str:
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def layout_of(one: Hit):
    return Layouts(frame(compiled(rule()), one.rule)).of(one.values)


def test_a_fingerprint_is_the_digest_of_pack_rule_keys_period_and_record_as_json():
    one = hit(who='FW"12\n、', subject__zone=3, subject__area=None)
    layout = layout_of(one)
    subject = layout.subject(one.values)
    keys = {"employee_id": 'FW"12\n、', "zone": 3, "area": None}
    assert layout.fingerprint(subject, "2026-10", None) == sha(
        "after-sales", "phone-off", keys, "2026-10", None
    )


def test_the_fingerprint_of_what_has_no_key_adds_the_day_and_from_the_second_on_a_number():
    one = hit()
    layout = layout_of(one)
    subject, keys = layout.subject(one.values), {"employee_id": "FW0012", "at": "2026-10-13"}
    first, second = (layout.fingerprint(subject, None, "|", ("2026-10-13", nth)) for nth in (1, 2))
    assert first == sha("after-sales", "phone-off", keys, None, "|")
    assert second == sha("after-sales", "phone-off", keys, None, "|", 2)


def test_hits_of_one_rule_with_other_columns_have_a_layout_of_their_own():
    layouts = Layouts(frame(compiled(rule()), "phone-off"))
    assert layouts.of(hit().values) is layouts.of(hit(who="FW0099").values)
    assert layouts.of({"period": None}).subject({"period": None}) == {}


def statistic_hits() -> list[Hit]:
    more = {"value__minutes_off": 60_000_000, "record": None, "period": "2026-10"}
    return [
        hit("calls", "pass", **more),
        hit("calls", "fail", who="FW0013", **more),
        hit("calls", "not_applicable", who="FW0014", **more),
        hit("calls", "undetermined", who="FW0015", **more),
        hit("calls", "pass", who="FW0016", judged=False, **more),
    ]


def as_batch(hits: list[Hit]) -> HitBatch:
    columns = {name: [one.values[name] for one in hits] for name in hits[0].values}
    return HitBatch("calls", [one.outcome for one in hits], columns, hits.__getitem__)


def test_figures_by_columns_are_those_of_the_same_hits_one_by_one():
    pack = compiled(rule("calls", kind="statistic", check_kind="measure", penalty=None))
    gathered = [Gathered({"calls": frame(pack, "calls")}) for _ in range(2)]
    gathered[0].add(statistic_hits())
    gathered[1].add_batch(as_batch(statistic_hits()))
    one, other = (each.tables() for each in gathered)
    assert one == other
    assert len(one[0].rows) == 3


def test_a_statistic_by_columns_is_counted_and_what_cannot_be_told_is_a_finding():
    pack = compiled(rule("calls", kind="statistic", check_kind="measure", penalty=None))
    built = build(pack, [], None, RUN, listed=[as_batch(statistic_hits())], all_findings=False)
    assert [(one.outcome, one.subject["employee_id"]) for one in built.findings] == [
        ("undetermined", "FW0015")
    ]
    assert built.by_rule == {"calls": {"undetermined": 1, "not_applicable": 3}}
    assert len(built.statistics[0].rows) == 3


def test_the_day_of_a_finding_without_a_key_is_part_of_its_name():
    blank = [hit(record="", day=date(2026, 10, 13)), hit(record="", day=date(2026, 10, 14))]
    assert len({one.fingerprint for one in build(compiled(rule()), blank, None, RUN).findings}) == 2
