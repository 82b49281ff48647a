"""Dates, ranges and versions: days that exist, least before most, no gap before a parameter's first value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from checker.diagnostics import Diagnostic
from checker.language.lint_names import fault, parameter_uses, placeholders, strings, unknown
from checker.language.lint_uses import fines, judged_log, subject_log, unit_amounts, values_of
from checker.language.pack import Duration, Pack, Parameter, Rule
from checker.language.params import parse_date, parse_duration
from checker.language.places import Path, Places
from checker.language.yaml_loader import Document
from checker.model import Text

Documents = Mapping[str, tuple[Document, ...]]
LENGTHS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800}
_DATED = {"approved_on", "published_on", "reviewed_on", "confirmed_on", "from", "to", "date"}


def days_exist(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """Every date is a day of the calendar: 2026-02-30 is none."""
    for group in documents.values():
        for document in group:
            if document.value is not None:
                yield from _days(document.value, (), document.places)


def _days(raw: Any, path: Path, places: Places) -> Iterator[Diagnostic]:
    """Walk maps and lists from the top, in the order of the file."""
    if isinstance(raw, list):
        raw = {at: one for at, one in enumerate(raw) if isinstance(one, (dict, list))}
    for key, one in raw.items():
        if isinstance(key, str) and _looks_dated(key) and parse_date(key) is None:
            yield _no_day(key, places, (*path, key), True)
        if isinstance(one, (dict, list)):
            yield from _days(one, (*path, key), places)
        elif key in _DATED and isinstance(one, str) and _looks_dated(one) and parse_date(one) is None:
            yield _no_day(one, places, (*path, key), False)


def _looks_dated(text: str) -> bool:
    return len(text) == 10 and text[4] == "-" == text[7] and text[:4].isdigit()


def _no_day(text: str, places: Places, path: Path, is_key: bool) -> Diagnostic:
    place = places.key(path) if is_key else places.of(path)
    said = Text(f"没有 {text} 这一天", f"there is no day {text}")
    return fault("bad-date", place, said, Text("日期，如 2026-01-31", "a date such as 2026-01-31"), text)


def effective_spans(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A rule does not end before it begins."""
    for rule in pack.rules:
        end = rule.effective.end
        begins = parse_date(rule.places.under(("effective", "from")).value())
        if end is not None and begins is not None and end < begins:
            said = Text("失效日早于生效日", "the rule ends before it begins")
            expected = Text(f"不早于 {rule.effective.start}", f"not before {rule.effective.start}")
            yield fault("bad-range", rule.places.of(("effective", "to")), said, expected, end.isoformat())


