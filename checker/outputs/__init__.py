"""Faults in rule files as text for people and machines; one format a file, `OUTPUTS` the list of them.

Only a `Diagnostic` comes in here: what is known about people (findings) is not within reach of this room, and so
never ends up in annotations, code scanning or the artifacts of a build. `.importlinter` holds it to that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from checker.diagnostics import Diagnostic
from checker.model import Lang
from checker.outputs import concise, github, gitlab, json, junit, pretty, sarif

Output = Callable[[Sequence[Diagnostic], Lang], str]

OUTPUTS: dict[str, Output] = {
    "pretty": pretty.render,
    "concise": concise.render,
    "json": json.render,
    "github": github.render,
    "gitlab": gitlab.render,
    "sarif": sarif.render,
    "junit": junit.render,
}
"""Name of the format → (faults, language) → text. The same faults give the same bytes."""

MACHINES = ("json", "github", "gitlab", "sarif", "junit")
"""Formats that a program reads: always UTF-8, whatever the console."""
