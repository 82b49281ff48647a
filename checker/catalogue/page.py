"""docs/diagnostics.md, written from the catalogue: `python -m checker.catalogue.page > docs/diagnostics.md`.

Headings are the codes, so that `docs/diagnostics.md#duplicate-key` leads to one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from checker.catalogue import GROUPS, WHERE, Entry, entries, marked, without_marks
from checker.diagnostics.excerpt import visible, width
from checker.model import Lang

PAGE = "docs/diagnostics.md"
_HEAD = """\
# 诊断代码 Diagnostics

<!-- 由 python -m checker.catalogue.page 生成，请改 checker/catalogue/entries/；
     generated: edit checker/catalogue/entries/ instead -->

规则文件、选项或台账有问题时，checker 会说明：哪个文件哪一行、错在哪里、应写什么、实际写了什么、怎样改。方括号里的是代码，
例如 `error[duplicate-key]`。本页说明每个代码的含义，并各举一例；终端里可用 `checker explain duplicate-key` 查看同样的内容。
例子只写有关的几行，`^` 标出所指的文字。

When a rule file, an option or a log is at fault, checker says where it stands, what is wrong, what was expected and
found, and what to do. The code is in brackets, as in `error[duplicate-key]`. Here is what each code means, with an
example; `checker explain duplicate-key` says the same on a terminal. Examples show only the lines that matter, and `^`
marks the text meant.

这些只是对输入的说明，不是对任何人的认定。None of this is a finding about a person.
"""


_WORDS: dict[Lang, dict[str, str]] = {
    "zh": {"why": "含义", "bad": "错误的写法", "good": "改为", "more": "全部代码："},
    "en": {"why": "What it means", "bad": "Wrong", "good": "Instead", "more": "All codes: "},
}


def page() -> str:
    """Give the page: an index by group, then a section for each code."""
    return "\n".join([_HEAD, *_index(), "", *_sections()]) + "\n"


def _index() -> Iterator[str]:
    for group, title in GROUPS.items():
        links = ", ".join(f"[`{one.code}`](#{one.code})" for one in entries() if one.group == group)
        if links:
            yield (
                f"- **{title.zh} {title.en}**: {links}"
                if title.zh != title.en
                else f"- **{title.zh}**: {links}"
            )


def _sections() -> Iterator[str]:
    group = ""
    for one in entries():
        if one.group != group:
            group = one.group
            title = GROUPS[group]
            yield from (f"## {title.zh} · {title.en}" if title.zh != title.en else f"## {title.zh}", "")
        yield from _section(one)


def _section(one: Entry) -> Iterator[str]:
    yield from (f"### `{one.code}`", "")
    yield from (f"**{one.title.zh} · {one.title.en}**", "")
    yield from (one.why.zh, "", one.why.en, "")
    if one.bad:
        where = WHERE[one.where]
        yield from (f"{where.zh} · {where.en}:" if where.zh != where.en else f"`{where.zh}`:", "")
        yield from ("```text", *carets(one.bad), "```", "")
    if one.good:
        yield from ("改为 · Instead:", "")
        yield from ("```text", without_marks(one.good).rstrip("\n"), "```", "")


def sheet(one: Entry, lang: Lang) -> str:
    """Give the entry of one code as `checker explain CODE` prints it."""
    words = _WORDS[lang]
    lines = [f"{one.code}  {one.title.pick(lang)}", words["why"], f"    {one.why.pick(lang)}"]
    if one.bad:
        lines += [
            f"{words['bad']} ({WHERE[one.where].pick(lang)})",
            *(f"    {line}" for line in carets(one.bad)),
        ]
    if one.good:
        good = without_marks(one.good).rstrip("\n").split("\n")
        lines += [words["good"], *(f"    {line}" for line in good)]
    return "\n".join([*lines, f"{words['more']}{PAGE}#{one.code}"]) + "\n"


def carets(example: str) -> Iterator[str]:
    """Give the lines of an example, with a line of carets below each that is marked."""
    for line, start, text in marked(example):
        yield visible(line.replace("\t", "→"))
        if text:
            yield " " * width(line[:start]) + "^" * width(text)


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(page())
