"""Evidence packs of the sample month, and what may be destroyed: made, checked alone, tampered with."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from checker.cli import main
from checker.diagnostics import UsageError
from checker.dossier import checks, container, retention, rows
from checker.dossier.container import DIRECTORY, MANIFEST
from checker.dossier.pack import EVIDENCE, LEDGER, PAGE
from checker.language import load_pack
from checker.ledger.cases import Book, Case
from checker.logs.written import Written

ROOT = Path(__file__).parents[1]
SAMPLE, RULES = ROOT / "samples" / "2026-10", ROOT / "rules" / "after-sales"
ASKED = ["--rules", str(RULES), "--period", "2026-10", "--as-of", "2026-11-06"]
SMALL = {"a/one.txt": b"one" * 5, "二.txt": "二".encode()}


def run(*args: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, [str(one) for one in args], catch_exceptions=False)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Give a folder with the ledger of the sample month, a pack of all its findings, and one of a phone finding."""
    place = tmp_path_factory.mktemp("evidence")
    ledger = place / "l.sqlite"
    assert run("review", SAMPLE, *ASKED, "--ledger", ledger, "--to", place / "r.xlsx")[0] == 0
    assert run("evidence", SAMPLE, *ASKED, "--ledger", ledger, "--to", place / "all.zip")[0] == 0
    phone = next(one for one in data(place / "all.zip")["findings"] if one["rule"] == "phone-off-unreported")
    named = ["--finding", phone["fingerprint"][:12], "--ledger", ledger]
    assert run("evidence", SAMPLE, *ASKED, *named, "--to", place / "one.zip")[0] == 0
    return place


def data(path: Path) -> dict:
    with zipfile.ZipFile(path) as opened:
        return json.loads(opened.read(EVIDENCE))


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        return {one: opened.read(one) for one in opened.namelist() if one != MANIFEST}


def rewritten(path: Path, **changes: object) -> bytes:
    """Give the pack with changed evidence, and a manifest that fits it: only judging anew can tell."""
    found = members(path)
    found[EVIDENCE] = json.dumps({**json.loads(found[EVIDENCE]), **changes}, ensure_ascii=False).encode()
    return container.write(found)


def wrong(verdict: checks.Verdict) -> list[tuple[str, str]]:
    return [(one.member, one.why.zh) for one in verdict.faults]


# What is in a pack


def test_every_finding_of_the_month_can_be_judged_anew_from_its_pack(folder):
    found = data(folder / "all.zip")["findings"]
    assert len(found) == 43
    assert [one["fingerprint"] for one in found if not one["reproduced"]] == []
    code, out, _ = run("verify", folder / "all.zip")
    assert code == 0
    assert "已核对  仅凭包里的行重新判断：43 条发现中 43 条结果与金额相同" in out.splitlines()
    assert out.splitlines()[-1] == "相符"


def test_a_pack_shows_the_row_as_it_was_read_the_clause_the_rule_and_the_amount(folder):
    one = data(folder / "one.zip")["findings"][0]
    source = one["source"][0]
    assert source["cells"][: len(source["header"])] == source["cells"]
    assert (source["file"], source["sheet"]) == ("关机登记.xlsx", "10月")
    assert one["subject"]["employee_id"] in source["cells"]
    assert one["clause"] == "二.6"
    assert one["clause_text"]
    assert one["rule_as_written"].startswith("- id: phone-off-unreported\n")
    assert one["rule_as_written"] in (RULES / "rules" / "phone.yaml").read_text("utf-8")
    assert {"form": '{"fixed": "$fine"}', "said": "¥50.00 人民币伍拾元整"}.items() <= one["amount"].items()
    fine = next(each for each in one["parameters"] if each["name"] == "fine")
    assert (fine["value"], fine["unit"]) == (50, "元")


def test_a_pack_about_one_person_holds_the_rows_of_no_colleague(folder):
    one = data(folder / "one.zip")
    who = one["findings"][0]["subject"]["employee_id"]
    found = members(folder / "one.zip")
    roster = next(each for each in one["rows"] if each["log"] == "staff_roster")
    people = [row[0] for row in rows.read(found[roster["member"]])[1:]]
    assert people == [who]
    assert {each["log"] for each in one["rows"] if each["whole"]} == {"calendar", "region"}


