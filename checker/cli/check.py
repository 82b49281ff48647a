"""`checker check`: logs in, report out."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from checker.cli.problems import ProblemList, last_option, problems_option
from checker.cli.shared import (
    color_option,
    default_pack,
    deliver,
    deliver_pieces,
    lang_option,
    protect,
    remember_lang,
    rules_option,
    waivers_option,
    wants_color,
)
from checker.diagnostics import CheckerError, Diagnostic
from checker.model import Lang, Place, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from checker.model import Finding, Problem, Report
    from checker.reports import Options

FORMATS = ("pretty", "concise", "json", "csv", "html")
ENGINES = ("duckdb", "reference", "durable", "spark")
READ_IN_PART = "bad-encoding"  # the file was read; its damaged cells are told one by one


@click.command(short_help="核对台账 Check logs against a pack of rules")
@click.argument("logs", nargs=-1, type=click.Path(path_type=Path), required=True)
@rules_option
@click.option("--period", help="期间 2026-10 | 2026-Q4 | 2026 | 2026-10-01/2026-10-31 | pay_month:2026-10")
@click.option("--as-of", help="截止日 the cut-off, 2026-11-06; no clock is read")
@click.option("--engine", type=click.Choice(ENGINES), default="duckdb", show_default=True, help="引擎 engine")
@click.option(
    "--master", help="Spark 在哪里运行 where Spark runs, local[2] | spark://host:7077  [default: local[*]]"
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="格式  [default: pretty on a terminal, else concise]"
)
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="报告文件 written whole or not at all"
)
@lang_option
@click.option(
    "--all", "everything", is_flag=True, help="也列出符合与不适用 also passes and what does not apply"
)
@click.option(
    "--fail-on",
    type=click.Choice(["never", "violation"]),
    default="never",
    show_default=True,
    help="何时返回 1",
)
@waivers_option
@problems_option
@last_option
@click.option(
    "--ledger",
    "ledger_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="决定台账 ledger that notes who (--by) took the report of --output",
)
@click.option("--by", help="谁取报告 who takes the report")
@color_option
def check(
    logs: tuple[Path, ...],
    rules: Path | None,
    period: str | None,
    as_of: str | None,
    engine: str,
    master: str | None,
    form: str | None,
    output: Path | None,
    lang: Lang,
    everything: bool,
    fail_on: str,
    waivers: Path | None,
    problem_list: Path | None,
    last: Path | None,
    ledger_path: Path | None,
    by: str | None,
    color: str,
) -> None:
    """核对台账 Check LOGS (files or folders) against a pack of rules."""
    remember_lang(lang)
    no_clock(period, as_of)
    protect(output, (*logs, *(one for one in (waivers, ledger_path) if one)))
    protect(problem_list, (*logs, *([waivers] if waivers else [])))
    listing = ProblemList(problem_list, last)
    with Progress() as progress:
        from checker import pipeline

        report = pipeline.check(
            list(logs),
            rules=rules or default_pack(),
            period=period or "",
            as_of=as_of or "",
            engine=engine,
            waivers=waivers,
            progress=progress,
            all_findings=everything,
            master=master,
            look=listing.look,
        )
    listing.write(report, lang)
    refuse_unread(report.problems)
    from checker.reports import IN_PIECES, REPORTS, Options

    chosen = form or _format_for(output)
    width = shutil.get_terminal_size((100, 24)).columns
    options = Options(lang, everything, wants_color(color) and output is None, width)
    if ledger_path is not None and output is not None:
        note_report(ledger_path, report, options, chosen, rules or default_pack(), by)
    if chosen in IN_PIECES:
        deliver_pieces(IN_PIECES[chosen](report, options), output)
    else:
        deliver(REPORTS[chosen](report, options), output, utf8=chosen in ("csv", "html"))
    if fail_on == "violation" and any(map(is_violation, report.findings)):
        click.get_current_context().exit(1)


def refuse_unread(problems: Iterable[Problem]) -> None:
    """Give no report when a file or sheet could not be read and nobody knows which records it holds.

    What is in it would count as never written: a damaged list of leave fines people for days off, a damaged
    workbook of records fines every task as unrecorded.

    Raises:
        CheckerError: names every such file.
    """
    unread = [one for one in problems if one.level == "error" and not one.log and one.code != READ_IN_PART]
    if not unread:
        return
    said = Text(
        "有文件读不出，没有出具报告：缺了其中的记录，核查结果会冤枉人",
        "some files could not be read, so no report is given: without their records it would wrong people",
    )
    hint = Text(
        "改好下列文件，或确认无关后移出文件夹，再重新检查",
        "mend these files, or move them away if they do not belong here, and check again",
    )
    raise CheckerError(
        [Diagnostic("unreadable-input", "error", Place(""), said, hint=hint), *map(_unread, unread)]
    )


def _unread(one: Problem) -> Diagnostic:
    sheet = f"（{one.sheet}）" if one.sheet else ""
    message = Text(f"{sheet}{one.message.zh}", f"{sheet}{one.message.pick('en')}")
    return Diagnostic(one.code, "error", Place(one.file), message, found=one.found or "", hint=one.hint)


def is_violation(finding: Finding) -> bool:
    """Tell whether a finding counts for `--fail-on violation`: a failed duty, not waived, not on trial."""
    held = finding.penalty.holds if finding.penalty else ()
    return finding.outcome == "fail" and finding.kind == "duty" and not finding.waiver and "trial" not in held


def note_report(path: Path, report: Report, options: Options, form: str, rules: Path, by: str | None) -> None:
    """Note in the ledger who takes a report, how many people and findings it names, and its hash.

    Raises:
        CheckerError: nobody is named, there is no such ledger, or it cannot be written to.
    """
    from datetime import date

    from checker.cli.decisions import named, note, opened
    from checker.language import load_pack
    from checker.ledger.exports import export, persons
    from checker.ledger.proposals import month_of
    from checker.reports import REPORTS
    from checker.reports.options import shown

    who, ledger, pack = named(by), opened(path, options.lang), load_pack(rules)
    text = REPORTS[form](report, options)
    data = text.encode(errors="replace") if isinstance(text, str) else text
    some = list(shown(report, options))
    on, month = date.fromisoformat(report.run.as_of[:10]), month_of(report.run.period)
    count = persons(some, pack.people.key if pack.people else "")
    note(ledger, export("report", on, who, data, count, len(some), month))


def no_clock(period: str | None, as_of: str | None) -> None:
    """Refuse to guess the period or the cut-off.

    Raises:
        CheckerError: names the option that is missing, or both.
    """
    missing = [name for name, given in (("--period", period), ("--as-of", as_of)) if not given]
    if missing:
        raise CheckerError(map(_no_clock, missing))


def _no_clock(option: str) -> Diagnostic:
    example = {"--period": "2026-10", "--as-of": "2026-11-06"}[option]
    return Diagnostic(
        "missing-option",
        "error",
        Place(""),
        Text(
            f"缺少 {option}；本程序不读系统时钟，同样的输入总得同样的结果",
            f"{option} is missing; no clock is read",
        ),
        hint=Text(f"例如 {option} {example}", f"for example {option} {example}"),
    )


def _format_for(output: Path | None) -> str:
    """Give the format nobody chose: by the file's ending, else pretty on a terminal and concise elsewhere."""
    if output is not None:
        return output.suffix[1:] if output.suffix in (".json", ".csv", ".html") else "concise"
    return "pretty" if sys.stdout.isatty() else "concise"


class Progress:
    """One line on stderr, only on a terminal and only once the work has lasted two seconds."""

    def __init__(self) -> None:
        self.shown = False
        self.start = time.monotonic()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far `stage` is."""
        if not sys.stderr.isatty() or time.monotonic() - self.start < 2:
            return
        self.shown = True
        sys.stderr.write(f"\r\x1b[K{stage} {done}/{total}")
        sys.stderr.flush()
