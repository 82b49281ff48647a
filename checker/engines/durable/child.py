"""The process in which durable_rules runs: rulesets and batches of facts in, a letter a fact out.

It is started by path and imports nothing of the checker. It may crash, hang or talk nonsense; the parent
believes only a whole, well-formed answer. One thread; its own standard output, so that nothing else gets in.

Lines in: `rules [...]` rulesets, `<count> [...]` a batch of facts with ids 000001 and on. Lines out: `ready`, `ok`,
or for a batch a letter a fact: that of the rule that fired, `-` for none, `*` for two that differ; or `error ...`.
"""

from __future__ import annotations

import json
import os
import re
import sys
from typing import IO, Any

FIRED = re.compile(r'\{"(beat|[A-Za-z])\d*":\{"m":\{"id":"(\d{6})"')
BEAT = '{"id":"000000","beat":1}'


class Rules:
    """One loaded ruleset. Its state is dropped before each batch, so ids and memory start afresh."""

    def __init__(self, engine: Any, text: str) -> None:
        self.engine = engine
        self.handle = engine.create_ruleset("checker", text)
        self.used = False

    def decide(self, facts: str) -> list[tuple[str, str]]:
        """Give the letter of the rule and the id of the fact of everything that fires; at least one fact."""
        if self.used:
            self.engine.delete_state(self.handle, "0")
        self.used = True
        # A state in which nothing ever fired cannot be deleted: the heartbeat always fires.
        _, state = self.engine.assert_fact(self.handle, BEAT)
        if self.fired(state) != [("beat", "000000")]:
            raise ValueError("no heartbeat")
        self.engine.assert_facts(self.handle, facts)
        return self.fired(state)

    def fired(self, state: int) -> list[tuple[str, str]]:
        """Give the name of the rule and the id of the fact of everything that fired since it was last asked."""
        found = []
        begun = self.engine.start_action_for_state(self.handle, state)
        message = begun[1] if begun else None
        while message:
            match = FIRED.match(message)
            if match is None:
                raise ValueError(message[:80])
            found.append((match[1], match[2]))
            message = self.engine.complete_and_start_action(self.handle, state)
        return found

    def close(self) -> None:
        """Free the ruleset."""
        if self.used:
            self.engine.delete_state(self.handle, "0")
        self.engine.delete_ruleset(self.handle)


def decided(loaded: list[Rules], count: int, facts: str) -> str:
    """Give a letter for each fact of a batch, from all rulesets together."""
    found: dict[int, str] = {}
    for rules in loaded:
        for letter, number in rules.decide(facts):
            found[int(number)] = letter if found.get(int(number), letter) == letter else "*"
    if found.keys() - range(1, count + 1):
        raise ValueError("a fact that nobody asked about")
    return "".join(found.get(number, "-") for number in range(1, count + 1))


def answer(engine: Any, loaded: list[Rules], line: str) -> str:
    """Do what a line asks, give the line to say; `loaded` are the rulesets in use."""
    count, _, text = line.partition(" ")
    if count != "rules":
        return decided(loaded, int(count), text)
    while loaded:
        loaded.pop().close()
    loaded += [Rules(engine, json.dumps(one, separators=(",", ":"))) for one in json.loads(text)]
    return "ok"


def private(stream: IO[str]) -> IO[str]:
    """Give a stream to the parent of which nobody else knows; what others print goes nowhere."""
    own = os.fdopen(os.dup(stream.fileno()), "w", encoding="ascii", errors="replace")
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return own


def main() -> None:
    """Serve one parent until it closes the pipe."""
    out = private(sys.stdout)
    try:
        import durable_rules_engine as engine
    except ImportError as error:
        out.write(f"missing {json.dumps(str(error))}\n")
        return
    print("ready", file=out, flush=True)
    loaded: list[Rules] = []
    for line in sys.stdin:
        try:
            said = answer(engine, loaded, line.rstrip("\n"))
        except Exception as error:
            said = f"error {json.dumps(str(error))}"
        print(said, file=out, flush=True)


if __name__ == "__main__":
    main()
