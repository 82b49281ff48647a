"""Did you mean: the nearest of the allowed words, and how a list of allowed words is shown."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from checker.model import Text

_LISTED = 30


def closest(word: str, allowed: Iterable[str]) -> str | None:
    """Give the allowed word that `word` most likely stands for.

    >>> closest("witin", ["before", "of", "within"]), closest("colour", ["within"])
    ('within', None)
    >>> closest("Phone-Status", ["phone_status"])
    'phone_status'
    """
    words = list(allowed)
    by_fold = {folded(one): one for one in reversed(words)}
    if same := by_fold.get(folded(word)):
        return same
    if near := difflib.get_close_matches(word, words, n=1, cutoff=0.6):
        return near[0]
    near = difflib.get_close_matches(folded(word), list(by_fold), n=1, cutoff=0.6)
    return by_fold[near[0]] if near else None


def folded(word: str) -> str:
    """Give a word without what people mix up: capitals, hyphens, spaces."""
    return word.casefold().replace("-", "_").replace(" ", "_")


def did_you_mean(word: str, allowed: Iterable[str]) -> Text:
    """Give the hint with the nearest allowed word, or an empty text."""
    near = closest(word, allowed)
    return Text(f"是否想写 `{near}`？", f"did you mean `{near}`?") if near is not None else Text("")


def one_of(allowed: Collection[str]) -> Text:
    """Give `one of a, b, c`, in the order given; a long list is cut and says so.

    >>> one_of(["mean", "sum"]).en
    'one of mean, sum'
    """
    words = list(allowed)
    if not words:
        return Text("（没有可用的名字）", "(there is none)")
    shown, rest = ", ".join(words[:_LISTED]), len(words) - _LISTED
    if len(words) == 1:
        return Text(f"`{shown}`", f"`{shown}`")
    more = (f" 等 {len(words)} 个", f", and {rest} more") if rest > 0 else ("", "")
    return Text(f"其中之一：{shown}{more[0]}", f"one of {shown}{more[1]}")
