"""The benchmark compares the same work, and its tables and its picture come out; sizes are tiny, nothing is timed."""

from __future__ import annotations

import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks import compare, engines, manyrules, peers, plot, records, results, rules
from benchmarks.__main__ import main
from benchmarks.measure import ROOT, Failed, Run, python, run
from benchmarks.results import Figure
from checker import pipeline
from checker.reports import REPORTS, Options

ROWS = 3_000
SLOW = {"cel"}


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("records")
    records.write(folder, ROWS)
    return folder


def checked(log: Path, pack: Path, engine: str = "duckdb") -> str:
    report = pipeline.check([log], rules=pack, period=records.PERIOD, as_of=records.AS_OF, engine=engine)
    return REPORTS["json"](report, Options("zh", False, False, 100))


@pytest.fixture(scope="module")
def ours(log, tmp_path_factory) -> compare.Found:
    place = tmp_path_factory.mktemp("ours")
    (place / "out.json").write_text(
        checked(log, manyrules.write_pack(place / "pack", compare.RULES)), encoding="utf-8"
    )
    return compare.of_report(place / "out.json")


def test_every_rule_finds_something_and_three_records_in_a_hundred_fail(ours):
    failing = {number for _, outcome, number in ours if outcome == "fail"}
    assert {rule for rule, outcome, _ in ours if outcome == "fail"} == {*manyrules.CHECKS}
    assert {rule for rule, outcome, _ in ours if outcome == "undetermined"} == {"score", "heat"}
    assert 0.025 * ROWS < len(failing) < 0.035 * ROWS


def test_a_laxer_rule_finds_some_of_what_a_stricter_one_finds(log, tmp_path):
    (tmp_path / "out.json").write_text(
        checked(log, manyrules.write_pack(tmp_path / "pack", 30)), encoding="utf-8"
    )
    listed = compare.json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["findings"]
    found = {
        name: {one["record"]["key"] for one in listed if one["rule"] == name and one["outcome"] == "fail"}
        for name in (f"{kind}-{j}" for kind in manyrules.CHECKS for j in range(3))
    }
    for kind in manyrules.CHECKS:
        assert found[f"{kind}-0"] >= found[f"{kind}-1"] >= found[f"{kind}-2"], kind


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.slow if one in SLOW else ()) for one in peers.PEERS]
)
def test_a_peer_finds_what_the_checker_finds(name, log, ours, tmp_path):
    if not peers.installed(name):
        pytest.skip(f"{peers.PEERS[name].module} is not installed")
    command = peers.command(name, str(log), str(tmp_path / "out"), ROWS)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    compare._same(name, ours, compare.of_lines(tmp_path / "out"))


def test_a_peer_that_finds_something_else_is_not_timed(ours):
    less = ours - {min(ours)}
    with pytest.raises(compare.Differs, match=f"loop: {len(ours)} findings of ours, {len(less)} of its"):
        compare._same("loop", ours, less)


def test_the_reference_engine_finds_the_same(log, tmp_path):
    pack = manyrules.write_pack(tmp_path / "pack", compare.RULES)
    one, two = (compare.json.loads(checked(log, pack, name)) for name in ("duckdb", "reference"))
    assert one["findings"] == two["findings"]


def test_rules_prints_a_table_keeps_figures_and_plots_them(tmp_path, capsys):
    where = ["--data", str(tmp_path / "data"), "--results", str(tmp_path / "results"), "--repeat", "1"]
    (tmp_path / "data").mkdir()
    main(["rules", "--rows", "300", "--rules", "2", *where])
    head, _, *table = capsys.readouterr().out.splitlines()
    assert head == "| " + " | ".join(rules.HEAD) + " |"
    assert [line.split(" | ")[:3] for line in table] == [["| 300", "3", "2"]]
    kept = results.load("rules", tmp_path / "results")
    assert [one.key for one in kept] == [("check", 3, 300, 2), ("read", 3, 300, 2)]
    main(["plot", "--results", str(tmp_path / "results"), "--output", str(tmp_path / "plot.svg")])
    assert ET.parse(tmp_path / "plot.svg").getroot().tag == "{http://www.w3.org/2000/svg}svg"


