"""What stands in the terms of a rule, its penalty or reward: fields, units, people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from checker.language.places import Path

NOBODY = "nobody"


def rested_on(terms: Mapping[str, Any]) -> list[str]:
    """Give the fields that amounts and liability rest on, each once, in order.

    >>> rested_on({"fine": {"percent": {"of": "loss", "rate": 3}}, "from_cause": {"by": "cause", "table": {}}})
    ['loss', 'cause']
    """
    names = [spec.get("by", spec.get("of")) for spec in _forms(terms) if isinstance(spec, Mapping)]
    if "from_cause" in terms:
        names.append(terms["from_cause"]["by"])
    return [name for name in dict.fromkeys(names) if name]


def _forms(terms: Mapping[str, Any]) -> Iterator[Any]:
    for part in (terms, *terms.get("escalation", {}).get("steps", ())):
        for fine in (part.get("fine", {}), *part.get("units", {}).values()):
            yield from fine.values()


def named(terms: Mapping[str, Any]) -> list[tuple[str, Path]]:
    """Give the fields that name people, with their paths below the penalty; `nobody` is no field.

    >>> named({"share": {"among": ["worker", "foreman"]}})
    [('worker', ('share', 'among', 0)), ('foreman', ('share', 'among', 1))]
    """
    table = terms.get("from_cause", {}).get("table", {})
    found = [(name, ("from_cause", "table", cause)) for cause, name in table.items() if name != NOBODY]
    among = terms.get("share", {}).get("among", ())
    return found + [(name, ("share", "among", at)) for at, name in enumerate(among)]


def units_of(terms: Mapping[str, Any]) -> set[str]:
    """Give the units of which a rule gives amounts.

    >>> sorted(units_of({"units": {"point": {}}, "escalation": {"steps": [{"units": {"hour": {}}}]}}))
    ['hour', 'point']
    """
    parts = (terms, *terms.get("escalation", {}).get("steps", ()))
    return {name for part in parts for name in part.get("units", {})}
