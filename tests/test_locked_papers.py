"""Every paper goes to a second name where its own is held open, and says in one message why it cannot be written."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import threading
from pathlib import Path

import pytest

from checker.cli.shared import write_paper, write_whole
from checker.diagnostics import UsageError
from checker.ledger.store import Ledger
from tests.papers_support import ASKED, Desk

CONFIRM = ("--confirm", "--amount", "20", "--reason", "查过", "--by", "李敏", "--on", "2026-11-06")
OUT = "OUT"
PAPERS = {
    "check": ("r.csv", ("check", "LOGS", "--rules", "PACK", *ASKED, "--format", "csv", "--output", OUT)),
    "check in pieces": (
        "r.json",
        ("check", "LOGS", "--rules", "PACK", *ASKED, "--format", "json", "--output", OUT),
    ),
    "problems": (
        "p.csv",
        ("check", "LOGS", "--rules", "PACK", *ASKED, "--output", "FOLDER/x.txt", "--problems", OUT),
    ),
    "problems as a workbook": (
        "p.xlsx",
        ("check", "LOGS", "--rules", "PACK", *ASKED, "--output", "FOLDER/x.txt", "--problems", OUT),
    ),
    "review": ("复核表 十月.xlsx", ("review", "LOGS", "--rules", "PACK", *ASKED, "--ledger", "BOOK", "--to", OUT)),
    "evidence": ("e.zip", ("evidence", "LOGS", "--rules", "PACK", *ASKED, "--ledger", "BOOK", "--to", OUT)),
    "fines": (
        "扣款.xlsx",
        (
            "fines", "--month", "2026-11", "--rules", "PACK", "--by", "王芳", "--on", "2026-11-12",
            "--ledger", "BOOK", "--to", OUT,
        ),
    ),
    "export": ("d.jsonl", ("ledger", "export", "--ledger", "BOOK", "--to", OUT)),
    "history": ("h.txt", ("ledger", "history", "2026-10", "--ledger", "BOOK", "--to", OUT)),
    "close": (
        "m.json",
        ("close", "2026-10", "--rules", "PACK", "--by", "李敏", "--on", "2026-11-12", "--ledger", "BOOK", "--to", OUT),
    ),
}  # fmt: skip
each_paper = pytest.mark.parametrize("paper", PAPERS)


@pytest.fixture(scope="module")
def ready(tmp_path_factory) -> Path:
    """Give the folder of a desk with one finding reviewed."""
    desk = Desk(tmp_path_factory.mktemp("ready"))
    assert desk.review().exit_code == 0
    first = Ledger(desk.ledger).entries()[1].step.finding
    assert desk.decide("--finding", first, *CONFIRM).exit_code == 0
    return desk.folder


@pytest.fixture
def desk(ready, tmp_path) -> Desk:
    shutil.copytree(ready, tmp_path / "desk")
    return Desk(tmp_path / "desk")


def written(desk: Desk, paper: str, monkeypatch=None, status: int = 0) -> tuple[Path, str]:
    """Write a paper; give the place it was asked for, and what stderr said."""
    name, args = PAPERS[paper]
    out = desk.folder / name
    places = {OUT: out, "LOGS": desk.logs, "PACK": desk.pack, "BOOK": desk.ledger}
    done = desk.run(*(str(places.get(one, one)).replace("FOLDER", str(desk.folder)) for one in args))
    assert done.exit_code in ((0, 1) if status == 0 else (status,)), done.output
    assert "Traceback" not in done.output
    return out, done.stderr


def held_open(monkeypatch, *held: Path) -> None:
    """Let nobody replace these files, as Windows does while Excel has them open."""
    move = Path.replace

    def locked(self, target):
        if Path(target) in held:
            raise PermissionError(errno.EACCES, "Permission denied")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", locked)


@each_paper
def test_a_paper_that_is_held_open_goes_to_a_second_name_whole_and_the_first_stays_as_it_is(
    desk, paper, monkeypatch, tmp_path
):
    shutil.copytree(desk.folder, tmp_path / "twin")
    free, _ = written(Desk(tmp_path / "twin"), paper)
    first = desk.folder / PAPERS[paper][0]
    if paper.startswith("problems"):
        written(desk, paper)
    else:
        first.write_bytes("有人开着".encode())
    before = first.read_bytes()
    held_open(monkeypatch, first)
    out, said = written(desk, paper)
    second = out.with_stem(f"{out.stem} (2)")
    assert f"{out} 正被别的程序打开，没有覆盖；写到了 {second}" in said
    assert first.read_bytes() == before
    if paper != "review" and not paper.startswith("problems"):
        assert _same(second, free, desk, tmp_path)
    assert second.stat().st_size > 0
    assert [one.name for one in desk.folder.iterdir() if one.name.startswith(".")] == []


def _same(second: Path, free: Path, desk: Desk, tmp_path: Path) -> bool:
    """Tell whether two papers are the same but for the folder in which the desk stands."""
    return second.read_bytes().replace(str(desk.folder).encode(), b"") == free.read_bytes().replace(
        str(tmp_path / "twin").encode(), b""
    )


@each_paper
def test_a_full_disk_is_one_message_and_nothing_of_the_paper_is_left(desk, paper, monkeypatch):
    place = os.fdopen

    class Full:
        """A file on a disk that is full after its first bytes."""

        def __init__(self, handle, mode):
            self.file = place(handle, mode)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def writelines(self, pieces):
            self.file.write(next(iter(pieces))[:10])
            raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(desk.folder.iterdir())
    monkeypatch.setattr("checker.cli.shared.os.fdopen", Full)
    _, said = written(desk, paper, status=2)
    assert said.count("error[cannot-write]") == 1
    assert "磁盘已满：腾出空间，或写到别的盘，再做一次" in said.replace("\n", "").replace("  ", "")
    assert sorted(desk.folder.iterdir()) == before


@each_paper
def test_a_read_only_folder_is_one_message_and_the_paper_that_stands_there_is_left_alone(
    desk, paper, monkeypatch
):
    def closed(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    before = sorted(desk.folder.iterdir())
    monkeypatch.setattr(tempfile, "mkstemp", closed)
    _, said = written(desk, paper, status=2)
    assert said.count("error[cannot-write]") == 1
    assert "文件夹只读" in said
    assert sorted(desk.folder.iterdir()) == before


def test_a_month_whose_manifest_cannot_be_written_stays_open(desk, monkeypatch):
    entries = Ledger(desk.ledger).entries()

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)
    written(desk, "close", status=2)
    assert Ledger(desk.ledger).entries() == entries


def test_two_names_that_are_held_open_leave_the_third_and_a_name_once_taken_is_never_written_over(
    tmp_path, monkeypatch
):
    first, second = tmp_path / "表.xlsx", tmp_path / "表 (2).xlsx"
    first.write_bytes(b"1")
    second.write_bytes(b"2")
    held_open(monkeypatch, first, second)
    assert write_paper(first, b"3", "zh") == tmp_path / "表 (3).xlsx"
    assert [one.read_bytes() for one in sorted(tmp_path.iterdir())] == [b"2", b"3", b"1"]


def test_where_nothing_can_be_moved_at_all_no_second_name_is_left_behind(tmp_path, monkeypatch):
    first = tmp_path / "表.xlsx"
    first.write_bytes(b"1")

    def never(self, target):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "replace", never)
    with pytest.raises(UsageError):
        write_paper(first, b"2", "zh")
    with pytest.raises(UsageError):
        write_whole(first, [b"2"])
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"表.xlsx": b"1"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_written_to_and_stays_what_it_is(tmp_path):
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    assert write_paper(pipe, [b"one ", b"two"], "en") == pipe
    reader.join()
    assert (got, pipe.is_fifo(), list(tmp_path.iterdir())) == ([b"one two"], True, [pipe])


def test_a_link_stays_one_and_the_file_it_leads_to_is_written(tmp_path):
    (tmp_path / "there").mkdir()
    link, file = tmp_path / "link.csv", tmp_path / "there" / "file.csv"
    file.write_bytes(b"old")
    try:
        link.symlink_to(file)
    except OSError:
        pytest.skip("links may not be made here")
    assert write_paper(link, b"new", "en") == file
    assert (link.is_symlink(), file.read_bytes(), list(file.parent.iterdir())) == (True, b"new", [file])