def test_a_figure_replaces_that_of_the_same_size_and_leaves_the_others(tmp_path):
    def figure(rows: int, wall: float) -> Figure:
        return Figure.of("check", rows, 10, [Run(wall, 1, 100)], 2)

    results.save("rules", [figure(10, 1.0), figure(20, 2.0)], tmp_path)
    results.save("rules", [figure(20, 3.0)], tmp_path)
    assert results.load("rules", tmp_path) == [figure(10, 1.0), figure(20, 3.0)]


def test_figures_of_another_machine_are_not_mixed_in(tmp_path):
    one = Figure.of("check", 10, 10, [Run(1, 1, 100)], 2)
    results.save("rules", [one], tmp_path)
    file = tmp_path / "rules.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"cores": ', '"cores": 9'), encoding="utf-8")
    other = Figure.of("check", 20, 10, [Run(1, 1, 100)], 2)
    results.save("rules", [other], tmp_path)
    assert results.load("rules", tmp_path) == [other]


def test_the_table_of_peers_says_who_is_not_installed(monkeypatch):
    monkeypatch.setattr(peers, "installed", lambda name: name != "pandera")
    figures = [
        Figure("check", 1_000_000, 10, 2.0, 3.0, 200, 1.0),
        Figure("loop", 1_000_000, 10, 8.0, 8.0, 100, 4.0),
    ]
    said = {line[0]: line for line in compare.lines(figures)}
    assert said["loop"][:7] == ("loop", "1,000,000", "8.00", "8.00", "100", "4.00 (≥ 3)", "yes")
    assert said["pandera"][6] == "not installed"
    assert "cel" not in said


def test_the_table_of_engines_compares_durable_with_calling_it_directly():
    figures = [
        Figure("duckdb", 1000, 10, 1.0, 1.0, 100, 1.0),
        Figure("durable", 1000, 10, 3.0, 3.0, 100, 3.0),
        Figure(engines.DIRECT, 1000, 10, 2.0, 2.0, 100, 2.0),
    ]
    said = {line[0]: line[-1] for line in engines.lines(figures)}
    assert said["durable"] == "1.50 × durable called directly (≤ 2)"


def test_the_plot_has_a_line_for_every_series_and_marks_the_targets():
    figures = [
        Figure(name, rows, count, rows * count / 1e6 + 0.1, 1, 100, 2.5)
        for name in ("check", "read")
        for rows in (100_000, 1_000_000)
        for count in (10, 100)
    ]
    drawn = plot.svg(figures, [Figure("loop", 1_000_000, 10, 8.0, 8.0, 100, 4.0)])
    root = ET.fromstring(drawn)
    texts = {one.text for one in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {
        "check, 10 rules",
        "check, 100 rules",
        "only reading",
        "loop",
        "10⁵, 3 % faulty",
        "10⁶, 3 % faulty",
    } <= texts
    assert drawn.count('class="line"') == 6
    assert drawn.count('class="target"') == len(rules.RATIOS)
    assert drawn == plot.svg(figures, [Figure("loop", 1_000_000, 10, 8.0, 8.0, 100, 4.0)])


def test_without_figures_the_plot_is_an_empty_picture():
    assert 'class="line"' not in plot.svg([], [])


def test_a_process_is_told_its_own_memory_not_that_of_the_one_that_measures():
    large = bytearray(300_000_000)
    one = run(python("-c", "pass"))
    assert 1 < one.memory < 100 < len(large) / 1_000_000


def test_a_process_that_fails_is_no_figure():
    with pytest.raises(Failed, match="exit status 3: "):
        run(python("-c", "raise SystemExit(3)"))
