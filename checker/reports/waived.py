"""How many findings are waived: for each person, and by each approver; in the order of names, never by number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checker.model import Finding, Report
from checker.reports.options import Options


def waived(report: Report) -> list[Finding]:
    """Give the findings that are waived."""
    return [one for one in report.findings if one.waiver is not None]


def by_person(some: Sequence[Finding]) -> Mapping[str, int]:
    """Count waived findings for each who would pay, else for each whom they are about; "" where that is nobody."""
    return _sorted(Counter(who for one in some for who in _whose(one)))


def by_approver(some: Sequence[Finding]) -> Mapping[str, int]:
    """Count waived findings by each who approved."""
    return _sorted(Counter(str(one.waiver["approver"]) for one in some if one.waiver))


def as_json(some: Sequence[Finding]) -> dict[str, Any]:
    """Give both counts as lists, so that a name is never a key."""
    return {
        "findings": len(some),
        "by_person": [{"who": who or None, "findings": count} for who, count in by_person(some).items()],
        "by_approver": [{"approver": who, "findings": count} for who, count in by_approver(some).items()],
    }


def told(report: Report, options: Options) -> Iterator[str]:
    """Give both counts in one line; nothing where nothing is waived."""
    if some := waived(report):
        people, approvers = _listed(by_person(some), options), _listed(by_approver(some), options)
        yield (
            f"已豁免 {len(some)} 条  当事人：{people}  批准人：{approvers}"
            if options.lang == "zh"
            else f"waived {len(some)}  concerned: {people}  approved by: {approvers}"
        )


def _whose(one: Finding) -> list[str]:
    payers = [one.penalty.liable, *(share.liable for share in one.penalty.shares)] if one.penalty else []
    found = list(dict.fromkeys(who for who in payers if who))
    return found or [next((str(value) for value in one.subject.values() if value not in (None, "")), "")]


def _sorted(counts: Counter[str]) -> Mapping[str, int]:
    return {who: counts[who] for who in sorted(counts)}


def _listed(counts: Mapping[str, int], options: Options) -> str:
    nobody = "（无）" if options.lang == "zh" else "(nobody)"
    mark = "、" if options.lang == "zh" else ", "
    return mark.join(f"{who or nobody} {count}" for who, count in counts.items())
