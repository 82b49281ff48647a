"""`checker lint --fix` mends what can mean nothing else, shows it, and leaves every other byte alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from checker.cli import main
from checker.language import lint_pack
from checker.language.edits import Edit, edited
from checker.language.fix import fix_pack
from checker.model import Place

MINI = Path(__file__).parent / "packs" / "mini"
RULE = """\
# 顶上的注释 stays

rules:
- id: case   # 行尾注释
  title: {zh: 例, en: Case}
  clause: 一.1
  kind: duty
  effective: {from: 2026-01-01}
  check:
    each: {log: visit, require: {note: {is: NO}}}
  message: {zh: 例, en: case}
"""


@pytest.fixture
def pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(MINI, "pack")
    return Path("pack")


def put(pack: Path, text: str, encoding: str = "utf-8") -> Path:
    path = pack / "rules" / "case.yaml"
    path.write_bytes(text.encode(encoding))
    return path


def run(*args: object) -> Result:
    return CliRunner().invoke(main, ["lint", *map(str, args)])


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("{note: {is: NO}}", '{note: {is: "NO"}}'),
        ("{note: {is: 22:00}}", '{note: {is: "22:00"}}'),
        ("{note: {in: [off, 00123, 1_000]}}", '{note: {in: [off, "00123", "1_000"]}}'),
        ("{Note: {is: a}}", None),
        ("{note：{is: a}}", "{note: {is: a}}"),
        ("{note: {is: “a: b”}}", '{note: {is: "a: b"}}'),
        ("{note: {is: a}，level: {is: 一般}}", "{note: {is: a}, level: {is: 一般}}"),
        ("{note: {is: a}, minutes: {At-Least: 1 hour}}", "{note: {is: a}, minutes: {at_least: 1 hour}}"),
        ("{note: {is: a}, minutes: {at_lest: 1 hour}}", None),
    ],
)
def test_a_slip_in_a_rule_is_mended_or_left(pack: Path, broken: str, mended: str | None) -> None:
    path = put(pack, RULE.replace("{note: {is: NO}}", broken))
    before = path.read_bytes()
    fixed = fix_pack(pack).files
    wanted = {} if mended is None else {path: RULE.replace("{note: {is: NO}}", mended).encode()}
    assert {path: data.decode() for path, data in fixed.items()} == {p: d.decode() for p, d in wanted.items()}
    assert path.read_bytes() == before


def test_keys_and_texts_outside_conditions_are_mended_too(pack: Path) -> None:
    rule = RULE.replace("NO", "a").replace("clause: 一.1", "clause: 1.10").replace("  kind:", "  Kind:")
    path = put(pack, rule.replace("en: case}", "en: closed, late or lost}"))
    wanted = RULE.replace("NO", "a").replace("clause: 一.1", 'clause: "1.10"')
    assert fix_pack(pack).files[path].decode() == wanted.replace("en: case}", 'en: "closed, late or lost"}')


def test_comments_line_ends_and_the_byte_order_mark_stay(pack: Path) -> None:
    path = put(pack, RULE.replace("\n", "\r\n"), "utf-8-sig")
    before = path.read_bytes()
    run(pack, "--fix")
    assert path.read_bytes() == before.replace(b"{is: NO}", b'{is: "NO"}')


def test_the_diff_is_shown_and_the_pack_linted_again(pack: Path) -> None:
    path = put(pack, RULE)
    shown = run(pack, "--diff", "--lang", "en")
    assert (shown.exit_code, path.read_text("utf-8")) == (1, RULE)
    assert shown.stdout == (
        "--- a/pack/rules/case.yaml\n"
        "+++ b/pack/rules/case.yaml\n"
        "@@ -7,5 +7,5 @@\n"
        "   kind: duty\n"
        "   effective: {from: 2026-01-01}\n"
        "   check:\n"
        "-    each: {log: visit, require: {note: {is: NO}}}\n"
        '+    each: {log: visit, require: {note: {is: "NO"}}}\n'
        "   message: {zh: 例, en: case}\n"
    )
    assert run(pack, "--fix", "--dry-run").stdout == shown.stdout
    done = run(pack, "--fix", "--lang", "en")
    assert done.stdout == shown.stdout + "0 errors, 0 warnings, 0 notes\n"
    assert run(pack, "--diff").stdout == ""
    assert run(pack, "--diff").exit_code == 0
    assert lint_pack(pack) == []


def test_a_file_that_still_does_not_parse_is_left_as_it_was(pack: Path) -> None:
    path = put(pack, RULE.replace("{zh: 例, en: case}", "{zh：例, en: case").replace("NO", '"a'))
    assert fix_pack(pack).files == {}
    assert "".join(path.read_text("utf-8"))[-5:] == "case\n"


def test_with_json_the_diff_goes_aside(pack: Path) -> None:
    put(pack, RULE)
    done = run(pack, "--fix", "--format", "json")
    assert done.stdout.startswith('{"totals"')
    assert done.stderr.startswith("--- a/pack/rules/case.yaml")


def test_edits_that_do_not_fit_or_overlap_are_left_out() -> None:
    edits = [
        Edit(Place("f", 1, 1, 4), "abc", "x"),
        Edit(Place("f", 1, 3, 5), "cd", "y"),
        Edit(Place("f", 9, 1), "", "z"),
    ]
    assert edited(b"abcd", edits) == b"aby"


def test_a_test_file_is_mended_as_well(pack: Path) -> None:
    (pack / "tests").mkdir(exist_ok=True)
    text = "as_of: 2026-11-06\ntests:\n- {name: 一, rule: visit-untrue, params: {at: 22:00}, expect: []}\n"
    path = pack / "tests" / "more.test.yaml"
    path.write_text(text, encoding="utf-8")
    assert fix_pack(pack).files == {path: text.replace("22:00", '"22:00"').encode()}


def test_translations_are_locked_told_when_stale_and_settled_by_a_new_english(pack: Path) -> None:
    lock = pack / "translations.lock"
    lock.write_text("", encoding="utf-8")
    put(pack, RULE.replace("NO", "a"))
    run(pack, "--fix")
    locked = lock.read_text("utf-8")
    assert run(pack, "--diff").stdout == ""
    put(pack, RULE.replace("NO", "a").replace("{zh: 例, en: case}", "{zh: 改了, en: case}"))
    assert [(one.code, one.place.line, one.found) for one in lint_pack(pack)] == [
        ("stale-translation", 11, "case")
    ]
    run(pack, "--fix")
    assert lock.read_text("utf-8") == locked
    put(pack, RULE.replace("NO", "a").replace("{zh: 例, en: case}", "{zh: 改了, en: changed}"))
    assert lint_pack(pack) == []
    run(pack, "--fix")
    assert lock.read_text("utf-8") != locked
    assert lint_pack(pack) == []
