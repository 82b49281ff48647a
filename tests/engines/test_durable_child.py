"""A child process that dies, hangs or talks nonsense ends the run with one message and status 2."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker.cli import main
from checker.diagnostics import UsageError
from checker.engines.durable import network as parent
from checker.engines.durable.network import CHILD, Network
from checker.plan import build as b
from tests.engines.one_rule import World, rule_of, run

ROOT = Path(__file__).parents[2]
SAY = "import sys\nprint('ready', flush=True)\nfor line in sys.stdin:\n    "


def child(body: str) -> tuple[str, ...]:
    return (sys.executable, "-c", SAY + body)


def failing(command: tuple[str, ...], seconds: float = 20) -> str:
    """Give the message of a run with a child of that sort."""
    with pytest.raises(UsageError) as raised, Network(command, seconds) as one:
        one.load("late-report", [{}])
        list(one.decide([',"a0":1'] * 3, "ab"))
    return str(raised.value)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.exit(3)", "its process died"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "its process died"),
        ("print('error \"code: 113\"', flush=True)", 'its process answered: error "code: 113"'),
        ("print('ok' if line[0] == 'r' else 'aab?', flush=True)", "its process answered: aab?"),
        ("print('ok' if line[0] == 'r' else 'aa', flush=True)", "its process answered: aa"),
        ("print('ok' if line[0] == 'r' else 'aac', flush=True)", "its process answered: aac"),
        ("print('ok' if line[0] == 'r' else 'ab-', flush=True)", 'no rule fired: ,"a0":1'),
        ("print('ok' if line[0] == 'r' else 'a*b', flush=True)", 'two rules fired: ,"a0":1'),
    ],
)
def test_what_is_not_a_whole_answer_ends_the_run(body, said):
    message = failing(child(body))
    assert message.startswith(
        "error[engine-failed]: the engine durable failed on the rule late-report, no report is given: "
    )
    assert said in message and message.endswith("→ use --engine duckdb")


def test_a_child_that_hangs_is_ended():
    assert "no answer within 0.5 s" in failing(child("import threading; threading.Event().wait()"), 0.5)


def test_a_child_that_never_starts_to_speak_is_ended():
    with pytest.raises(UsageError, match="its process died"):
        Network((sys.executable, "-c", "pass"))


def test_without_the_package_the_message_says_how_to_install_it():
    command = (sys.executable, "-I", "-S", CHILD[-1])
    with pytest.raises(UsageError) as raised:
        Network(command)
    (one,) = raised.value.diagnostics
    assert (one.code, "durable_rules_engine" in one.message.zh) == ("engine-not-installed", True)
    for text in (one.hint.zh, one.hint.en):
        assert "pip install 'policy-checker[durable]'" in text
        assert (
            "CPPFLAGS='-DPyEval_CallObject=PyObject_CallObject' pip install --no-binary durable-rules durable-rules"
            in text
        )


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "引擎 durable 未安装"), ("en", "the engine durable is not installed")]
)
def test_the_command_line_gives_status_2_and_no_report(monkeypatch, lang, said):
    monkeypatch.setattr(
        parent.Network.__init__, "__defaults__", ((sys.executable, "-I", "-S", CHILD[-1]), 20.0)
    )
    asked = ["--period", "2026-10", "--as-of", "2026-11-06", "--engine", "durable", "--lang", lang]
    done = CliRunner().invoke(
        main,
        ["check", str(ROOT / "samples" / "2026-10"), "--rules", str(ROOT / "rules" / "after-sales"), *asked],
    )
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr and "Traceback" not in done.stderr


def test_the_child_answers_nothing_but_its_protocol():
    pytest.importorskip("durable_rules_engine", reason="the extra [durable] is not installed")
    beat = {"beat": {"all": [{"m": {"beat": 1}}]}}
    with Network() as one:
        one.load(
            "r", [{**beat, "a0": {"all": [{"m": {"a0": 1}}]}, "b0": {"all": [{"m": {"$ex": {"a0": 1}}}]}}]
        )
        with pytest.raises(UsageError, match="two rules fired"):
            list(one.decide([',"a0":2', ',"a0":1'], "ab"))
    with Network() as one:
        one.load("r", [{**beat, "a0": {"all": [{"m": {"a0": 1}}]}}])
        with pytest.raises(UsageError, match="no rule fired"):
            list(one.decide([',"a0":1', ',"a0":2'], "ab"))
    with Network() as one, pytest.raises(UsageError, match="Could not create ruleset"):
        one.load("r", [{**beat, "a0": {"all": [{"m": {"$wrong": {"a0": []}}}]}}])


def test_a_rule_whose_outcome_is_no_word_is_refused_before_anything_runs():
    pytest.importorskip("durable_rules_engine", reason="the extra [durable] is not installed")
    from checker.engines.durable.engine import DurableEngine

    world = World({"x": "text"}, [("a",)])
    with pytest.raises(UsageError, match="cannot judge the rule r"):
        run(
            DurableEngine(),
            world,
            rule_of(b.if_(b.compare("eq", world.col("x"), b.lit("a")), world.col("x"), b.lit("pass"))),
        )
