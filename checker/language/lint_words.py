"""Messages that repeat a number, and translations that their Chinese has left behind."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path as FilePath
from typing import Any

from checker.diagnostics import Diagnostic, shown_path
from checker.language.lint_names import inside
from checker.language.lint_values import parameters_of
from checker.language.pack import Duration, Pack, Rule
from checker.language.places import Path
from checker.language.yaml_loader import Document
from checker.model import Place, Text

Documents = Mapping[str, tuple[Document, ...]]
LOCK = "translations.lock"
_NUMBER = re.compile(r"(?<![\w.:{$-])\d+(?:\.\d+)?(?![\d.:}-]|[A-Za-z_])", re.ASCII)
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_ENGLISH = re.compile(r"[A-Za-z]")


def numbers_are_parameters(pack: Pack, _: object) -> Iterator[Diagnostic]:
    """A message names a parameter instead of repeating its number, which may change."""
    for rule in pack.rules:
        numbers = _numbers(pack, rule)
        for word, text in (("zh", rule.message.zh), ("en", rule.message.en)):
            blank = _PLACEHOLDER.sub(lambda found: "{" * len(found.group()), text)
            for found in _NUMBER.finditer(blank) if numbers else ():
                if (name := numbers.get(Decimal(found.group()))) is not None:
                    place = inside(rule.places.of(("message", word)), text, found.group())
                    yield _repeated(place, found.group(), name)


def _numbers(pack: Pack, rule: Rule) -> dict[Decimal, str]:
    """Give the numbers that parameters of a rule hold, each with the first such parameter."""
    found: dict[Decimal, str] = {}
    for parameter in parameters_of(pack, rule):
        for _, value in parameter.values:
            number = value.amount if isinstance(value, Duration) else value
            if isinstance(number, (int, Decimal)) and not isinstance(number, bool):
                found.setdefault(Decimal(number), parameter.name)
    return found


def _repeated(place: Place, number: str, name: str) -> Diagnostic:
    said = Text(
        f"消息里写死了 {number}，它是参数 `{name}` 的值",
        f"the message repeats {number}, which is the value of the parameter `{name}`",
    )
    hint = Text(
        f"写成 {{{name}}}，参数改了消息才会跟着改",
        f"write {{{name}}}, so that the message follows the parameter",
    )
    return Diagnostic("number-in-message", "warning", place, said, f"{{{name}}}", number, hint)


def translations_are_current(pack: Pack, documents: Documents) -> Iterator[Diagnostic]:
    """An English text was looked at again after its Chinese changed; asked only where the pack has a lock file."""
    path = pack.folder / LOCK
    if not path.is_file():
        return
    locked = read_lock(path)
    for key, zh, en, place in texts(documents):
        before = locked.get(key)
        if before is not None and before[0] != digest(zh) and before[1] == digest(en):
            said = Text("中文改过，英文还是旧的", "the Chinese has changed since the English was written")
            hint = Text(
                f"改英文；若英文仍然对，从 {shown_path(path)} 删去 `{key}` 这一行，再运行 checker lint --fix",
                f"mend the English; if it still holds, remove the line `{key}` from {shown_path(path)} and run checker lint --fix",
            )
            yield Diagnostic("stale-translation", "warning", place, said, found=en, hint=hint)


def digest(text: str) -> str:
    """Give a short digest of a text.

    >>> digest("罚款")
    '0a0fd5f0'
    """
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:8]


def texts(documents: Documents) -> Iterator[tuple[str, str, str, Place]]:
    """Give every text in two languages: its key, which outlives moves of a rule; Chinese, English, where that stands."""
    for kind, group in documents.items():
        for document in group:
            if document.root is not None and kind != "calendar":
                for path, name, zh, en in _pairs(document.value, (), ()):
                    yield ".".join((kind, *name)), zh, en, document.places.of((*path, "en"))


def _pairs(raw: Any, path: Path, name: tuple[str, ...]) -> Iterator[tuple[Path, tuple[str, ...], str, str]]:
    if isinstance(raw, dict):
        if isinstance(raw.get("zh"), str) and isinstance(raw.get("en"), str):
            yield path, name, raw["zh"], raw["en"]
        for key, one in raw.items():
            if isinstance(one, (dict, list)):
                yield from _pairs(one, (*path, key), (*name, key))
    elif isinstance(raw, list):
        for at, one in enumerate(raw):
            if isinstance(one, (dict, list)):
                known = one.get("id") if isinstance(one, dict) else None
                yield from _pairs(one, (*path, at), (*name, str(known or at)))


def read_lock(path: FilePath) -> dict[str, tuple[str, str]]:
    """Give the digests (Chinese, English) by key; lines that are no such record are left out."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    parts = (line.rsplit(" ", 2) for line in lines if not line.startswith("#"))
    return {one[0]: (one[1], one[2]) for one in parts if len(one) == 3}


def lock_text(documents: Documents, locked: Mapping[str, tuple[str, str]]) -> str:
    """Give the lock file of today: what is stale stays as it was, so that it is told again."""
    lines = [
        "# checker lint --fix 写此文件：每段文字的中文摘要与英文摘要 / digests of each text, Chinese and English"
    ]
    for key, zh, en, _place in sorted(texts(documents), key=lambda one: one[0]):
        pair = (digest(zh), digest(en))
        before = locked.get(key, pair)
        kept = before if before[0] != pair[0] and before[1] == pair[1] else pair
        lines.append(f"{key} {kept[0]} {kept[1]}")
    return "\n".join(lines) + "\n"
