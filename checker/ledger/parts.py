"""A finding → what each liable person pays of it: a fine that nobody shares is one part, of the finding's own number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checker.findings.numbers import of_share
from checker.model import Finding, Fine, Share
from checker.money import yuan


@dataclass(frozen=True)
class Part:
    """What one person pays of a finding: decided, served, appealed and deducted by itself.

    `liable` None: the person judged, or nobody yet. `among`: all who share, this one too; none where nobody shares.
    """

    number: str
    liable: str | None
    fine: Fine | None
    among: tuple[Share, ...] = ()


def parts(one: Finding) -> tuple[Part, ...]:
    """Give the parts of a finding; their fines add up to its own, to the fen."""
    penalty = one.penalty
    if penalty is None:
        return (Part(one.fingerprint, None, None),)
    if len(penalty.shares) < 2:
        return (Part(one.fingerprint, penalty.liable, penalty.fine),)
    return tuple(
        Part(of_share(one.fingerprint, share.liable), share.liable, share.fine, penalty.shares)
        for share in penalty.shares
    )


def kept(part: Part) -> dict[str, Any]:
    """Give what the ledger keeps of who else shares; nothing where nobody does."""
    if not part.among:
        return {}
    return {"among": [{"liable": one.liable, **amounts(one.fine)} for one in part.among]}


def amounts(fine: Fine) -> dict[str, int]:
    """Give an amount as the ledger keeps it, in fen."""
    return {"min": fine.min, "max": fine.max, "proposed": fine.proposed}


def whole_said(part: Part) -> str:
    """Give in a few words what a share is a part of; "" where nobody shares.

    >>> whole_said(Part("3f", "W1", None, (Share("W1", Fine(500, 500, 500)), Share("F1", Fine(0, 100, 0)))))
    '（全额 5.00~6.00 元，由 2 人分担）'
    """
    if not part.among:
        return ""
    low, high = (sum(getattr(one.fine, name) for one in part.among) for name in ("min", "max"))
    said = yuan(low) if low == high else f"{yuan(low)}~{yuan(high)}"
    return f"（全额 {said} 元，由 {len(part.among)} 人分担）"


def among_said(proposal: Mapping[str, Any]) -> str:
    """Give who shares and what each was proposed to pay; "" where nobody shares.

    >>> among_said({"among": [{"liable": "W1", "proposed": 500}, {"liable": "F1", "proposed": 100}]})
    '分担：W1 5.00、F1 1.00'
    >>> among_said({})
    ''
    """
    among = proposal.get("among", ())
    return "分担：" + "、".join(f"{one['liable']} {yuan(one['proposed'])}" for one in among) if among else ""
