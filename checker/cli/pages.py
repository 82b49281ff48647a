"""A pack as pages for those who own the policy: one a rule in fixed form, and every clause with what becomes of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checker.cli.explain import sections
from checker.model import Text

if TYPE_CHECKING:
    from checker.cli.words import Speaker
    from checker.language.pack import Clause, Pack, Rule

HANDLING: Mapping[str, Text] = {
    "automated": Text("自动检查", "automated"),
    "attested": Text("由人确认", "attested by people"),
    "statistic": Text("统计", "statistic"),
    "informative": Text("说明性", "informative"),
    "out_of_scope": Text("不在范围", "out of scope"),
}
STATUS: Mapping[str, Text] = {
    "active": Text("执行中", "active"),
    "trial": Text("试行", "on trial"),
    "draft": Text("草案", "draft"),
    "retired": Text("停用", "retired"),
}


@dataclass(frozen=True)
class RulePage:
    """One rule: its id, its title, and what `checker explain` says of it, head by head; then its tests by name."""

    rule: str
    title: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class ClauseRow:
    """One line of the article matrix: `rules` are those that cite the clause, then those that support it."""

    ref: str
    title: str
    text: str
    handling: str
    rules: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Book:
    """All pages of a pack in one language; `coverage` counts clauses by handling, `rules` lists (id, title, status)."""

    pack: str
    title: str
    version: str
    policy: tuple[str, ...]
    coverage: tuple[tuple[str, int], ...]
    clauses: tuple[ClauseRow, ...]
    rules: tuple[tuple[str, str, str], ...]
    assumed: tuple[str, ...]
    pages: tuple[RulePage, ...]


def book(speak: Speaker, tests: Mapping[str, Sequence[str]]) -> Book:
    """Give the pages of a pack; `tests` gives the names of its tests by rule."""
    pack, lang = speak.pack, speak.lang
    counts: Counter[str] = Counter(one.handling for one in pack.clauses.values())
    return Book(
        pack.id,
        pack.title.pick(lang),
        pack.version,
        tuple(_policy(speak)),
        tuple((text.pick(lang), counts[name]) for name, text in HANDLING.items()),
        tuple(_clauses(speak)),
        tuple((one.id, one.title.pick(lang), STATUS[one.status].pick(lang)) for one in pack.rules),
        tuple(_assumed(speak)),
        tuple(_page(speak, one, tests.get(one.id, ())) for one in pack.rules),
    )


def _policy(speak: Speaker) -> Iterator[str]:
    said = speak.pack.policy
    if said.name.zh:
        yield said.name.pick(speak.lang)
    if said.approved:
        yield speak.say(
            f"{said.approved_by} {said.approved_on} 批准，{said.published_on} 公布",
            f"approved by {said.approved_by} on {said.approved_on}, published on {said.published_on}",
        )
    else:
        yield speak.say("尚未批准公布：不产生扣款", "not approved and published: nothing is fined")


def _clauses(speak: Speaker) -> Iterator[ClauseRow]:
    citing: dict[str, list[str]] = defaultdict(list)
    for rule in speak.pack.rules:
        citing[rule.clause].append(rule.id)
    for rule in speak.pack.rules:
        for ref in rule.supports:
            citing[ref].append(rule.id)
    yield from (_clause(speak, one, citing[one.ref]) for one in speak.pack.clauses.values())


def _clause(speak: Speaker, one: Clause, rules: Sequence[str]) -> ClauseRow:
    return ClauseRow(
        one.ref,
        one.title.pick(speak.lang),
        one.text.pick(speak.lang),
        HANDLING[one.handling].pick(speak.lang),
        tuple(dict.fromkeys(rules)),
        one.reason.pick(speak.lang),
    )


def _assumed(speak: Speaker) -> Iterator[str]:
    """Give the numbers nobody has confirmed: the owner of the policy is who can."""
    pack: Pack = speak.pack
    for owner, found in (("", pack.parameters), *((rule.id, rule.params) for rule in pack.rules)):
        for name, one in found.items():
            if one.holds_back_fines:
                title = one.title.pick(speak.lang)
                yield f"{owner + ': ' if owner else ''}${name}{'  ' + title if title else ''}"


def _page(speak: Speaker, rule: Rule, tests: Sequence[str]) -> RulePage:
    told = [(head, tuple(line for line in body if line)) for head, body in sections(speak, rule)]
    (_, first), *rest = told[:-1]  # the last is about the plan, which is technical
    heads = [(speak.say("概况", "In short"), first), *rest]
    heads.append((speak.say("测试", "Tests"), tuple(tests)))
    return RulePage(rule.id, rule.title.pick(speak.lang), tuple((head, body) for head, body in heads if body))
