"""The command line: options in, one pipeline call, exit code out. Heavy imports happen inside the commands.

Exit status: 0 nothing at or above `--fail-on`; 1 findings, errors or failures; 2 the job could not be done.
"""

from __future__ import annotations

import sys

import click

from checker import __version__
from checker.cli.archive import archive
from checker.cli.check import check
from checker.cli.close import close
from checker.cli.completion import completion
from checker.cli.credit import credit
from checker.cli.decide import decide
from checker.cli.docs import docs
from checker.cli.evidence import evidence
from checker.cli.explain import explain
from checker.cli.fines import fines
from checker.cli.impact import impact
from checker.cli.init import init
from checker.cli.ledger import ledger
from checker.cli.lint import lint
from checker.cli.notices import notices
from checker.cli.report import report
from checker.cli.retention import retention
from checker.cli.review import review
from checker.cli.schema import schema
from checker.cli.shared import Edge
from checker.cli.test import test
from checker.cli.verify import verify
from checker.memory import collector_at_rest


@click.group(cls=Edge, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """规章检查：制度条款写成 YAML，读入台账，给出核查结果。

    Checks logs against the clauses of a policy. Findings are proposals; people decide.
    """


_DECISIONS = (review, decide, notices, report, fines, credit, close, ledger, evidence, verify, retention)
for _command in (check, *_DECISIONS, archive, init, lint, test, explain, impact, docs, schema, completion):
    main.add_command(_command)


def run() -> None:
    """Run the program as a process of its own: of a check, nothing is collected that its end frees anyway."""
    if sys.argv[1:2] == ["check"]:
        with collector_at_rest(for_good=True):
            main(prog_name="checker")
    main(prog_name="checker")
