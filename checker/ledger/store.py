"""The ledger's file: SQLite, append-only by triggers, chained by SHA-256; the one door to sqlite3.

A plain rollback journal, written through to the disk: a process killed at any moment leaves the ledger as it was
before its last entry or after it, and copying the one file copies all of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from checker.diagnostics import UsageError, shown_path
from checker.ledger.entries import FIRST, Entry, Step, canonical, chained, parse
from checker.model import Text

VERSION = 1
APPLICATION = 0x51434C47  # "QCLG", so that `file` and this program know a ledger from other databases
WAIT = 30.0
"""Seconds to wait for another process that is writing."""
_TABLE = """
CREATE TABLE entry (
  seq INTEGER PRIMARY KEY,
  step TEXT NOT NULL,
  prev TEXT NOT NULL UNIQUE,
  hash TEXT NOT NULL UNIQUE
);
CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER entry_follows_the_last BEFORE INSERT ON entry
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM entry)
  OR (NEW.seq > 1 AND NEW.prev <> (SELECT hash FROM entry ORDER BY seq DESC LIMIT 1))
BEGIN SELECT RAISE(ABORT, 'not the next entry'); END;
"""
Plan = Callable[[Sequence[Entry]], Iterable[Step]]


class Ledger:
    """The ledger in one file. Several processes may hold one each; an append sees all that was entered before it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self) -> tuple[Entry, ...]:
        """Give all entries in their order; none when there is no file yet.

        Raises:
            UsageError: the file cannot be read, or is no ledger.
        """
        if not self.path.exists():
            return ()
        with self._connected(self._to_read()) as db:
            return tuple(_entries(db))

    def rows(self) -> tuple[tuple[object, str, object, object], ...]:
        """Give number, text, previous hash and hash of all entries as they stand, sound or not.

        Raises:
            UsageError: the file cannot be read, or is no ledger.
        """
        with self._connected(self._to_read()) as db:
            if _is_new(db):
                return ()
            return tuple(db.execute("SELECT seq, step, prev, hash FROM entry ORDER BY seq"))

    def append(self, plan: Plan) -> tuple[Entry, ...]:
        """Enter the steps that `plan` gives for the entries so far: all of them or, when it raises, none.

        No other process can enter anything between what `plan` sees and what is entered.

        Raises:
            UsageError: the folder cannot be written, the disk is full, or the file is locked, damaged or no ledger.
        """
        with self._connected("rwc") as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                _prepare(db)
                known = tuple(_entries(db))
                made = tuple(_chain(known, plan(known)))
                db.executemany(
                    "INSERT INTO entry (seq, step, prev, hash) VALUES (?, ?, ?, ?)",
                    [(one.seq, canonical(one.step), one.prev, one.hash) for one in made],
                )
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
        return made

    def _to_read(self) -> str:
        """Give how to open the file for reading: a write that was killed half-way is taken back first, by writing."""
        return "rw" if self.path.with_name(f"{self.path.name}-journal").exists() else "ro"

    @contextmanager
    def _connected(self, mode: str) -> Iterator[sqlite3.Connection]:
        uri = f"{self.path.resolve().as_uri()}?mode={mode}"
        try:
            with closing(sqlite3.connect(uri, timeout=WAIT, isolation_level=None, uri=True)) as db:
                db.execute("PRAGMA synchronous = EXTRA")
                yield db
        except sqlite3.Error as error:
            raise _refusal(error, self.path) from error


def head(entries: Sequence[Entry]) -> str:
    """Give the hash that stands for all entries: printed on paper, it proves later that none was changed."""
    return entries[-1].hash if entries else FIRST


def broken(entries: Iterable[Entry]) -> int | None:
    """Give the number of the first entry that does not follow from the one before it; None when the chain holds."""
    prev = FIRST
    for seq, one in enumerate(entries, 1):
        if one != chained(seq, one.step, prev):
            return one.seq
        prev = one.hash
    return None


