"""What each code of a fault means: why it matters, a broken example and the repaired one, in two languages.

`entries/<group>/<code>.toml` is one code; dropping in a file adds it. `page.py` writes docs/diagnostics.md.
In an example `⟦…⟧` marks the text that the fault is placed at; a test runs those of rule files.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checker.model import Text

_FOLDER = Path(__file__).parent / "entries"
_MARK = re.compile("⟦(.*?)⟧")

GROUPS: dict[str, Text] = {
    "yaml": Text("YAML 的写法", "How YAML is written"),
    "structure": Text("文件的结构", "The structure of a file"),
    "names": Text("名字", "Names"),
    "values": Text("数值与日期", "Numbers and dates"),
    "policy": Text("条款与制度", "Clauses and the policy"),
    "rules": Text("规则的内容", "What a rule says"),
    "logs": Text("logs.yaml", "logs.yaml"),
    "options": Text("命令与选项", "Commands and options"),
    "decisions": Text("复核与决定", "Reviews and decisions"),
    "files": Text("台账文件", "Files of logs"),
    "rows": Text("台账的行与单元格", "Rows and cells of logs"),
    "waivers": Text("豁免", "Waivers"),
    "archive": Text("存档", "Archives"),
    "engines": Text("引擎", "Engines"),
}
"""Folder of the entries → its heading, in the order of the page."""


@dataclass(frozen=True)
class Entry:
    """One code. `where` says what the examples are part of: a key of `WHERE`; `bad` still holds the marks."""

    code: str
    group: str
    title: Text
    why: Text
    where: str = ""
    bad: str = ""
    good: str = ""


WHERE: dict[str, Text] = {
    "rule": Text("规则里的键", "keys of a rule"),
    "rules": Text("rules/*.yaml", "rules/*.yaml"),
    "log": Text("logs.yaml 里的一个台账", "a log of logs.yaml"),
    "clause": Text("clauses.yaml 里的一个条款", "a clause of clauses.yaml"),
    "pack": Text("pack.yaml 里的键", "keys of pack.yaml"),
    "calendar": Text("calendars/*.yaml", "calendars/*.yaml"),
    "tests": Text("tests/*.test.yaml", "tests/*.test.yaml"),
    "waivers": Text("豁免单", "a file of waivers"),
    "csv": Text("台账（CSV 或 Excel）", "a log (CSV or Excel)"),
    "shell": Text("命令行", "the command line"),
}
"""What an example is part of."""


def entry(code: str) -> Entry | None:
    """Give the entry of a code, or None; `more-…` counts further problems of a code and is explained there.

    >>> entry("duplicate-key").title.en
    'A key is given twice'
    """
    if not re.fullmatch("[a-z0-9-]+", code):
        return None
    if code.startswith("more-") and code != "more-like-this":
        code = code.removeprefix("more-")
    return next((_read(path) for path in sorted(_FOLDER.glob(f"*/{code}.toml"))), None)


def codes() -> list[str]:
    """Give all codes, sorted."""
    return sorted(path.stem for path in _FOLDER.glob("*/*.toml"))


def entries() -> list[Entry]:
    """Give all entries, in the order of `GROUPS`, then by code."""
    order = list(GROUPS)
    found = [_read(path) for path in _FOLDER.glob("*/*.toml")]
    return sorted(found, key=lambda one: (order.index(one.group), one.code))


def _read(path: Path) -> Entry:
    raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    title, why = Text(**raw.pop("title")), Text(**raw.pop("why"))
    return Entry(path.stem, path.parent.name, title, why, **raw)


def without_marks(example: str) -> str:
    """Give an example as one would write it.

    >>> without_marks("kind: ⟦dutty⟧")
    'kind: dutty'
    """
    return _MARK.sub(r"\1", example)


def marked(example: str) -> Iterator[tuple[str, int, str]]:
    """Give each line of an example, where its mark begins (from 0), and the text marked; no text: no mark.

    >>> list(marked("a: 1\\nkind: ⟦dutty⟧"))
    [('a: 1', 0, ''), ('kind: dutty', 6, 'dutty')]
    """
    for line in example.rstrip("\n").split("\n"):
        found = _MARK.search(line)
        yield without_marks(line), found.start() if found else 0, found.group(1) if found else ""
