"""A rule file as an editor would have it, and slips people make in it, each one change of one line."""

from __future__ import annotations

GOOD = """\
rules:
- id: phone-off-in-hours
  title: {zh: 工作时间关机, en: Phone off in hours}
  clause: 二.6.b
  supports: [二.6.a]
  kind: duty
  status: trial
  severity: minor
  effective: {from: 2026-01-01, version_by: event}
  params:
    limit: {2026-01-01: 30 minutes, assumed: true}
    fine: {2026-01-01: 50}
  applies_to: {post: {in: [服务人员]}}
  check:
    each:
      log: phone_status
      where: {status: {is: 关机}}
      require:
        minutes_off: {at_most: $limit}
        any_of: [{on_at: {present: true}}]
        off_at: {at_most: {field: on_at}}
      at: off_at
  penalty:
    fine: {fixed: $fine}
    from: employee_id
    cap: {per: month, max: 200}
  waivable: {keys: [employee_id, date], approver: 质检部, max_days: 30}
  show: [off_at]
  message: {zh: "{employee_name} 关机", en: "{employee_name} off"}
- id: weekly-late
  title: {zh: 汇总迟交, en: Summary late}
  clause: 二.7
  kind: duty
  effective: {from: 2026-01-01}
  check:
    due:
      log: weekly_summary
      per: person
      every: week
      by: {day: friday, time: "18:00", shift: next_workday, grace: 2 days}
      at: submitted_at
      leave: first_day_back
  message: {zh: "𠮷 {employee_name} 迟交", en: "{employee_name} late"}
"""

# what went wrong → what stands in the good file, what was typed, a part of the editor's message
SLIPS: dict[str, tuple[str, str, str]] = {
    "a misspelt key of a rule": ("  severity: minor", "  severty: minor", "Property severty is not allowed"),
    "a misspelt kind of rule": ("  kind: duty\n  status", "  kind: dutty\n  status", '"goal"'),
    "a clause that does not exist": ("clause: 二.6.b", "clause: 二.66", '"二.6.b"'),
    "a second clause that does not exist": ("supports: [二.6.a]", "supports: [二.6.z]", '"二.6.a"'),
    "a day that does not exist": ("{from: 2026-01-01, v", "{from: 2026-13-01, v", "日期，如 2026-01-31 / a date"),
    "a misspelt check kind": ("    each:", "    eech:", "Property eech is not allowed"),
    "a misspelt log": ("log: phone_status", "log: phone_statuss", '"phone_status"'),
    "a misspelt field": ("where: {status:", "where: {statuss:", "Property statuss is not allowed"),
    "a field of another log": ("at: off_at", "at: submitted_at", '"off_at"'),
    "a misspelt operator": ("{is: 关机}", "{iss: 关机}", "Property iss is not allowed"),
    "a value the field does not have": ("{is: 关机}", "{is: 关几}", '"关机"'),
    "a value the people do not have": ("[服务人员]", "[服务员]", '"服务人员"'),
    "a misspelt field to compare with": ("{field: on_at}", "{field: onn_at}", '"on_at"'),
    "a word where true or false belongs": ("present: true", "present: yes", '"boolean"'),
    "an amount in words": ("fixed: $fine", "fixed: fifty", "或 $参数 / a number not below 0"),
    "a negative amount": ("fixed: $fine", "fixed: -5", "minimum"),
    "two forms of a fine": ("{fixed: $fine}", '{fixed: 5, formula: "1"}', "more properties than limit of 1"),
    "a period that a cap does not know": ("per: month, max", "per: moon, max", '"occurrence"'),
    "a name with capitals": ("id: phone-off-in-hours", "id: Phone_Off", "连字符，如 phone-off / lower-case"),
    "a field that no log has": ("keys: [employee_id,", "keys: [employe_id,", '"employee_id"'),
    "a number in quotes": ("max_days: 30", 'max_days: "30"', '"integer"'),
    "one field where a list belongs": ("show: [off_at]", "show: off_at", '"array"'),
    "a title without its languages": ("title: {zh: 汇总迟交, en: Summary late}", "title: 汇总迟交", "如 {zh: 标题, en: title} / both languages"),
    "a misspelt weekday": ("day: friday", "day: fryday", '"friday"'),
    "a time that does not exist": ('"18:00"', '"25:00"', '时刻，如 "18:00"'),
    "a length of time without a unit": ("grace: 2 days", "grace: 2", '时长，如 30 minutes'),
    "a misspelt period": ("every: week", "every: weekly", '"week"'),
    "subjects that do not exist": ("per: person", "per: persons", '"person"'),
    "a key twice": ("      at: submitted_at", "      log: weekly_summary", "Map keys must be unique"),
    "a message forgotten": ('  message: {zh: "𠮷 {employee_name} 迟交", en: "{employee_name} late"}\n', "", 'Missing property "message"'),
}  # fmt: skip


def slipped(name: str) -> tuple[str, int, str]:
    """Give the file with one slip, the line it is on (counted from 0) and a part of the message."""
    old, new, message = SLIPS[name]
    assert GOOD.count(old) == 1, f"{old!r} stands {GOOD.count(old)} times in the file"
    at = GOOD.index(old)
    # a key that is missing is shown where its map begins
    line = GOOD[: GOOD.index("- id: weekly-late") if not new else at].count("\n")
    return GOOD.replace(old, new), line, message
