"""Section three: violations and penalties by clause, from the ledger where there is one; never by person or region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from checker.guards.notice import mode, points
from checker.language.pack import Pack
from checker.ledger.cases import Case, fold
from checker.ledger.entries import Entry
from checker.ledger.proposals import is_proposed
from checker.model import Finding, Lang, Report
from checker.money import yuan
from checker.monthly.words import WORDS, said
from checker.papers.month import NO_DATA, Section, Table
from checker.reports.sums import amount as parts

APPROVED = ("confirmed", "served", "appealed", "upheld", "adjusted", "released", "revoked")
"""States of what two people found to be so; of what was revoked later only the number counts."""
_WIDTHS = (9, 27, 8, 8, 18, 13, 13)


@dataclass(frozen=True)
class Sanction:
    """One violation: who answers for it (for counting only), in fen what it costs, None where no amount is set."""

    clause: str
    people: tuple[str, ...]
    fen: int | None = None
    units: tuple[tuple[str, int], ...] = ()
    appealed: bool = False
    revoked: bool = False


def sanctions(pack: Pack, report: Report, entries: Sequence[Entry] | None, month: str, lang: Lang) -> Section:
    """Give section three of a month; `entries` None: no ledger was given, so these are proposals."""
    if entries is None:
        own = [_found(one, pack) for one in report.findings if is_proposed(one) and one.waiver is None]
        notes = [said("by_check", lang)]
    else:
        cases = [one for one in fold(entries).cases.values() if one.month == month]
        own = [_decided(one, entries) for one in cases if one.state in APPROVED]
        notes = [_by_ledger(cases, lang)]
    shared = sum(len(one.people) > 1 for one in own)
    notes += [said("shares", lang, n=shared)] if shared else []
    notes += _about_money(pack, lang)
    title = said("sanctions", lang)
    if not own:
        return Section(title, notes=(said("nothing", lang), *notes))
    return Section(title, (_table(pack, own, entries is not None, lang),), notes=tuple(notes))


def _table(pack: Pack, own: Sequence[Sanction], by_ledger: bool, lang: Lang) -> Table:
    order = {ref: at for at, ref in enumerate(pack.clauses)}
    by: dict[str, list[Sanction]] = {}
    for one in own:
        by.setdefault(one.clause, []).append(one)
    refs = sorted(by, key=lambda ref: (order.get(ref, len(order)), ref))
    titles = {ref: pack.clauses[ref].title.pick(lang) if ref in pack.clauses else "" for ref in refs}
    rows = [(ref, titles[ref], *_cells(pack, by[ref], by_ledger, lang)) for ref in refs]
    rows.append((said("total", lang), "", *_cells(pack, own, by_ledger, lang)))
    names = ("clause", "content", "count", "people", _amount_word(pack), "appeals", "revoked")
    return Table(tuple(said(name, lang) for name in names), tuple(rows), _WIDTHS, total=True)


def _cells(pack: Pack, own: Sequence[Sanction], by_ledger: bool, lang: Lang) -> tuple[str, ...]:
    people = {who for one in own for who in one.people}
    appeals = sum(one.appealed for one in own), sum(one.revoked for one in own)
    later = tuple(map(str, appeals)) if by_ledger else (NO_DATA.pick(lang),) * 2
    return (
        str(len(own)),
        str(len(people) or "—"),
        _amount(pack, [one for one in own if not one.revoked], lang),
        *later,
    )


def _amount(pack: Pack, own: Sequence[Sanction], lang: Lang) -> str:
    """Give money, points or a word, as the company's guards have it, and other units beside it."""
    money = mode(pack.guards)
    fens = [one.fen for one in own if one.fen is not None]
    if money == "propose":
        told = [yuan(sum(fens)) if fens else "—"]
    elif money == "score":
        known = [points(fen, pack.guards) for fen in fens if fen]
        open_ones = sum(one is None for one in known)
        told = [str(sum(one or 0 for one in known))]
        told += [said("settle", lang, n=open_ones)] if open_ones else []
    else:
        told = ["—"]
    sums: dict[str, int] = {}
    for one in own:
        for unit, many in one.units:
            sums[unit] = sums.get(unit, 0) + many
    told += [
        f"{pack.units[unit].title.pick(lang)} {parts(many, pack.units[unit].places)}"
        for unit, many in sums.items()
    ]
    told = told[1:] if told[0] == "—" and len(told) > 1 else told
    return ("；" if lang == "zh" else "; ").join(told)


def _amount_word(pack: Pack) -> str:
    return {"propose": "amount", "score": "points"}.get(mode(pack.guards) or "", "treatment")


def _about_money(pack: Pack, lang: Lang) -> list[str]:
    money = mode(pack.guards)
    if money is None:
        return [said("unchosen", lang)]
    return [] if money == "propose" else [said("no_money", lang, mode=money)]


def _found(one: Finding, pack: Pack) -> Sanction:
    penalty = one.penalty
    shares = penalty.shares if penalty else ()
    who = pack.people.key if pack.people else ""
    single = (penalty.liable if penalty else None) or one.subject.get(who)
    people = tuple(share.liable for share in shares) or ((str(single),) if single else ())
    heads = len(shares) or 1
    units = tuple((u.unit, u.amount.proposed * heads) for u in (penalty.units if penalty else ()))
    return Sanction(one.clause, people, penalty.fine.proposed if penalty and penalty.fine else None, units)


def _decided(case: Case, entries: Sequence[Entry]) -> Sanction:
    one = case.proposal
    shares = one.get("shares", ())
    people = tuple(str(share["liable"]) for share in shares) or (
        (str(one["person"]),) if one["person"] else ()
    )
    units = tuple((u["unit"], u["amount"] * (len(shares) or 1)) for u in one.get("units", ()))
    kinds = {entries[seq - 1].step.kind for seq in case.history}
    return Sanction(one["clause"], people, case.fen, units, "appeal" in kinds, case.state == "revoked")


def _by_ledger(cases: Sequence[Case], lang: Lang) -> str:
    states: Mapping[str, int] = {name: _number(cases, name) for name in ("rejected", "doubted", "waived")}
    waiting = sum(one.state in ("proposed", "reviewed") and not one.gone for one in cases)
    back = sum(one.credited for one in cases)
    more = WORDS["credits"].pick(lang).format(fen=yuan(back)) if back else ""
    return said("by_ledger", lang, open=waiting, credits=more, **states)


def _number(cases: Iterable[Case], state: str) -> int:
    return sum(one.state == state for one in cases)
