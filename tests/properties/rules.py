"""Random rules of every kind over the logs of `worlds`."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Raw = dict[str, Any]
BASE: Raw = {
    "id": "r",
    "title": {"zh": "r"},
    "clause": "一",
    "kind": "duty",
    "severity": "minor",
    "effective": {"from": "2026-01-01"},
    "message": {"zh": "m"},
}


def _one(field: str, op: st.SearchStrategy[Raw]) -> st.SearchStrategy[Raw]:
    return op.map(lambda o: {field: o})


def _number(values: list[Any]) -> st.SearchStrategy[Raw]:
    ops = st.sampled_from(["is", "is_not", "more_than", "at_least", "less_than", "at_most"])
    return st.one_of(
        st.builds(lambda o, v: {o: v}, ops, st.sampled_from(values)),
        st.just({"at_most": "$shared"}),
        st.booleans().map(lambda b: {"present": b}),
        st.just({"between": [1, 2]}),
    )


CASES = st.one_of(
    _one("n", _number([0, 1, 2])),
    _one(
        "amount",
        st.sampled_from(
            [
                {"more_than": 1},
                {"at_most": 60},
                {"is": {"field": "n"}},
                {"at_least": {"formula": "n * 2"}},
                {"present": True},
            ]
        ),
    ),
    _one(
        "level",
        st.sampled_from(
            [{"is": "高"}, {"in": ["高", "中"]}, {"not_in": ["低"]}, {"in": "$levels"}, {"present": False}]
        ),
    ),
    _one("ok", st.sampled_from([{"is": True}, {"is_not": True}, {"present": True}])),
    _one(
        "region",
        st.sampled_from(
            [{"is": "南"}, {"in": {"field": "who_area"}}, {"starts_with": "北"}, {"matches": "[南北]"}]
        ),
    ),
    _one("tags", st.sampled_from([{"contains": "a"}, {"in": ["a", "b"]}, {"present": True}])),
    _one(
        "day",
        st.sampled_from(
            [
                {"at_least": "2026-10-05"},
                {"at_most": {"field": "due"}},
                {"less_than": {"field": "closed"}},
                {"between": ["2026-10-01", "2026-10-15"]},
            ]
        ),
    ),
    _one(
        "off",
        st.sampled_from(
            [
                {"more_than": "07:00"},
                {"more_than": {"formula": "30 minutes"}},
                {"less_than": {"field": "whole"}},
            ]
        ),
    ),
    _one("length", _number([-3, 0, 5])),
    _one("ratio", st.sampled_from([{"more_than": 1}, {"at_most": 20}, {"present": True}])),
    _one("double", st.sampled_from([{"more_than": 1}, {"is": 3}])),
    _one("works", st.sampled_from([{"is": True}])),
    _one("end_of", st.sampled_from([{"more_than": "2028-04-15"}])),
    _one(
        "mark",
        st.sampled_from(
            [
                {"present": True},
                {"at_least": {"formula": "opened + 30 minutes"}},
                {"less_than": {"formula": "opened + 1 months"}},
            ]
        ),
    ),
    _one("answer_kind", st.sampled_from([{"is": "是"}, {"present": True}])),
    _one("answer_count", st.sampled_from([{"at_least": 1}, {"is": 0}])),
    _one("who_post", st.sampled_from([{"is": "甲"}])),
    st.just({"complete": ["required"]}),
    st.just({"complete": ["level", "closed", "answer_kind"]}),
)
NEAR = _one("n_before", _number([0, 1, 2]))
ANSWERS = st.one_of(
    _one("kind", st.sampled_from([{"is": "是"}, {"present": True}, {"is_not": "否"}])),
    _one("score", st.sampled_from([{"at_least": 60}, {"less_than": 2}, {"present": True}])),
    _one("case_level", st.sampled_from([{"is": "高"}])),
)


def predicate(base: st.SearchStrategy[Raw]) -> st.SearchStrategy[Raw]:
    both = st.builds(lambda a, b: {**a, **b}, base, base)
    return st.recursive(
        st.one_of(base, both),
        lambda inner: st.one_of(
            inner.map(lambda p: {"not": p}),
            st.lists(inner, min_size=1, max_size=2).map(lambda ps: {"any_of": ps}),
            st.lists(inner, min_size=1, max_size=2).map(lambda ps: {"all_of": ps}),
        ),
        max_leaves=3,
    )


P, A = predicate(CASES), predicate(ANSWERS)
maybe = st.booleans()


@st.composite
def each(draw: st.DrawFn) -> Raw:
    check: Raw = {
        "log": "cases",
        "require": draw(predicate(st.one_of(CASES, NEAR)) if draw(maybe) and draw(maybe) else P),
    }
    if draw(maybe):
        check["where"] = draw(P)
    if draw(maybe):
        check["due"] = draw(
            st.sampled_from(
                ["opened + 3 days", "due", "closed + 90 minutes", "day + 1 months", "opened + 2 workdays"]
            )
        )
    if draw(maybe):
        check["at"] = "day"
    return {"each": check}


@st.composite
def due(draw: st.DrawFn) -> Raw:
    every = draw(st.sampled_from(["week", "month", "workday", "quarter"]))
    by = {
        "week": {"day": "friday", "time": "24:00"},
        "month": {"workday": 2, "of": "next"},
        "workday": {"time": "18:00"},
        "quarter": {"day": "last"},
    }[every]
    check: Raw = {
        "log": "answers",
        "per": draw(st.sampled_from(["person", "company", "person"])),
        "every": every,
        "by": {**by, "shift": draw(st.sampled_from(["none", "next_workday"]))},
    }
    check |= {
        "leave": draw(st.sampled_from(["first_day_back", "still_due", "waive"])),
        "at_least": draw(st.integers(1, 2)),
    }
    if every == "month" and draw(maybe):
        check["period"] = "month"
    if draw(maybe):
        check["where"] = draw(A)
    if draw(maybe) and check["per"] == "person":
        check["only_if"] = {"log": "cases", "at": "day"}
    return {"due": check}


@st.composite
def measure(draw: st.DrawFn) -> Raw:
    per = draw(st.sampled_from(["person", "region", "company"]))
    take = draw(st.sampled_from(["count", "distinct", "sum", "mean", "share"]))
    check: Raw = {
        "log": "cases",
        "per": per,
        "every": draw(st.sampled_from(["month", "quarter", "week"])),
        "take": take,
        "at": draw(st.sampled_from(["day", "opened"])),
    }
    if take in ("sum", "mean", "distinct"):
        check["of"] = draw(st.sampled_from(["n", "amount"]))
    if take == "share":
        check["that"] = draw(P)
    if draw(maybe):
        check["where"] = draw(P)
    if draw(maybe) and draw(maybe):
        check["during"] = draw(
            st.sampled_from([{"from": "day"}, {"from": "day", "to": "closed"}, {"to": "closed"}])
        )
    check[draw(st.sampled_from(["at_least", "at_most", "more_than", "less_than"]))] = draw(
        st.sampled_from([0, 1, 2, 50, "$shared"])
    )
    return check


@st.composite
def aggregate(draw: st.DrawFn) -> Raw:
    check = draw(measure())
    check["empty"] = draw(st.sampled_from(["no_data", "pass", "fail", "not_applicable"]))
    if "at_least" in check and check["every"] != "week":
        check |= {"prorate": draw(maybe), "pace": draw(maybe)}
    return {"aggregate": check}


@st.composite
def streak(draw: st.DrawFn) -> Raw:
    more: Raw = {"length": draw(st.integers(1, 3)), "gap": draw(st.sampled_from(["skip", "break"]))}
    if draw(maybe):
        return {"streak": {**draw(measure()), **more, **({"grace": "15 days"} if draw(maybe) else {})}}
    return {
        "streak": {
            "log": "cases",
            "per": draw(st.sampled_from(["person", "region"])),
            "order": ["day"],
            "require": draw(P),
            **more,
        }
    }


@st.composite
def respond(draw: st.DrawFn) -> Raw:
    check: Raw = {
        "to": {"log": "cases"},
        "with": {"log": "answers"},
        "match": draw(st.sampled_from([["no"], ["pid"], ["no", "pid"]])),
    }
    if draw(maybe):
        check["to"]["where"] = draw(P)
    if draw(maybe):
        check["with"]["where"] = draw(A)
    if draw(maybe):
        check["to"]["from"] = draw(st.sampled_from(["mark", "day"]))
    if draw(maybe):
        check["within"] = draw(st.sampled_from(["60 minutes", "3 days", "1 months", "2 workdays"]))
    check["direction"] = draw(st.sampled_from(["after", "before", "either"]))
    check["expect"] = draw(st.sampled_from(["some", "some", "none"]))
    if draw(maybe) and check["direction"] == "after":
        check |= {"early": "24 hours"} if draw(maybe) else {"next": check["expect"] == "some"}
    if draw(maybe):
        check["at_least"] = 2
    return {"respond": check}


@st.composite
def retain(draw: st.DrawFn) -> Raw:
    check: Raw = {
        "log": "cases",
        "start": draw(st.sampled_from(["day", "month_end(day)"])),
        "keep": draw(st.sampled_from(["1 months", "18 months", "0 months"])),
        "disposed": "closed",
    }
    check["keep_month_end"] = draw(maybe)
    if draw(maybe):
        check["hold"] = draw(P)
    return {"retain": check}


@st.composite
def attest(draw: st.DrawFn) -> Raw:
    base: Raw = {
        "signers": draw(st.integers(1, 2)),
        "violation_when": draw(st.sampled_from(["属实", "不属实"])),
        "missing": draw(st.sampled_from(["pass", "not_checked"])),
        "clause": "一",
    }
    if draw(maybe):
        return {"attest": {**base, "log": "cases"}}
    return {"attest": {**base, "per": draw(st.sampled_from(["person", "company"])), "every": "month"}}


@st.composite
def rules(draw: st.DrawFn) -> Raw:
    check = draw(st.one_of(each(), due(), aggregate(), streak(), respond(), retain(), attest()))
    rule: Raw = {**BASE, "check": check, "params": {}}
    kind, body = next(iter(check.items()))
    about_people = kind in ("each", "respond", "retain") or body.get("per") == "person"
    if about_people and draw(maybe):
        rule["applies_to"] = draw(st.sampled_from([{"post": {"is": "甲"}}, {"area": {"contains": "南"}}]))
    if kind in ("each", "respond") and draw(maybe):
        rule["exempt"] = {"leave": ["opened", "closed"]}
    if kind == "aggregate" and body["per"] == "person" and draw(maybe):
        rule["confirmed_by"] = {
            "clause": "一",
            "subject": "{pid}@{period}",
            "signers": draw(st.integers(1, 2)),
        }
    if draw(maybe):
        rule["penalty"] = draw(
            st.sampled_from([{"fine": {"fixed": 20}, "from_duty": "周报"}, {"fine": {"fixed": 20}}])
        )
    if draw(maybe):
        rule["effective"] = {"from": draw(st.sampled_from(["2026-09-28", "2026-10-08"])), "to": "2026-11-10"}
    if draw(maybe) and kind == "each":
        rule["marks"] = [{"when": {"works": {"is": True}}, "text": {"zh": "工作日"}}]
    return rule
