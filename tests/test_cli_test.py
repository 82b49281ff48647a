from __future__ import annotations

import json
from importlib import import_module
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from checker.cli import main
from checker.cli.test import RENDER
from checker.model import Place, Text
from checker.packtest.run import Result


def result(name, status, line, *details):
    return Result(
        name, "phone-off", status, Place("a.test.yaml", line, 3), tuple(Text(one) for one in details)
    )


RESULTS = [
    result("一", "pass", 3),
    result("二", "fail", 4, "第 1 条预期没有对应的结果\n  - fine  20\n  + fine  50", "多出的结果：<x>\x01"),
    result("三", "skip", 5, "以后再说"),
]


def test_failures_are_shown_in_full_with_their_place():
    assert RENDER["pretty"](RESULTS, "zh") == (
        "a.test.yaml:4: fail[phone-off]: 二\n"
        "  第 1 条预期没有对应的结果\n    - fine  20\n    + fine  50\n  多出的结果：<x>\x01\n\n"
        "通过 1  失败 1  跳过 1\n"
    )


def test_concise_is_one_line_a_test_that_did_not_pass():
    assert RENDER["concise"](RESULTS, "en").splitlines() == [
        "a.test.yaml:4: fail[phone-off]: 二 第 1 条预期没有对应的结果 - fine 20 + fine 50 多出的结果：<x>\x01",
        "a.test.yaml:5: skip[phone-off]: 三 以后再说",
        "pass 1  fail 1  skip 1",
    ]


def test_json_and_junit_can_be_read_by_programs():
    made = json.loads(RENDER["json"](RESULTS, "zh"))
    assert made["totals"] == {"pass": 1, "fail": 1, "error": 0, "skip": 1, "todo": 0}
    assert [(one["line"], one["status"]) for one in made["tests"]] == [(3, "pass"), (4, "fail"), (5, "skip")]
    suite = ElementTree.fromstring(RENDER["junit"](RESULTS, "zh").encode())[0]
    assert suite.attrib == {
        "name": "a.test.yaml",
        "tests": "3",
        "failures": "1",
        "errors": "0",
        "skipped": "1",
    }
    assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["skipped"]]


@pytest.mark.parametrize(
    ("status", "code"), [("pass", 0), ("skip", 0), ("todo", 0), ("fail", 1), ("error", 1)]
)
def test_the_exit_status_is_1_when_a_test_fails(monkeypatch, tmp_path, status, code):
    (tmp_path / "pack.yaml").write_text("x: 1\n", encoding="utf-8")
    monkeypatch.setattr(
        import_module("checker.packtest.run"), "run_pack", lambda folder: [result("一", status, 3)]
    )
    assert CliRunner().invoke(main, ["test", str(tmp_path)]).exit_code == code
