from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker.cli import main
from checker.cli.pages import book
from checker.cli.words import Speaker
from checker.language import load_pack

ROOT = Path(__file__).parents[1]
PACK = ROOT / "rules" / "after-sales"


def write(to: Path, *options: str):
    return CliRunner().invoke(main, ["docs", str(PACK), "--to", str(to), *options])


@pytest.fixture(scope="module")
def pack():
    return load_pack(PACK)


def test_every_clause_stands_in_the_matrix_with_every_rule_that_cites_or_supports_it(pack):
    made = book(Speaker(pack, "zh"), {})
    cited = {
        ref: {rule.id for rule in pack.rules if ref == rule.clause or ref in rule.supports}
        for ref in pack.clauses
    }
    assert {one.ref: set(one.rules) for one in made.clauses} == cited
    assert sum(number for _, number in made.coverage) == len(pack.clauses)
    assert (
        [one[0] for one in made.rules] == [one.rule for one in made.pages] == [rule.id for rule in pack.rules]
    )


def test_a_page_says_what_explain_says_in_a_fixed_order_and_names_the_tests(pack):
    made = book(Speaker(pack, "zh"), {"phone-off-unreported": ["关机正好三十分钟"]})
    (page,) = [one for one in made.pages if one.rule == "phone-off-unreported"]
    assert [head for head, _ in page.sections] == [
        "概况", "条款", "对谁", "查什么", "除非", "否则", "何时起", "参数", "说明", "测试",
    ]  # fmt: skip
    assert page.sections[-1] == ("测试", ("关机正好三十分钟",))


@pytest.mark.parametrize("form", ["md", "html"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_are_written_and_every_link_leads_to_one_of_them(tmp_path, form, lang):
    done = write(tmp_path, "--format", form, "--lang", lang)
    assert done.exit_code == 0, done.output
    pages = {path: path.read_text(encoding="utf-8") for path in tmp_path.rglob(f"*.{form}")}
    assert len(pages) == 64
    for path, text in pages.items():
        links = re.findall(r"\]\(([^)]+)\)" if form == "md" else r'href="([^"]+)"', text)
        assert links and all((path.parent / link).resolve() in pages for link in links), path


def test_the_same_pack_gives_the_same_bytes_and_pages_of_rules_that_are_gone_go(tmp_path):
    write(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.md")}
    gone = tmp_path / "rules" / "old-rule.md"
    gone.write_bytes((tmp_path / "index.md").read_bytes())
    write(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.md")} == before


def test_a_file_that_somebody_wrote_is_neither_replaced_nor_removed(tmp_path):
    (tmp_path / "index.md").write_text("mine", encoding="utf-8")
    done = write(tmp_path)
    assert done.exit_code == 2
    assert "error[not-empty]" in done.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["index.md"]
    assert (tmp_path / "index.md").read_text(encoding="utf-8") == "mine"


def test_text_of_a_policy_cannot_become_markup(tmp_path, pack):
    from dataclasses import replace

    from checker.cli.docs import _index_html, _index_md
    from checker.model import Text

    evil = Text("</td><script>x</script>|[a](b)")
    clause = replace(next(iter(pack.clauses.values())), text=evil)
    made = book(Speaker(replace(pack, clauses={clause.ref: clause}), "zh"), {})
    assert "<script>" not in _index_html(made, "zh")
    assert r"\</td>\<script>x\</script>&#124;\[a\](b)" in _index_md(made, "zh")
