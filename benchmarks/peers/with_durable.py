"""The ten rules in durable_rules by its fastest way: its C module, the ruleset as JSON, facts in batches of 500."""

import json
import re
from itertools import islice
from typing import Any

import durable_rules_engine as engine

from benchmarks.peers.rows import COLUMNS, RATINGS, arguments, months_later, output, rows

RULES = {
    "slump": {"$or": [{"$lt": {"slump": 80}}, {"$gt": {"slump": 260}}]},
    "quantity": {"$gt": {"quantity": 60.0}},
    "rating": {"$and": [{"$neq": {"rating": one}} for one in RATINGS]},
    "phone": {"$and": [{"$ex": {"slump": 1}}, {"$nex": {"phone": 1}}]},
    "stay": {"$gt": {"left_at": {"$add": {"$l": {"$m": "arrived_at"}, "$r": 28_800}}}},
    "filed": {"$gt": {"filed_on": {"$add": {"$l": {"$m": "service_date"}, "$r": 3}}}},
    "score": {"$and": [{"kind": "投诉"}, {"$ex": {"score": 1}}, {"$lt": {"score": 60}}]},
    "signed": {"$and": [{"$gt": {"quantity": 40.0}}, {"signed": False}]},
    "disposed": {"$and": [{"$ex": {"keep_until": 1}}, {"$lt": {"disposed_on": {"$m": "keep_until"}}}]},
    "heat": {"$and": [{"$neq": {"kind": "培训"}}, {"$ex": {"temperature": 1}}, {"$gt": {"temperature": 35}}]},
}
"""No `$or` can have two true branches: such a rule would fire twice."""
FIRED = re.compile(r'\{"(\w+)":\{"m":\{"id": ?"(\d+)"')
BATCH, BEAT = 500, '{"id":"beat","beat":1}'


def fact(number: int, row: tuple[Any, ...]) -> dict[str, Any]:
    """Give a flat fact, its id first: times as whole numbers, blanks left out, and the limit that the calendar gives."""
    found: dict[str, Any] = {"id": f"{number:06}"}
    found |= {name: value for name, value in zip(COLUMNS, row, strict=True) if value is not None}
    if "disposed_on" in found:
        found["keep_until"] = months_later(found["service_date"], 18).toordinal()
        found["disposed_on"] = found["disposed_on"].toordinal()
    for name in ("service_date", "filed_on"):
        found[name] = found[name].toordinal()
    for name in ("arrived_at", "left_at"):
        found[name] = int(found[name].timestamp())
    found.setdefault("signed", False)
    return found


def fired(handle: int, state: int) -> list[tuple[str, str]]:
    """Give the rule and the fact of all that fired."""
    found = []
    begun = engine.start_action_for_state(handle, state)
    message = begun and begun[1]
    while message:
        if match := FIRED.match(message):
            found.append((match[1], match[2]))
        message = engine.complete_and_start_action(handle, state)
    return found


if __name__ == "__main__":
    folder, most = arguments()
    rules = {name: {"all": [{"m": condition}]} for name, condition in RULES.items()}
    handle = engine.create_ruleset("bench", json.dumps({**rules, "beat": {"all": [{"m": {"beat": 1}}]}}))
    source = rows(folder, most)
    with output() as out:
        while batch := list(islice(source, BATCH)):
            _, state = engine.assert_fact(handle, BEAT)
            facts = [fact(number, row) for number, row in enumerate(batch)]
            engine.assert_facts(handle, json.dumps(facts, separators=(",", ":")))
            for rule, number in fired(handle, state):
                out.write(f"{rule}\tfail\t{batch[int(number)][0]}\n")
            engine.delete_state(handle, "0")  # else it keeps every fact; it needs something that fired
