"""Small damage done to text, as a careless hand or a bad merge does it."""

from __future__ import annotations

import re

from hypothesis import strategies as st

TOKEN = re.compile(r"\w+|\n *|[^\w\n]")
SCALARS = (
    "", "null", "0", "-1", "1e9", "1.5", "9" * 30, "true", "NO", "[]", "{}", "[[]]", "{a: b}", "~", '"', "'", "*a", "&a ",
    "!!python/object:os.system", "<<", "$nope", "$limit", "{}}", "{employee_id", "\0", "：", "，", "\t", "\n", "  ", "- ", "#",
    "2026-13-01", "0001-01-01", "9999-12-31", "2026W53", "0 days", "-3 workdays", "99999999999 months", "30 分钟", "24:00",
    "employee_id", "region", "visit", "service_record", "subject", "period", "each", "due", "at_most", "complete", "any_of",
    "not", "二.4", "一.1.a", "duty", "goal", "statistic", "draft", "1 / 0", "days(1)", "sum(", "((((", "张伟", "\ud83d\ude00", "𠮷",
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, text: str) -> str:
    """Give the text with one to four tokens deleted, doubled, swapped or replaced."""
    tokens = TOKEN.findall(text)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(tokens) - 1))
        other = draw(st.integers(0, len(tokens) - 1))
        kind = draw(st.sampled_from(["delete", "double", "swap", "copy", "scalar", "scalar", "cut"]))
        if kind == "delete":
            del tokens[at : at + draw(st.integers(1, 8))]
        elif kind == "double":
            tokens[at:at] = tokens[at : at + draw(st.integers(1, 40))]
        elif kind == "swap":
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif kind == "copy":
            tokens[at] = tokens[other]
        elif kind == "cut" and draw(st.booleans()):
            del tokens[at:]
        else:
            tokens[at] = draw(st.sampled_from(SCALARS))
        tokens = tokens or [""]
    return "".join(tokens).encode(errors="ignore").decode()
