"""The list of data problems beside a report: where it goes, what it is compared with, what the console says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.shared import deliver, say, write_paper
from checker.diagnostics import UsageError, shown_path
from checker.model import Lang, Text

if TYPE_CHECKING:
    from checker.language.compile import Compiled
    from checker.logs.tables import Tables
    from checker.model import Report
    from checker.papers.expected import Expected
    from checker.papers.since import Row, Since

ENDINGS = (".xlsx", ".csv", ".txt")
problems_option = click.option(
    "--problems",
    "problem_list",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="数据问题清单 list of data problems and expected files: .xlsx .csv .txt, - for stderr",
)
last_option = click.option(
    "--last-problems",
    "last",
    type=click.Path(path_type=Path, dir_okay=False),
    help="上次的清单 list of an earlier run, to compare with  [default: the one that --problems replaces]",
)


class ProblemList:
    """What one run needs to write its list. The earlier list is read before anything is checked or replaced.

    Raises:
        UsageError: the ending is unknown, the earlier list cannot be read, or another file would be replaced.
    """

    def __init__(self, target: Path | None, last: Path | None) -> None:
        self.target = target
        self.expected: tuple[Expected, ...] = ()
        self.last: tuple[Path, tuple[Row, ...], bool] | None = None
        if target is None and last is not None:
            raise click.UsageError(
                "--last-problems 要与 --problems 同用 --last-problems goes with --problems"
            )
        if target is not None and str(target) != "-" and target.suffix.lower() not in ENDINGS:
            raise click.UsageError(
                "--problems 的文件名须以 .xlsx、.csv 或 .txt 结尾 must end in .xlsx, .csv or .txt"
            )
        if last is not None:
            self.last = (last, _read(last), True)
        elif target is not None and target.suffix.lower() in (".xlsx", ".csv") and target.exists():
            self.last = (target, _replaced(target), False)

    @property
    def look(self) -> Callable[[Compiled, Tables], None] | None:
        """Give what the pipeline calls once the logs are read; None when no list is asked for."""
        return self._look if self.target is not None else None

    def _look(self, compiled: Compiled, tables: Tables) -> None:
        from checker.papers.expected import expected

        self.expected = expected(compiled, tables)

    def write(self, report: Report, lang: Lang) -> None:
        """Write the list of a run, and say in one line what is in it and what changed."""
        if self.target is None:
            return
        from checker.ledger.proposals import month_of
        from checker.papers import problems as paper

        month = month_of(report.run.period)
        since = self._since(report, month, lang)
        listed = paper.Listed(report.problems, self.expected, month, since)
        if str(self.target) == "-":
            say(paper.as_text(listed, lang).rstrip("\n"))
            return
        if self.target.suffix.lower() == ".xlsx":
            data = paper.workbook(listed, lang, f"{report.run.pack} {report.run.version}")
            self.target = write_paper(self.target, data, lang)
        else:
            text = (
                paper.as_csv(listed, lang)
                if self.target.suffix.lower() == ".csv"
                else paper.as_text(listed, lang)
            )
            self.target = deliver(text, self.target, utf8=True) or self.target
        say(f"{paper.summary(listed, lang)} → {shown_path(self.target)}")

    def _since(self, report: Report, month: str, lang: Lang) -> Since | None:
        if self.last is None:
            return None
        from checker.papers.problems import cells, in_order
        from checker.papers.since import compare, months

        path, rows, asked = self.last
        if not asked and months(rows) - {month}:
            other = "、".join(sorted(months(rows)))
            zh, en = f"原有的清单是 {other} 的，没有比较", f"the list there is of {other}: not compared"
            say(Text(zh, en).pick(lang))
            return None
        return compare(shown_path(path), rows, [cells(one, month, lang) for one in in_order(report.problems)])


def _read(path: Path) -> tuple[Row, ...]:
    from checker.papers.since import read

    return read(path)


def _replaced(path: Path) -> tuple[Row, ...]:
    """Read the list that is about to be replaced; anything else in its place is left alone."""
    try:
        return _read(path)
    except UsageError:
        raise UsageError.of(
            "not-replaced",
            Text(
                "这里已有一个文件，不是数据问题清单，没有覆盖它",
                "a file is there that is no list of data problems; it was not replaced",
            ),
            Text("换一个文件名，或先移走它", "choose another name, or move it away first"),
            shown_path(path),
        ) from None