def test_no_telephone_number_stands_in_a_pack_unmasked_and_strange_columns_only_in_evidence():
    pack = load_pack(RULES)
    roster = pack.logs["staff_roster"]
    phone = replace(next(iter(roster.fields.values())), name="phone", mask=True)
    roster = replace(roster, fields={**roster.fields, "phone": phone})
    pack = replace(pack, logs={**pack.logs, "staff_roster": roster})
    source = Written(
        "花名册.csv", None, "staff_roster", "", ("工号", "手机", "身份证号"), {"employee_id": 0, "phone": 1},
        ((2, ("FW0012", "13812345678", "4101")), (3, ("FW0012", "1381", None))),
    )  # fmt: skip
    _, found = rows.kept([source], {"FW0012"}, {("花名册.csv", None, 2)}, set(), pack)
    assert rows.read(found["rows/花名册.csv.csv"]) == [
        ["工号", "手机", "身份证号"], ["FW0012", "138****5678", "4101"], ["FW0012", "****", ""],
    ]  # fmt: skip
    _, found = rows.kept([source], {"FW0012"}, set(), set(), pack)
    assert rows.read(found["rows/花名册.csv.csv"])[1] == ["FW0012", "138****5678", "****"]


def test_the_same_input_gives_the_same_bytes(folder, tmp_path):
    ledger = folder / "l.sqlite"
    assert run("evidence", SAMPLE, *ASKED, "--ledger", ledger, "--to", tmp_path / "p.zip")[0] == 0
    assert (tmp_path / "p.zip").read_bytes() == (folder / "all.zip").read_bytes()


def test_the_page_says_what_the_data_say_and_loads_nothing(folder):
    page = members(folder / "one.zip")[PAGE].decode()
    one = data(folder / "one.zip")["findings"][0]
    for text in (one["fingerprint"], one["clause_text"], "人民币伍拾元整", one["message"]):
        assert text in page
    assert "built-in" not in page
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page


def test_the_excerpt_holds_what_was_entered_about_the_finding_and_no_other(folder):
    text = members(folder / "one.zip")[LEDGER].decode()
    steps = [json.loads(line)["step"] for line in text.splitlines()]
    own = data(folder / "one.zip")["findings"][0]["fingerprint"]
    assert [(one["kind"], one["finding"]) for one in steps] == [("run", ""), ("propose", own)]


def test_a_number_nobody_has_gives_no_pack(tmp_path):
    code, out, said = run("evidence", SAMPLE, *ASKED, "--finding", "zz", "--to", tmp_path / "p.zip")
    assert (code, out) == (2, "")
    assert "编号 zz：没有这样的发现" in said
    assert not (tmp_path / "p.zip").exists()


def test_a_pack_that_would_not_be_read_is_not_written(tmp_path, monkeypatch):
    monkeypatch.setattr(container, "LARGEST", 1000)
    code, out, said = run("evidence", SAMPLE, *ASKED, "--to", tmp_path / "p.zip")
    assert (code, out) == (2, "")
    assert "用 --finding 分成几个" in said
    assert not (tmp_path / "p.zip").exists()


# Checked alone, and with the originals


def test_with_the_originals_and_the_ledger_nothing_is_left_unchecked(folder):
    more = ["--logs", SAMPLE, "--ledger", folder / "l.sqlite"]
    code, out, _ = run("verify", folder / "one.zip", *more)
    assert code == 0
    assert "不能在此核对" not in out
    assert "已核对  从原始文件重新判断：1 条发现中 1 条结果与金额相同" in out.splitlines()


def test_without_them_it_says_what_was_not_checked(folder):
    _, out, _ = run("verify", folder / "one.zip", "--lang", "en")
    left = [line for line in out.splitlines() if line.startswith("not checked here")]
    assert len(left) == 3
    assert ["--logs" in left[0], "--ledger" in left[1], "--logs" in left[2]] == [True] * 3


