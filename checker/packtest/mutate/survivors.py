"""`tests/survivors.yaml`: changes that no test notices and none has to, each with a reason, beside the tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from checker.diagnostics import CheckerError, has_errors, shown_path
from checker.language.load import read_checked
from checker.model import Place
from checker.packtest.mutate.mutants import Mutant

FILE = "tests/survivors.yaml"


@dataclass(frozen=True)
class Excuse:
    """One entry: `home` is a rule or a file of the pack; `*` in `path` and `change` stands for any text."""

    home: str
    path: str
    change: str
    reason: str
    place: Place = field(default=Place(""), compare=False)

    def covers(self, mutant: Mutant, folder: Path) -> bool:
        """Tell whether a mutant is one of those meant."""
        home = mutant.owner or mutant.place.file.removeprefix(f"{shown_path(folder)}/")
        return self.home == home and _like(self.path, mutant.path) and _like(self.change, mutant.change)


def _like(pattern: str, text: str) -> bool:
    """Tell whether a text fits a pattern with `*`.

    >>> _like("off[*].to", "off[3].to"), _like("30 → 31", "30 → 29")
    (True, False)
    """
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL) is not None


def load_excuses(folder: Path) -> tuple[Excuse, ...]:
    """Give the entries of the file of a pack; no file, no entries.

    Raises:
        CheckerError: with everything that is wrong with the file.
    """
    path = folder / FILE
    if not path.is_file():
        return ()
    document = read_checked(path, "survivors")
    if has_errors(document.diagnostics):
        raise CheckerError(document.diagnostics)
    return tuple(
        Excuse(
            raw["in"],
            raw["path"],
            raw.get("change", "*"),
            raw["reason"],
            document.places.of(("survivors", i)),
        )
        for i, raw in enumerate(document.value["survivors"])
    )


def excuse_for(mutant: Mutant, excuses: Sequence[Excuse], folder: Path) -> Excuse | None:
    """Give the first entry that covers a mutant."""
    return next((one for one in excuses if one.covers(mutant, folder)), None)