def _chain(known: Sequence[Entry], steps: Iterable[Step]) -> Iterator[Entry]:
    seq, prev = len(known), head(known)
    for step in steps:
        seq += 1
        made = chained(seq, step, prev)
        yield made
        prev = made.hash


def _prepare(db: sqlite3.Connection) -> None:
    """Make the table in a new file; refuse a file of another program, or of a newer version of this one."""
    version, application = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "application_id")
    )
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if not tables:
        for statement in _statements():
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute(f"PRAGMA user_version = {VERSION}")
    elif application != APPLICATION or version > VERSION:
        raise sqlite3.DatabaseError("file is not a database")


def _statements() -> Iterator[str]:
    text = ""
    for line in _TABLE.splitlines():
        text += line + "\n"
        if sqlite3.complete_statement(text):
            yield text
            text = ""


def _is_new(db: sqlite3.Connection) -> bool:
    """Tell whether nothing was ever entered, as where the very first write was killed; refuse other programs' files."""
    if db.execute("PRAGMA application_id").fetchone()[0] == APPLICATION:
        return False
    if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise sqlite3.DatabaseError("file is not a database")
    return True


def _entries(db: sqlite3.Connection) -> Iterator[Entry]:
    if _is_new(db):
        return
    for seq, step, prev, digest in db.execute("SELECT seq, step, prev, hash FROM entry ORDER BY seq"):
        try:
            yield Entry(seq, parse(step), prev, digest)
        except ValueError:
            raise sqlite3.DatabaseError("file is not a database") from None


_SAID: tuple[tuple[str, str, Text, Text], ...] = (
    (
        "disk is full",
        "ledger-disk-full",
        Text("磁盘已满，没有记入任何决定", "the disk is full; nothing was entered"),
        Text("腾出空间后再做一次", "free some space, then do it again"),
    ),
    (
        "locked",
        "ledger-busy",
        Text(
            "另一个程序一直占用台账，没有记入任何决定",
            "another program holds the ledger; nothing was entered",
        ),
        Text(
            "等它结束，或关掉打开此文件的程序，再做一次；在网络共享盘上多半是不支持文件锁：移到本地磁盘",
            "wait for it, or close what has the file open, then do it again; a network share may have no file locks: "
            "move the ledger to a local disk",
        ),
    ),
    *(
        (
            said,
            "ledger-io",
            Text(
                "台账所在的盘读写失败，或不支持文件锁，没有记入任何决定",
                "the disk of the ledger cannot be read or written, or has no file locks; nothing was entered",
            ),
            Text(
                "把台账移到本地磁盘再做一次；先用 checker ledger verify 核对",
                "move the ledger to a local disk, check it with `checker ledger verify`, then do it again",
            ),
        )
        for said in ("disk I/O error", "locking protocol", "access permission denied")
    ),
    (
        "readonly",
        "ledger-read-only",
        Text(
            "台账文件或文件夹只读，没有记入任何决定",
            "the ledger or its folder is read-only; nothing was entered",
        ),
        Text(
            "换一个可写的文件夹，或请管理员开放写权限",
            "use a folder you may write to, or ask for the right to write",
        ),
    ),
    (
        "unable to open",
        "ledger-no-folder",
        Text("打不开台账，没有记入任何决定", "the ledger cannot be opened; nothing was entered"),
        Text(
            "检查 --ledger 的文件夹是否存在、可写",
            "check that the folder of --ledger exists and can be written to",
        ),
    ),
    (
        "",
        "ledger-damaged",
        Text(
            "这不是完好的决定台账，没有记入任何决定",
            "this is no sound ledger of decisions; nothing was entered",
        ),
        Text(
            "不要再写入；取最近一次备份，用 checker ledger verify 核对",
            "do not write to it; take the last backup and run `checker ledger verify` on it",
        ),
    ),
)


def _refusal(error: sqlite3.Error, path: Path) -> UsageError:
    said = str(error)
    found = next(one for one in _SAID if one[0] in said)
    message = Text(f"{found[2].zh}（{said}）", f"{found[2].en} ({said})")
    return UsageError.of(found[1], message, found[3], shown_path(path))