def test_an_original_that_was_changed_since_is_named(folder, tmp_path):
    shutil.copytree(SAMPLE, tmp_path / "logs")
    with (tmp_path / "logs" / "汇报登记.csv").open("ab") as file:
        file.write(b"\n")
    code, out, _ = run("verify", folder / "one.zip", "--logs", tmp_path / "logs")
    assert code == 1
    assert "不符  evidence.json: 原始文件 汇报登记.csv 与当时不同" in out.splitlines()


def test_another_ledger_is_not_taken_for_the_one_it_was_taken_from(folder, tmp_path):
    other = tmp_path / "l.sqlite"
    later = [*ASKED[:-1], "2026-11-07"]
    assert run("review", SAMPLE, *later, "--ledger", other, "--to", tmp_path / "r.xlsx")[0] == 0
    code, out, _ = run("verify", folder / "one.zip", "--ledger", other)
    assert code == 1
    assert "不符  ledger.jsonl: 给出的台账里没有摘录的这些笔" in out


# Tampered with


@pytest.mark.parametrize("bit", [0, 5, 7])
def test_every_single_byte_of_a_pack_is_watched_and_the_member_named(bit):
    whole = container.write(SMALL)
    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        starts = {one.filename: one.header_offset for one in opened.infolist()}
        bodies = {
            one.filename: range(one.header_offset + 30 + len(one.filename.encode()), end)
            for one, end in zip(
                opened.infolist(), [*list(starts.values())[1:], opened.start_dir], strict=True
            )
        }
    assert container.read(whole) == ({**SMALL, MANIFEST: container.read(whole)[0][MANIFEST]}, [])
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 1 << bit
        faults = container.read(bytes(changed))[1]
        own = next((name for name, body in bodies.items() if at in body), None)
        assert faults, at
        assert own is None or own in {one.member for one in faults}, (at, own, faults)


@given(st.data())
def test_a_flipped_byte_of_a_real_pack_is_told(folder, data):
    whole = (folder / "one.zip").read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= data.draw(st.integers(1, 255))
    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        inside = [one.filename for one in opened.infolist() if one.header_offset <= at < opened.start_dir]
    found = container.read(bytes(changed))[1]
    names = {one.member for one in found}
    assert names
    assert names & {*inside[-1:], DIRECTORY}


@given(st.binary(max_size=200), st.integers(0, 400))
def test_bytes_put_in_or_cut_off_anywhere_are_told(more, at):
    whole = container.write(SMALL)
    put_in = whole[:at] + more + whole[at:]
    assert bool(container.read(put_in)[1]) == (put_in != whole)
    assert bool(container.read(whole[:at])[1]) == (whole[:at] != whole)


@given(st.binary(max_size=300))
def test_no_bytes_whatever_end_in_a_traceback(raw):
    assert container.read(raw)[1]
    assert checks.verify(b"PK" + raw).faults


def zipped(*parts: tuple[str, bytes], kind: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", kind) as made:
        for name, body in parts:
            made.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/../../x", "C:/x", "a\\..\\x", "rows/../../x", "a//b", "rows/ x", "x."]
)
def test_a_name_that_leaves_the_folder_is_refused_before_anything_is_read(name):
    members_, faults = container.read(zipped((name, b"x")))
    assert (members_, len(faults)) == ({}, 1)
    assert faults[0].why.en == "an unsafe or repeated name"


def test_a_bomb_is_refused_before_it_is_unpacked():
    bomb = zipped(("rows/a.csv", b"0" * 50_000_000), kind=zipfile.ZIP_DEFLATED)
    assert container.read(bomb)[0] == {}
    assert len(container.read(bomb)[1]) == 1


def test_a_name_given_twice_is_refused():
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zipped(("a", b"1"), ("a", b"2"))
    assert [one.member for one in container.read(twice)[1]] == ["a"]


def test_an_amount_changed_together_with_the_manifest_is_found_by_judging_anew(folder):
    found = data(folder / "one.zip")["findings"]
    found[0]["facts"]["fine"] = {"min": 9000, "max": 9000, "proposed": 9000}
    faults = wrong(checks.verify(rewritten(folder / "one.zip", findings=found)))
    assert [name for name, _ in faults] == [EVIDENCE]
    assert "'proposed': 9000" in faults[0][1]