def parameters_cover(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A parameter has a value from the first day of every rule that uses it."""
    for rule in pack.rules:
        seen: set[str] = set()
        for path, name, _text in parameter_uses(rule):
            parameter = pack.parameter(rule, name)
            if parameter is None or name in seen or rule.status == "retired":
                continue
            seen.add(name)
            if not parameter.covers(rule.effective.start):
                yield _gap(rule, parameter, path)


def _gap(rule: Rule, parameter: Parameter, path: Path) -> Diagnostic:
    start = rule.effective.start.isoformat()
    first = parameter.values[0][0].isoformat() if parameter.values else "-"
    return Diagnostic(
        "parameter-gap",
        "error",
        rule.places.of(path),
        Text(
            f"参数 `${parameter.name}` 从 {first} 起才有值，而规则从 {start} 起生效",
            f"`${parameter.name}` has no value before {first}, yet the rule holds from {start}",
        ),
        Text(f"从 {start} 或更早起有值", f"a value from {start} or earlier"),
        first,
        Text(f"给参数加上 {start} 的值", f"give the parameter a value for {start}"),
        ((parameter.place, Text("参数在这里", "the parameter is here")),),
    )


def parameters_used(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """A parameter that nothing uses is probably a slip; only a warning."""
    tallied = [str([one.within, one.reset, one.steps]) for one in pack.tallies.values()]
    tallied += [str(one.max) for one in pack.caps.values()]
    formulas = [*tallied, *(text for log in documents["logs"] for _, text in strings(log.value))]
    everywhere: set[str] = {name for name in pack.parameters if any(f"${name}" in text for text in formulas)}
    for rule in pack.rules:
        used = {name for _, name, _ in parameter_uses(rule)}
        said = {name.replace("_", "-") for _, name, _ in placeholders(rule)}
        everywhere |= used
        for name, parameter in rule.params.items():
            if name not in used and name.replace("_", "-") not in said:
                yield _unused(parameter)
    for name, parameter in pack.parameters.items():
        if name not in everywhere:
            yield _unused(parameter)


def _unused(parameter: Parameter) -> Diagnostic:
    said = Text(f"参数 `{parameter.name}` 没有用到", f"the parameter `{parameter.name}` is not used")
    hint = Text(f"用 `${parameter.name}` 引用它，或删去", f"refer to it as `${parameter.name}`, or remove it")
    return Diagnostic("unused-parameter", "warning", parameter.place, said, hint=hint)


def ranges_rise(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Least is not above most, bands rise, and only the last band is open."""
    for rule in pack.rules:
        for path, fine in (*fines(rule), *unit_amounts(rule)):
            if "range" in fine:
                yield from _range(pack, rule, (*path, "range"), fine["range"])
            for form in ("bands", "marginal"):
                if form in fine:
                    yield from _bands(pack, rule, (*path, form, "table"), fine[form]["table"])
        check = rule.check
        if (
            "at_least" in check
            and "at_most" in check
            and above(pack, rule, check["at_least"], check["at_most"])
        ):
            said = Text("at_least 大于 at_most", "`at_least` is above `at_most`")
            path = ("check", rule.check_kind, "at_least")
            yield fault(
                "bad-range", rule.places.of(path), said, f"<= {check['at_most']}", str(check["at_least"])
            )
        yield from _betweens(rule)


def _range(pack: Pack, rule: Rule, path: Path, raw: Mapping[str, Any]) -> Iterator[Diagnostic]:
    low, high, proposed = raw["min"], raw["max"], raw.get("propose", "min")
    if above(pack, rule, low, high):
        said = Text("最低金额大于最高金额", "the least is above the most")
        hint = Text("对调 min 与 max", "swap `min` and `max`")
        yield fault("bad-range", rule.places.of((*path, "min")), said, f"<= {high}", str(low), hint)
    elif proposed not in ("min", "max") and (
        above(pack, rule, low, proposed) or above(pack, rule, proposed, high)
    ):
        said = Text("建议金额不在幅度内", "the proposed amount is outside the range")
        yield fault("bad-range", rule.places.of((*path, "propose")), said, f"{low} … {high}", str(proposed))


def _bands(pack: Pack, rule: Rule, path: Path, table: list[Mapping[str, Any]]) -> Iterator[Diagnostic]:
    for at, band in enumerate(table):
        if "up_to" not in band and at < len(table) - 1:
            said = Text("只有最后一档可以不写 up_to", "only the last band may leave out `up_to`")
            yield fault("bad-bands", rule.places.of((*path, at)), said, "up_to")
        before = table[at - 1].get("up_to") if at else None
        if before is not None and "up_to" in band and not above(pack, rule, band["up_to"], before):
            said = Text("各档的 up_to 应从低到高", "the bands must rise")
            yield fault(
                "bad-bands", rule.places.of((*path, at, "up_to")), said, f"> {before}", str(band["up_to"])
            )


def above(pack: Pack, rule: Rule, one: Any, other: Any) -> bool:
    """Tell whether `one` is above `other` on some day on which both have a value."""
    starts = {date.min, *_starts(pack, rule, one), *_starts(pack, rule, other)}
    pairs = ((_on(pack, rule, one, day), _on(pack, rule, other, day)) for day in starts)
    return any(left is not None and right is not None and left > right for left, right in pairs)


def _starts(pack: Pack, rule: Rule, raw: Any) -> list[date]:
    found = pack.parameter(rule, raw[1:]) if isinstance(raw, str) else None
    return [day for day, _ in found.values] if found else []


def _on(pack: Pack, rule: Rule, raw: Any, day: date) -> int | Decimal | None:
    """Give the number in force on a day; a length of time in its smallest parts."""
    if isinstance(raw, str) and raw.startswith("$"):
        found = pack.parameter(rule, raw[1:])
        raw = found.at(day) if found else None
    length = parse_duration(raw) if isinstance(raw, str) else raw
    if isinstance(length, Duration):
        return length.amount * LENGTHS.get(length.unit, 1)
    return raw if isinstance(raw, (int, Decimal)) and not isinstance(raw, bool) else None


def _betweens(rule: Rule) -> Iterator[Diagnostic]:
    """Numbers and dates only: a window of times may cross midnight."""
    for path, pair in _pairs(rule.check, ("check", rule.check_kind)):
        low, high = pair
        if type(low) is type(high) and isinstance(low, (int, Decimal)) and low > high:
            said = Text("between 的下限大于上限", "the lower end of `between` is above the upper")
            yield fault("bad-range", rule.places.of((*path, 0)), said, f"<= {high}", str(low))


def _pairs(raw: Any, path: Path) -> Iterator[tuple[Path, list[Any]]]:
    if isinstance(raw, Mapping):
        for key, one in raw.items():
            if key == "between" and isinstance(one, list):
                yield (*path, key), one
            else:
                yield from _pairs(one, (*path, key))
    elif isinstance(raw, list):
        for at, one in enumerate(raw):
            yield from _pairs(one, (*path, at))


def money_is_exact(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """An amount is a number of yuan with at most two decimals, in every version of a parameter."""
    for rule in pack.rules:
        amounts = [one for path, fine in fines(rule) for one in _amounts(fine, path)]
        for side, raw in (("penalty", rule.penalty), ("reward", rule.reward)):
            cap = (raw or {}).get("cap", {})
            amounts += [((side, "cap", word), cap[word]) for word in ("max", "each") if word in cap]
        for path, raw in amounts:
            for amount in versions(pack, rule, raw):
                if not _is_money(amount):
                    said = Text(f"`{amount}` 不是金额", f"`{amount}` is not an amount of money")
                    expected = Text("元，最多两位小数", "yuan, at most two decimals")
                    yield fault("bad-money", rule.places.of(path), said, expected, str(amount))


def _is_money(raw: Any) -> bool:
    return isinstance(raw, (int, Decimal)) and not isinstance(raw, bool) and raw >= 0 and raw * 100 % 1 == 0


def _amounts(fine: Mapping[str, Any], path: Path) -> Iterator[tuple[Path, Any]]:
    """Give every amount of a fine, with its path; a formula has none."""
    if "fixed" in fine:
        yield (*path, "fixed"), fine["fixed"]
    for key, one in fine.get("range", {}).items():
        if key in ("min", "max") or (key == "propose" and one not in ("min", "max")):
            yield (*path, "range", key), one
    for grade, one in fine.get("graded", {}).get("table", {}).items():
        yield (*path, "graded", "table", grade), one
    for at, band in enumerate(fine.get("bands", {}).get("table", ())):
        yield from (
            ((*path, "bands", "table", at, word), band[word]) for word in ("fine", "each") if word in band
        )
    for word in ("amount", "base"):
        if word in fine.get("step", {}):
            yield (*path, "step", word), fine["step"][word]
    for word in ("min", "max"):
        if word in fine.get("percent", {}):
            yield (*path, "percent", word), fine["percent"][word]


def parameters_of(pack: Pack, rule: Rule) -> list[Parameter]:
    """Give the parameters that a rule uses, each once."""
    names = dict.fromkeys(name for _, name, _ in parameter_uses(rule))
    return [found for name in names if (found := pack.parameter(rule, name)) is not None]


def versions(pack: Pack, rule: Rule, raw: Any) -> list[Any]:
    """Give a literal, or every value of a `$parameter` that is set."""
    if not isinstance(raw, str):
        return [raw]
    found = pack.parameter(rule, raw[1:])
    return [value for _, value in found.values if value is not None] if found else []


def grades_exist(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """Every grade of a graded fine is a value of its field, and every value has an amount."""
    for rule in pack.rules:
        for path, fine in (*fines(rule), *unit_amounts(rule)):
            if "graded" not in fine:
                continue
            by, table = fine["graded"]["by"], fine["graded"]["table"]
            logs = [name for name in (judged_log(rule), subject_log(rule, pack)) if name in pack.logs]
            allowed = next(
                (vals for name in logs if name and (vals := values_of(pack, pack.logs[name], by))), ()
            )
            for grade in table if allowed else ():
                if grade not in allowed:
                    said = Text(
                        f"`{grade}` 不是字段 {by} 的值", f"`{grade}` is not a value of the field {by}"
                    )
                    yield unknown(
                        "unknown-grade",
                        rule.places.key((*path, "graded", "table", grade)),
                        grade,
                        allowed,
                        said,
                    )
            for value in _met(rule, by, allowed):
                if value not in table:
                    said = Text(f"等级 `{value}` 没有金额", f"the grade `{value}` has no amount")
                    yield fault(
                        "missing-grade",
                        rule.places.key((*path, "graded", "table")),
                        said,
                        value,
                        ", ".join(table),
                    )


def _met(rule: Rule, by: str, allowed: Sequence[str]) -> list[str]:
    """Give the values that `where` leaves: one that it plainly excludes needs no amount."""
    condition = rule.check.get("where", {}).get(by, {})
    left = list(allowed)
    for op in ("is", "in"):
        wanted = condition.get(op)
        texts = wanted if isinstance(wanted, list) else [wanted]
        if wanted is not None and not any(not isinstance(one, str) or one.startswith("$") for one in texts):
            left = [one for one in left if one in texts]
    return left


def workdays_have_a_calendar(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """A rule that counts working days needs a calendar: Monday to Friday alone is wrong at every holiday."""
    if documents["calendar"]:
        return
    for rule in pack.rules:
        for path, text in strings(rule.check, ("check", rule.check_kind)):
            if any(word in text for word in ("workday", "工作日")):
                said = Text(
                    "规则按工作日计算，而制度包没有日历",
                    "the rule counts working days, and the pack has no calendar",
                )
                hint = Text("在 calendars/ 下放一年的日历", "put a year of the calendar into calendars/")
                yield fault(
                    "missing-calendar", rule.places.of(path), said, "calendars/<year>.yaml", text, hint
                )


def calendars_fit(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """A calendar holds days of its own year, spans run forward, and no day is both off and worked."""
    years: dict[int, Document] = {}
    for document in documents["calendar"]:
        raw, places = document.value, document.places
        year = raw["year"]
        if years.setdefault(year, document) is not document:
            said = Text(f"{year} 年的日历重复", f"the year {year} has two calendars")
            note = ((years[year].places.of(("year",)), Text("另一份在这里", "the other one is here")),)
            yield Diagnostic("duplicate-calendar", "error", places.of(("year",)), said, related=note)
        for at, one in enumerate(raw.get("off", ())):
            yield from _span(one, places, ("off", at), year)
        for at, one in enumerate(raw.get("working", ())):
            yield from _in_year(one["date"], places, ("working", at, "date"), year)


def _span(one: Mapping[str, Any], places: Places, path: Path, year: int) -> Iterator[Diagnostic]:
    start, end = parse_date(one["from"]), parse_date(one.get("to", one["from"]))
    yield from _in_year(one["from"], places, (*path, "from"), year)
    if start is not None and end is not None and end < start:
        said = Text("假期的末日早于首日", "the span ends before it begins")
        yield fault("bad-range", places.of((*path, "to")), said, f">= {start}", str(end))


def _in_year(text: str, places: Places, path: Path, year: int) -> Iterator[Diagnostic]:
    day = parse_date(text)
    if day is not None and day.year != year:
        said = Text(f"{text} 不在 {year} 年", f"{text} is not in {year}")
        yield fault("wrong-year", places.of(path), said, str(year), str(day.year))
