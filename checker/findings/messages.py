"""Message templates: `{name}` is replaced, nothing else is possible; an unknown name stays visible."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from checker.model import Text

Lookup = Callable[[str], str | Text | None]
Form = tuple[str, Callable[[tuple[Any, ...]], Any] | None]
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
    places: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = field(init=False)
    forms: tuple[Form, Form] = field(init=False)

    def __post_init__(self) -> None:
        """Split both texts into literal and name in turn; note the names, each once, and where they stand."""
        zh, en = _split(self.text.zh), _split(self.text.en)
        names = tuple(dict.fromkeys((*zh[1::2], *en[1::2])))
        object.__setattr__(self, "parts", (zh, en))
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "places", tuple((_where(name, zh), _where(name, en)) for name in names))
        object.__setattr__(self, "forms", (_form(zh, names), _form(en, names)))

    def fill(self, lookup: Lookup) -> Text:
        """Give the text with every known name replaced."""
        return self.filled([lookup(name.strip()) for name in self.names])

    def filled(self, words: Sequence[str | Text | None]) -> Text:
        """Give the text with `names` replaced by words, in that order; None leaves a name as it stands.

        >>> Template(Text("{a}，{b}，{c}")).filled(["1", "", None]).zh
        '1，—，{c}'
        """
        for word in words:
            if word.__class__ is not str:
                return self._filled_apart(words)
        said = tuple([word or "—" for word in words])
        (zh, in_zh), (en, in_en) = self.forms
        return Text(
            zh % (said if in_zh is None else in_zh(said)), en % (said if in_en is None else in_en(said))
        )

    def _filled_apart(self, words: Sequence[str | Text | None]) -> Text:
        """Give the same where a word differs by language, or is left as it stands."""
        zh, en = list(self.parts[0]), list(self.parts[1])
        for name, word, (in_zh, in_en) in zip(self.names, words, self.places, strict=True):
            said = (word.zh, word.en) if isinstance(word, Text) else (word, word)
            for parts, at, text in ((zh, in_zh, said[0]), (en, in_en, said[1])):
                for place in at:
                    parts[place] = "{" + name + "}" if text is None else text or "—"
        return Text("".join(zh), "".join(en))


def _split(text: str) -> tuple[str, ...]:
    return tuple(_NAME.split(text))


def _form(parts: tuple[str, ...], names: Sequence[str]) -> Form:
    """Give a text as Python formats it, and what puts the words of `names` into its order; None: they are so."""
    form = "%s".join(part.replace("%", "%%") for part in parts[::2])
    places = [names.index(name) for name in parts[1::2]]
    if places == [*range(len(names))]:
        return form, None
    return form, itemgetter(*places) if places else lambda said: ()


def _where(name: str, parts: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(at for at in range(1, len(parts), 2) if parts[at] == name)