@pytest.mark.parametrize(
    ("name", "value"),
    [("outcome", "pass"), ("message", "别的"), ("penalty", None), ("subject", {}), ("amount", None)],
)
def test_what_is_shown_is_held_against_what_is_judged_not_only_the_facts(folder, name, value):
    found = data(folder / "one.zip")["findings"]
    found[0][name] = value
    verdict = checks.verify(rewritten(folder / "one.zip", findings=found))
    assert [(one.member, name in one.why.zh) for one in verdict.faults] == [(EVIDENCE, True)]


def test_a_page_changed_together_with_the_manifest_is_not_vouched_for(folder):
    found = members(folder / "one.zip")
    assert "可读页面与数据逐字相同" in run("verify", folder / "one.zip")[1]
    found[PAGE] = found[PAGE].replace(b"50.00", b"10.00")
    said = [one.zh for one in checks.verify(container.write(found)).open]
    assert "可读页面不是这一版程序从这些数据写出的，以数据为准" in said


def test_a_cell_changed_together_with_the_manifest_is_found_by_the_rows_judged(folder):
    found = data(folder / "one.zip")["findings"]
    found[0]["source"][0]["cells"][0] = "FW9999"
    faults = wrong(checks.verify(rewritten(folder / "one.zip", findings=found)))
    assert len(faults) == 1
    assert "与供判断的行不同" in faults[0][1]


def test_a_rule_changed_together_with_the_manifest_gives_another_amount(folder):
    found = members(folder / "one.zip")
    name = "rules/rules/phone.yaml"
    found[name] = found[name].replace(b"fine: {2026-01-01: 50", b"fine: {2026-01-01: 60")
    faults = wrong(checks.verify(container.write(found)))
    assert [member for member, _ in faults] == ["rules/", EVIDENCE, EVIDENCE]
    assert "列出的规则 phone-off-unreported 与规则文件不同" in faults[1][1]


def test_a_decision_changed_together_with_the_manifest_is_found_by_the_chain(folder):
    found = members(folder / "one.zip")
    found[LEDGER] = found[LEDGER].replace("二.6".encode(), "二.7".encode())
    faults = wrong(checks.verify(container.write(found)))
    assert faults == [(LEDGER, "第 2 行的一笔被改过")]


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b"null", b'{"files": 3}', b"\xff"])
def test_evidence_that_is_none_is_told_not_stumbled_over(raw):
    assert [one.member for one in checks.verify(container.write({EVIDENCE: raw})).faults] == [EVIDENCE]


@pytest.mark.parametrize("raw", [None, b"", b"text"])
def test_what_is_no_pack_is_refused(tmp_path, raw):
    path = tmp_path / "p.zip"
    if raw is not None:
        path.write_bytes(raw)
    code, out, said = run("verify", path)
    assert (code, out) == (2, "")
    assert "evidence-pack" in said


# Which rows are kept


def test_a_file_and_a_sheet_of_any_name_get_a_member_that_is_safe_and_their_own():
    pack = load_pack(RULES)
    names = ["../../花名册.xlsx", "a/b:c.csv", "a/b?c.csv", " .csv"]
    sources = [Written(name, "甲/乙", "region", "", ("片区",), {"region": 0}, ()) for name in names]
    kept, found = rows.kept(sources, set(), set(), set(), pack)
    assert len(found) == len(names)
    assert [one.member for one in kept if not container.is_safe(one.member)] == []


# What may be destroyed


