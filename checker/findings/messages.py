"""Message templates: `{name}` is looked up, nothing else is possible; an unknown name stays visible."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from checker.model import Text

Lookup = Callable[[str], str | Text | None]
_NAME = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Template:
    """A message in two languages, split once.

    >>> Template(Text("{name} 关机 {x.__class__}")).fill({"name": "张伟"}.get).zh
    '张伟 关机 {x.__class__}'
    """

    text: Text
    parts: tuple[tuple[str, ...], tuple[str, ...]] = field(init=False)
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Split both texts into literal and name in turn; note the names, each once."""
        parts = (_split(self.text.zh), _split(self.text.en))
        object.__setattr__(self, "parts", parts)
        object.__setattr__(self, "names", tuple(dict.fromkeys(name for part in parts for name in part[1::2])))

    def fill(self, lookup: Lookup) -> Text:
        """Give the text with every known name replaced."""
        known = {name: lookup(name.strip()) for name in self.names}
        zh = {name: one.zh if isinstance(one, Text) else one for name, one in known.items()}
        en = {name: one.en if isinstance(one, Text) else one for name, one in known.items()}
        return Text(_fill(self.parts[0], zh), _fill(self.parts[1], en))


def _split(text: str) -> tuple[str, ...]:
    return tuple(_NAME.split(text))


def _fill(parts: tuple[str, ...], known: dict[str, str | None]) -> str:
    out = list(parts)
    for index in range(1, len(parts), 2):
        value = known[parts[index]]
        out[index] = "{" + parts[index] + "}" if value is None else value or "—"
    return "".join(out)
