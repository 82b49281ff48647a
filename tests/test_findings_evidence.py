from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from checker.database import connect
from checker.findings import build
from checker.findings.evidence import resolve
from checker.model import Evidence
from tests.findings_support import INPUTS, RUN, compiled, hit, pack, rule


@dataclass
class Info:
    sql: str
    columns: dict[str, str]


@dataclass
class Tables:
    db: Any
    logs: dict[str, Info]


class Counting:
    """A database that counts what it is asked."""

    def __init__(self, db):
        self.db, self.asked = db, 0

    def execute(self, sql, params=None):
        self.asked += 1
        return self.db.execute(sql, params)


def tables():
    db = connect()
    db.run('CREATE TABLE "phone status" (record_id VARCHAR, off_at TIMESTAMP, _src INTEGER, _row BIGINT)')
    db.run("""INSERT INTO "phone status" VALUES ('P1', NULL, 0, 2), (NULL, NULL, 0, 3), ('P3', NULL, 1, 2)""")
    return Tables(Counting(db), {"phone_status": Info('"phone status"', {"record_id": "text"})})


def test_evidence_names_file_sheet_row_and_key_with_one_query_a_log():
    have = tables()
    rows = [
        ("phone_status", 0, 2),
        ("phone_status", 0, 3),
        ("phone_status", 1, 2),
        ("phone_status", 0, 2),
        ("leave", 1, 5),
    ]
    assert resolve(rows, pack(rule()), have, INPUTS) == {
        ("phone_status", 0, 2): Evidence("phone.csv", None, 2, "phone_status", "P1"),
        ("phone_status", 0, 3): Evidence("phone.csv", None, 3, "phone_status", ""),
        ("phone_status", 1, 2): Evidence("book.xlsx", "10月", 2, "phone_status", "P3"),
        ("leave", 1, 5): Evidence("book.xlsx", "10月", 5, "leave", ""),
    }
    assert have.db.asked == 1


def test_no_hits_ask_no_query():
    have = tables()
    assert build(compiled(rule()), [], have, RUN).findings == ()
    assert have.db.asked == 0


def test_findings_carry_their_evidence_in_the_order_of_the_engine_each_row_once():
    (found,) = build(
        compiled(rule()),
        [hit(evidence=(("phone_status", 1, 2), ("phone_status", 0, 2), ("phone_status", 1, 2)))],
        tables(),
        RUN,
    ).findings
    assert [(one.file, one.row, one.key) for one in found.evidence] == [
        ("book.xlsx", 2, "P3"),
        ("phone.csv", 2, "P1"),
    ]
