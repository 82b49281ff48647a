"""`checker test --from`: a real finding written as a test of its pack."""

from __future__ import annotations

from pathlib import Path

from checker.cli.shared import default_pack, deliver
from checker.diagnostics import UsageError, shown_path
from checker.model import Text


def from_finding(
    fingerprint: str,
    logs: tuple[Path, ...],
    rules: Path | None,
    period: str | None,
    as_of: str | None,
    to: Path | None,
) -> None:
    """Write the test to `to`, or print it; it is run before.

    Raises:
        CheckerError: an option is missing, there is no such finding, it cannot be repeated, or the file is there.
    """
    from checker.cli.check import no_clock
    from checker.packtest.from_finding import specimen, written

    no_clock(period, as_of)
    if not logs:
        raise UsageError.of(
            "no-logs",
            Text(
                "--from 要写台账：checker test --from 编号 台账…",
                "--from needs logs: checker test --from NUMBER LOGS…",
            ),
        )
    if to is not None and to.exists():
        raise UsageError.of(
            "not-empty",
            Text("这个文件已经有了，不会覆盖", "this file is there already and is not overwritten"),
            Text("换一个文件名，如 tests/新.test.yaml", "choose another name, such as tests/new.test.yaml"),
            shown_path(to),
        )
    found = specimen(logs, rules or default_pack(), period or "", as_of or "", fingerprint)
    name = f"{found.finding.title.zh}（取自 {found.period.start:%Y-%m} 的一条发现）"
    deliver(written(found, name), to, utf8=True)
