"""The command line: options in, one pipeline call, exit code out. Heavy imports happen inside the commands.

Exit status: 0 nothing at or above `--fail-on`; 1 findings, errors or failures; 2 the job could not be done.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import click

from checker import __version__
from checker.cli.shared import Edge
from checker.memory import collector_at_rest

_DECISIONS = (
    "review",
    "decide",
    "notices",
    "report",
    "fines",
    "credit",
    "close",
    "ledger",
    "evidence",
    "verify",
)
_RULES = ("init", "lint", "test", "explain", "impact", "docs", "schema")
COMMANDS = ("check", *_DECISIONS, "retention", "archive", *_RULES, "completion")
"""Each is a module of this package, and the command of the same name in it."""


class _Commands(Mapping[str, click.Command]):
    """The commands by name; the module of one is read when it is asked for."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in COMMANDS:
            raise KeyError(name)
        found: click.Command = getattr(import_module(f"checker.cli.{name}"), name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


_SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


@click.group(cls=Edge, commands=_Commands(), context_settings=_SETTINGS)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """规章检查：制度条款写成 YAML，读入台账，给出核查结果。

    Checks logs against the clauses of a policy. Findings are proposals; people decide.
    """


def run() -> None:
    """Run the program as a process of its own: of a check, nothing is collected that its end frees anyway."""
    if sys.argv[1:2] == ["check"]:
        with collector_at_rest(for_good=True):
            main(prog_name="checker")
    main(prog_name="checker")
