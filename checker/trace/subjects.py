"""Whom the user means: an id, a name, a region, a customer, the key of a record; and who is near when nobody is meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from checker.diagnostics import UsageError
from checker.model import Text
from checker.plan.columns import columns_of
from checker.plan.nodes import Grid
from checker.trace.world import Row, World

COMPANY = ("company", "公司", "全公司")


@dataclass(frozen=True)
class Wanted:
    """Who is meant: `ids` and `names` in capitals; both empty: anybody (the company, or a record alone)."""

    said: str | None
    ids: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    people: tuple[tuple[str, str], ...] = ()


class Subjects:
    """Who a row of the rule is about."""

    def __init__(self, world: World) -> None:
        self.world, people = world, world.compiled.pack.people
        names = [name for name in world.keep if name.startswith("subject.")]
        self.person = f"subject.{people.key}" if people and f"subject.{people.key}" in names else None
        name = f"subject.{people.name or 'name'}" if people and self.person else None
        self.plain = [one for one in names if one not in (self.person, name)]

    def is_wanted(self, row: Row, wanted: Wanted, record: str | None) -> bool:
        """Tell whether a row is about who is meant, or may be: it has no id, but the name."""
        whose, value = self.world.identity, self.world.value
        if record is not None and capitals(value(whose["record"], row)) != capitals(record):
            return False
        if not (wanted.ids or wanted.names):
            return True
        if "person" not in whose:
            own = {capitals(value(expr, row)) for expr in whose.values()}
            return bool(own & (wanted.ids | wanted.names))
        who = capitals(value(whose["person"], row))
        return (
            who in wanted.ids
            if who
            else "name" in whose and capitals(value(whose["name"], row)) in wanted.names
        )

    def find(self, said: str | None) -> Wanted:
        """Give who is meant.

        Raises:
            UsageError: nobody is called so (with those who nearly are), or several people are.
        """
        if said is None or (self._is_company() and said in (*COMPANY, self.world.compiled.pack.id)):
            return Wanted(said)
        known, people = list(dict.fromkeys(self._known())), list(dict.fromkeys(self._people()))
        word = capitals(said)
        ids = sorted({who for who, _ in people if capitals(who) == word})
        if ids:
            mine = [(who, name) for who, name in people if who == ids[0]]
            return Wanted(
                said, frozenset({word}), frozenset(capitals(name) for _, name in mine if name), tuple(mine)
            )
        named = sorted({(who, name) for who, name in people if capitals(name) == word})
        if len({who for who, _ in named}) > 1:
            raise several(said, named)
        if named:
            return Wanted(said, frozenset({capitals(named[0][0])}), frozenset({word}), tuple(named))
        if word in {capitals(one) for one in known}:
            return Wanted(said, frozenset({word}), frozenset({word}))
        raise nobody(said, known, people)

    def _is_company(self) -> bool:
        return isinstance(self.world.plan.source, Grid) and self.world.plan.source.log is None

    def _people(self) -> Iterator[tuple[str, str]]:
        """Give (id, name) of everybody in the people log, and of those whom the records name."""
        people = self.world.compiled.pack.people
        logs = self.world.compiled.pack.logs
        if people is None or people.log not in self.world.tables.logs:
            return
        yield from self._pairs(people.log, people.key, people.name)
        source = logs.get(self.world.plan.source.log or "")
        if source is not None and source.person and not source.fields[source.person].formula:
            yield from self._pairs(source.id, source.person, source.person_name)

    def _pairs(self, log: str, key: str, name: str | None) -> Iterator[tuple[str, str]]:
        if log in self.world.tables.logs:
            for row in self.world.stored(log):
                if row.get(key) is not None:
                    yield str(row[key]), str(row.get(name or "") or "")

    def _known(self) -> Iterator[str]:
        """Give what else a subject may be called: the keys of a grid, regions, the keys of records."""
        plan = self.world.plan
        if isinstance(plan.source, Grid):
            if plan.source.log and plan.source.key:
                yield from (
                    str(row[plan.source.key])
                    for row in self.world.stored(plan.source.log)
                    if row[plan.source.key]
                )
            return
        if self.person is not None:
            return
        for row in self.world.stored(plan.source.log):
            for name in (*self.plain, "record"):
                expr = self.world.keep[name]
                if columns_of([expr]) and (value := self.world.value(expr, row)) is not None:
                    yield str(value)


def capitals(value: object) -> str:
    """Give a value in capitals without spaces around it, so that fw0012 is FW0012."""
    return "" if value is None else str(value).strip().upper()


def several(said: str, people: list[tuple[str, str]]) -> UsageError:
    """Give the fault that a name is that of several people."""
    listed = [f"{who} {name}" for who, name in people]
    return UsageError.of(
        "ambiguous-subject",
        Text(f"叫“{said}”的不止一人", f"several people are called '{said}'"),
        Text(f"请用工号：{'、'.join(listed)}", f"give the id: {', '.join(listed)}"),
    )


def nobody(said: str, known: list[str], people: list[tuple[str, str]]) -> UsageError:
    """Give the fault that nobody is called so, with those who nearly are."""
    words = {capitals(one): one for one in known}
    for who, name in people:
        words[capitals(who)] = f"{who} {name}".strip()
        if name:
            words.setdefault(capitals(name), f"{who} {name}")
    near = dict.fromkeys(words[one] for one in difflib.get_close_matches(capitals(said), list(words), n=4))
    return UsageError.of(
        "unknown-subject",
        Text(f"台账里没有对象“{said}”", f"no subject '{said}' in the logs"),
        Text(f"是否想写：{'、'.join(near)}", f"did you mean: {', '.join(near)}") if near else Text(""),
    )
