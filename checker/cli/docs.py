"""`checker docs`: what a pack enforces, as pages the policy's owner can read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker import diagnostics
from checker.cli.shared import lang_option, packs, remember_lang, say, write_whole
from checker.diagnostics import UsageError
from checker.model import Lang, Text

if TYPE_CHECKING:
    from checker.cli.pages import Book, RulePage
    from checker.language.pack import Pack

MARK = "<!-- checker docs -->"
"""The first line of every page written here: only such files are ever replaced or removed."""


@click.command(short_help="由规则生成文档 Write what a pack enforces as pages")
@click.argument("rules", required=False, type=click.Path(path_type=Path))
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="文件夹 folder for the pages, new or of earlier pages",
)
@click.option(
    "--format", "form", type=click.Choice(["md", "html"]), default="md", show_default=True, help="格式 format"
)
@lang_option
def docs(rules: Path | None, to: Path, form: str, lang: Lang) -> None:
    """由规则生成文档 Write a page a rule, and every clause with its handling and its rules, for the pack RULES."""
    remember_lang(lang)
    from checker import language
    from checker.cli.pages import book
    from checker.cli.words import Speaker

    (folder,) = packs((rules,) if rules else ())[:1]
    pack = language.load_pack(folder)
    made = book(Speaker(pack, lang), _tests(folder, pack))
    pages = dict(_written(made, form, lang))
    _own(to, pages)
    for name, text in pages.items():
        path = to / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, [text.encode()])
    say(f"写成 {len(pages)} 页" if lang == "zh" else f"{len(pages)} pages written")


def _tests(folder: Path, pack: Pack) -> dict[str, list[str]]:
    from checker.packtest.cases import load_cases, test_files

    found: dict[str, list[str]] = defaultdict(list)
    for path in test_files(folder):
        for case in load_cases(path, lambda: pack.periods):
            found[case.rule].append(case.name)
    return found


def _written(made: Book, form: str, lang: Lang) -> Iterator[tuple[str, str]]:
    index: Callable[[Book, Lang], str] = _index_md if form == "md" else _index_html
    page: Callable[[RulePage, Book, Lang], str] = _page_md if form == "md" else _page_html
    yield f"index.{form}", f"{MARK}\n{index(made, lang)}"
    for one in made.pages:
        yield f"rules/{one.rule}.{form}", f"{MARK}\n{page(one, made, lang)}"


def _own(to: Path, pages: dict[str, str]) -> None:
    """Remove pages of rules that are gone; refuse to touch a file that was not written here.

    Raises:
        UsageError: a page would replace somebody's own file.
    """
    for path in sorted([*to.glob("index.*"), *to.glob("rules/*.*")]):
        name = path.relative_to(to).as_posix()
        written = path.read_bytes().startswith(MARK.encode())
        if name in pages and not written:
            raise UsageError.of(
                "not-empty",
                Text(
                    "这个文件不是本命令生成的，不会覆盖",
                    "this file was not written by this command; it stays",
                ),
                Text("换一个文件夹", "choose another folder"),
                diagnostics.shown_path(path),
            )
        if name not in pages and written:
            path.unlink()


WORDS = {
    "policy": Text("制度", "Policy"),
    "coverage": Text("条款覆盖", "Coverage"),
    "clause": Text("条款", "Clause"),
    "text": Text("要求", "What it asks"),
    "handling": Text("处理", "Handling"),
    "rules": Text("规则", "Rules"),
    "matrix": Text("条款对照表", "Clauses and rules"),
    "title": Text("名称", "Title"),
    "status": Text("状态", "Status"),
    "assumed": Text("未经确认的数值（相关扣款暂缓）", "Numbers nobody has confirmed (their fines are held)"),
    "back": Text("返回目录", "All rules"),
}


def _words(lang: Lang) -> dict[str, str]:
    return {name: text.pick(lang) for name, text in WORDS.items()}


def _index_md(made: Book, lang: Lang) -> str:
    word = _words(lang)
    lines = [f"# {_md(made.title)} {made.version}", "", *(f"{_md(line)}  " for line in made.policy)]
    lines += ["", f"## {word['coverage']}", "", *(f"- {name} {number}" for name, number in made.coverage)]
    heads = (word["clause"], word["text"], word["handling"], word["rules"])
    lines += ["", f"## {word['matrix']}", "", _row(heads), _row(["---"] * 4)]
    for one in made.clauses:
        linked = "<br>".join(f"[{rule}](rules/{rule}.md)" for rule in one.rules)
        text = "<br>".join(_md(part) for part in (one.text, one.reason) if part)
        lines.append(_row((f"**{_md(one.ref)}** {_md(one.title)}", text, one.handling, linked)))
    lines += [
        "",
        f"## {word['rules']}",
        "",
        _row((word["rules"], word["title"], word["status"])),
        _row(["---"] * 3),
    ]
    lines += [_row((f"[{rule}](rules/{rule}.md)", _md(title), status)) for rule, title, status in made.rules]
    if made.assumed:
        lines += ["", f"## {word['assumed']}", "", *(f"- {_md(line)}" for line in made.assumed)]
    return "\n".join(lines) + "\n"


def _page_md(one: RulePage, made: Book, lang: Lang) -> str:
    lines = [f"# {_md(one.title)}", "", f"`{one.rule}` · [{WORDS['back'].pick(lang)}](../index.md)"]
    for head, body in one.sections:
        lines += ["", f"## {head}", "", *_lines_md(body)]
    return "\n".join(lines) + "\n"


def _lines_md(body: tuple[str, ...]) -> Iterator[str]:
    """Give lines as a list, nested by how far they are indented."""
    for line in body:
        text = line.lstrip(" ")
        yield f"{' ' * ((len(line) - len(text)) // 2 * 2)}- {_md(text)}"


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _md(text: str) -> str:
    """Give text that Markdown shows as it stands."""
    return re.sub(r"([\\`*_<\[\]#])", r"\\\1", text).replace("\n", " ")


def _index_html(made: Book, lang: Lang) -> str:
    from checker.reports.html import page

    return page("docs_index.html", lang=lang, word=_words(lang), book=made)


def _page_html(one: RulePage, made: Book, lang: Lang) -> str:
    from checker.reports.html import page

    levels = [
        (head, [((len(line) - len(line.lstrip())) // 2, line.lstrip()) for line in body])
        for head, body in one.sections
    ]
    return page("docs_rule.html", lang=lang, word=_words(lang), book=made, rule=one, sections=levels)