def volumes(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "记录装订登记.csv"
    head = "册号,记录名称,所属月份,保管人工号,装订日期,销毁日期,冻结原因"
    path.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    return path


def retained(path: Path, as_of: str, *more: object) -> list[list[str]]:
    code, out, _ = run("retention", path, "--rules", RULES, "--as-of", as_of, *more)
    assert code == 0
    return [line.split("  ")[:3] for line in out.splitlines() if "volume-" in line]


@pytest.mark.parametrize(("day", "said"), [("2026-08-31", "未满保存期"), ("2026-09-01", "可以销毁")])
def test_a_volume_of_february_2025_may_go_on_the_first_of_september_2026(tmp_path, day, said):
    path = volumes(tmp_path, "V1,用户服务记录表,2025-02,FW0012,2025-03-03,,")
    assert retained(path, day) == [[said, "V1", "保存至 2026-08-31"]]


def test_what_is_on_hold_or_already_gone_is_not_proposed(tmp_path):
    path = volumes(
        tmp_path,
        "V1,用户服务记录表,2025-02,FW0012,2025-03-03,,劳动仲裁",
        "V2,用户服务记录表,2025-02,FW0013,2025-03-03,2026-09-02,",
        "V3,用户服务记录表,2025-02,FW0014,2025-03-03,,",
    )
    found = [line[:2] for line in retained(path, "2027-01-01")]
    assert found == [["可以销毁", "V3"], ["冻结中", "V1"]]


def test_what_one_file_holds_back_or_calls_gone_another_does_not_set_free(tmp_path):
    first, second = tmp_path / "一", tmp_path / "二"
    first.mkdir()
    second.mkdir()
    volumes(
        first,
        "V1,用户服务记录表,2025-02,FW0012,2025-03-03,,",
        "V2,用户服务记录表,2025-02,FW0013,2025-03-03,,",
        "V3,用户服务记录表,2025-02,FW0014,2025-03-03,,",
    )
    volumes(
        second,
        "V1,用户服务记录表,2025-02,FW0012,2025-03-03,,劳动仲裁",
        "V2,用户服务记录表,2025-02,FW0013,2025-03-03,2026-09-02,",
    )
    found = [line[:2] for line in retained(tmp_path, "2027-01-01")]
    assert found == [["可以销毁", "V3"], ["无法判定，不能销毁", "V1"]]


def test_a_volume_whose_month_cannot_be_read_is_kept(tmp_path):
    path = volumes(tmp_path, "V1,用户服务记录表,不详,FW0012,2025-03-03,,")
    assert [line[:2] for line in retained(path, "2030-01-01")] == [["无法判定，不能销毁", "V1"]]


def record(status: str = "may-go") -> retention.Record:
    return retention.Record("r", "record_volume", "V1", "a.csv", None, 2, date(2026, 8, 31), status)


def case(state="proposed", person="FW0012", at="2025-02-10") -> Case:
    return Case("aa11", {"person": person, "at": at, "evidence": []}, "2025-02", "e", state)


@pytest.mark.parametrize(
    ("one", "last", "status"),
    [
        (case("appealed"), date(2025, 3, 1), "open-case"),
        (case("released"), date(2025, 3, 1), "evidence"),
        (case("released"), date(2024, 1, 1), "may-go"),
        (case("appealed", person="FW0099"), date(2025, 3, 1), "may-go"),
        (case("appealed", person=None), date(2025, 3, 1), "open-case"),
        (case("appealed", at="2025-03-10"), date(2025, 3, 1), "may-go"),
    ],
)
def test_what_an_open_case_or_a_young_decision_rests_on_is_kept(one, last, status):
    row = retention._Row("FW0012", (2025, 2))
    book = Book({"aa11": one})
    found = retention._against_cases(record(), row, book, {"aa11": last}, 24, date(2026, 9, 1))
    assert found.status == status


def test_of_two_rules_about_one_record_the_one_that_keeps_it_counts():
    go, keep = record(), replace(record("too-early"), rule="s")
    later = replace(keep, keep_through=date(2030, 1, 1))
    other = replace(go, key="V2")
    assert retention.strictest([go, keep, later, other]) == [later, other]
    assert retention.strictest([later, go]) == [later]


def test_a_file_without_a_column_of_destruction_is_named(tmp_path):
    path = tmp_path / "记录装订登记.csv"
    path.write_text("册号,记录名称,所属月份,保管人工号\nV1,用户服务记录表,2025-02,FW0012\n", encoding="utf-8")
    code, _, said = run("retention", path, "--rules", RULES, "--as-of", "2030-01-01")
    assert code == 0
    assert "没有销毁日期一列，未列入" in said


def test_originals_that_do_not_exist_are_an_error_of_ours(folder, tmp_path):
    with pytest.raises(UsageError):
        checks.verify((folder / "one.zip").read_bytes(), [tmp_path / "none"])
