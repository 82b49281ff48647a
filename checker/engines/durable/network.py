"""The parent's side of the child process: what is sent is checked, what comes back is believed only if it is whole."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Any

from checker.engines.durable.faults import failed, missing
from checker.model import Text

BATCH = 500
SECONDS = 120.0
CHILD = (sys.executable, "-P", str(Path(__file__).with_name("child.py")))
_FACT = re.compile(r'(,"[az][0-9]{1,3}":-?[0-9]{1,19})*')


class Network:
    """One child process, for as many rulesets as wanted, one after the other.

    `seconds` limits each answer (an overdue child is ended after at most twice that). Any failure ends the run.
    """

    def __init__(self, command: Sequence[str] = CHILD, seconds: float = SECONDS) -> None:
        self.seconds, self.rule, self.late = seconds, "-", False
        self.asked = self.answered = 0
        self.sent: deque[Sequence[str]] = deque()
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        self.closed = Event()
        Thread(target=self._watch, daemon=True).start()
        self.asked += 1
        said = self._answer()
        if said.startswith("missing "):
            self.close()
            raise missing(str(json.loads(said[8:])))
        self._expect(said == "ready", said)

    def load(self, rule: str, rulesets: Sequence[dict[str, Any]]) -> None:
        """Load the rulesets of a rule of the plan, in place of the last."""
        self.rule = rule
        self._ask(f"rules {json.dumps(rulesets, separators=(',', ':'))}")
        said = self._answer()
        self._expect(said == "ok", said)

    def decide(self, facts: Sequence[str], names: Collection[str]) -> Iterator[str]:
        """Give the name of the one rule that fires for each fact; a fact is the text of its fields.

        Raises:
            UsageError: a fact is malformed, none or two rules fired for it, or the child died, hung or talked nonsense.
        """
        for start in range(0, len(facts), BATCH):
            self.send(facts[start : start + BATCH])
            yield from self.receive(names)

    def send(self, batch: Sequence[str]) -> None:
        """Hand over up to `BATCH` facts and do not wait; at most two batches may be under way."""
        self.sent.append(batch)
        if batch:
            self._ask(f"{len(batch)} {self._written(batch)}")

    def receive(self, names: Collection[str]) -> str:
        """Give the letters for the batch that was sent first."""
        batch = self.sent.popleft()
        if not batch:
            return ""
        said = self._answer()
        self._expect(len(said) == len(batch) and set(said) <= {*names, "-", "*"}, said)
        if "-" in said or "*" in said:
            at = next(i for i, letter in enumerate(said) if letter in "-*")
            self._fail(_none(batch[at]) if said[at] == "-" else _two(batch[at]))
        return said

    def close(self) -> None:
        """End the child."""
        self.closed.set()
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()

    def __enter__(self) -> Network:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _written(self, batch: Sequence[str]) -> str:
        for fact in batch:
            if not _FACT.fullmatch(fact):
                self._fail(Text(f"值不合格：{fact[:80]}", f"a value is malformed: {fact[:80]}"))
        listed = (f'{{"id":"{number:06d}","k":1{fact}}}' for number, fact in enumerate(batch, 1))
        return f"[{','.join(listed)}]"

    def _ask(self, line: str) -> None:
        self.asked += 1
        with suppress(OSError):  # a child that has gone is noticed when its answer is missing
            assert self.process.stdin is not None
            self.process.stdin.write(f"{line}\n".encode("ascii"))
            self.process.stdin.flush()

    def _answer(self) -> str:
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        self.answered += 1
        return said.decode("ascii", "replace").rstrip("\n")

    def _watch(self) -> None:
        """End a child that owes the same answer at the end of a whole span as at its beginning."""
        seen = -1
        while not self.closed.wait(self.seconds):
            if self.answered == seen and self.asked > self.answered:
                self.late = True
                self.process.kill()
                return
            seen = self.answered if self.asked > self.answered else -1

    def _expect(self, holds: bool, said: str) -> None:
        if holds:
            return
        if self.late:
            what = Text(f"超过 {self.seconds:g} 秒没有回答", f"no answer within {self.seconds:g} s")
        elif not said:
            what = Text("子进程意外结束", "its process died")
        else:
            what = Text(f"子进程回答：{said[:200]}", f"its process answered: {said[:200]}")
        self._fail(what)

    def _fail(self, what: Text) -> None:
        self.close()
        raise failed(self.rule, what)


def _none(fact: str) -> Text:
    return Text(f"没有规则触发：{fact}", f"no rule fired: {fact}")


def _two(fact: str) -> Text:
    return Text(f"两条规则同时触发：{fact}", f"two rules fired: {fact}")
