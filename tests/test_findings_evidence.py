from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from checker.database import connect
from checker.findings import build
from checker.findings.evidence import resolve
from checker.language.pack import Log
from checker.logs.tables import Records, TableInfo
from checker.model import Evidence, Text
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


def test_keys_of_rows_in_memory_read_as_those_of_the_database():
    kinds = {
        "text": "VARCHAR",
        "int": "BIGINT",
        "decimal": "DECIMAL(18,2)",
        "bool": "BOOLEAN",
        "date": "DATE",
        "datetime": "TIMESTAMP",
    }
    rows = (
        ("张伟", 7, Decimal("1.50"), True, date(2026, 10, 8), datetime(2026, 10, 8, 7, 30), 0, 2),
        ("x", -1, Decimal("0.00"), False, date(999, 1, 1), datetime(2026, 10, 8, 7, 30, 0, 120_000), 0, 3),
        (None, None, None, None, None, None, 1, 2),
    )
    db = connect()
    db.fill("log", [*kinds.items(), ("_src", "INTEGER"), ("_row", "BIGINT")], rows)
    log = Log("phone_status", Text("x"), {}, key=tuple(kinds))
    places = [("phone_status", 0, 2), ("phone_status", 0, 3), ("phone_status", 1, 2)]
    columns = {name: name for name in kinds}
    for_sql = replace(pack(), logs={"phone_status": log})
    held = TableInfo("phone_status", "log", columns, 3, (), Records((*kinds, "_src", "_row"), rows))
    expected = resolve(places, for_sql, Tables(db, {"phone_status": Info("log", columns)}), INPUTS)
    assert resolve(places, for_sql, Tables(None, {"phone_status": held}), INPUTS) == expected
    assert expected["phone_status", 0, 2].key == "张伟|7|1.50|true|2026-10-08|2026-10-08 07:30:00"
