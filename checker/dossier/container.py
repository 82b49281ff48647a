"""The zip of an evidence pack: the same bytes for the same members, and every byte of it is checked when it is read.

Members are stored, not packed: no compression that differs between machines, and no bomb. What is read is written
anew and compared, so that not one byte of the file, inside a member or between them, can change unnoticed.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from checker.dossier.month import sha256_of
from checker.model import Text

FORMAT = "checker-evidence/1"
MANIFEST = "manifest.json"
LARGEST = 256 * 1024 * 1024
"""Bytes of a pack; a month of a company has a few."""
MOST = 10_000
DIRECTORY = "(zip)"
"""What is named where the damage lies in no member."""
_PART = re.compile(r"[^/\\:*?\"<>|\x00-\x1f\x7f]{1,180}")
_BAD = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, OSError, ValueError, RuntimeError,
    EOFError, OverflowError, KeyError, IndexError, NotImplementedError, MemoryError,
)  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """What is wrong with a pack, and in which member."""

    member: str
    why: Text


def write(members: Mapping[str, bytes]) -> bytes:
    """Give the pack of these members, with a manifest of their hashes."""
    listed = {name: sha256_of(data) for name, data in sorted(members.items())}
    text = json.dumps({"format": FORMAT, "members": listed}, ensure_ascii=False, indent=1) + "\n"
    return _zip({**members, MANIFEST: text.encode()})


def read(data: bytes) -> tuple[dict[str, bytes], list[Fault]]:
    """Give the members that could be read, and every fault; no fault means: exactly what was once written."""
    if len(data) > LARGEST:
        return {}, [Fault(DIRECTORY, Text("文件过大，不是证据包", "too large for an evidence pack"))]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            infos = opened.infolist()
            if (refused := _refused(infos, len(data))) is not None:
                return {}, [refused]
            members, faults = _members(opened, infos)
    except _BAD as error:
        return {}, [Fault(DIRECTORY, Text(f"zip 结构损坏（{error}）", f"the zip is damaged ({error})"))]
    faults += _against_manifest(members)
    if not faults and (place := _difference(data, members)) is not None:
        said = Text("字节与写出时不同，被改过", "its bytes are not those once written: it was changed")
        faults.append(Fault(place, said))
    return members, faults


def is_safe(name: str) -> bool:
    """Tell whether a member's name stays inside the folder it is put into, on every system.

    >>> is_safe("rows/花名册.csv"), is_safe("../x"), is_safe("/etc/x"), is_safe("a/./b"), is_safe("c:x")
    (True, False, False, False, False)
    """
    parts = name.split("/")
    return len(name) < 400 and all(
        _PART.fullmatch(part) is not None and not part.endswith((".", " ")) and part == part.lstrip()
        for part in parts
    )


def _zip(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        for name, data in sorted(members.items()):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o644 << 16
            made.writestr(info, data)
    return out.getvalue()


def _refused(infos: list[zipfile.ZipInfo], size: int) -> Fault | None:
    names = [one.filename for one in infos]
    if len(infos) > MOST or sum(one.file_size for one in infos) > size:
        return Fault(DIRECTORY, Text("成员过多或大小不符", "too many members, or their sizes do not fit"))
    for one in infos:
        if not is_safe(one.filename) or names.count(one.filename) > 1:
            return Fault(one.filename, Text("成员的名字不安全或重复", "an unsafe or repeated name"))
        if one.compress_type != zipfile.ZIP_STORED or one.file_size != one.compress_size or one.flag_bits & 1:
            return Fault(one.filename, Text("成员经过压缩或加密，不是本程序写的", "packed or encrypted"))
    return None


def _members(opened: zipfile.ZipFile, infos: list[zipfile.ZipInfo]) -> tuple[dict[str, bytes], list[Fault]]:
    found: dict[str, bytes] = {}
    faults: list[Fault] = []
    for one in infos:
        try:
            found[one.filename] = opened.read(one)
        except _BAD as error:
            faults.append(Fault(one.filename, Text(f"读不出（{error}）", f"cannot be read ({error})")))
    return found, faults


def _against_manifest(members: Mapping[str, bytes]) -> list[Fault]:
    try:
        raw = json.loads(members.get(MANIFEST, b""))
        listed = raw["members"] if raw["format"] == FORMAT else None
    except (ValueError, KeyError, TypeError, RecursionError):
        listed = None
    if not isinstance(listed, dict):
        return [Fault(MANIFEST, Text("不是证据包的清单", "not the manifest of an evidence pack"))]
    faults = []
    for name in sorted({*listed, *members} - {MANIFEST}):
        if name not in members:
            faults.append(Fault(name, Text("清单里有，包里没有", "in the manifest, not in the pack")))
        elif name not in listed:
            faults.append(Fault(name, Text("包里有，清单里没有", "in the pack, not in the manifest")))
        elif sha256_of(members[name]) != listed[name]:
            faults.append(Fault(name, Text("内容与清单的校验值不符", "not what the manifest says")))
    return faults


def _difference(data: bytes, members: Mapping[str, bytes]) -> str | None:
    """Give the member in which the first byte lies that would be written otherwise; None when there is none."""
    again = _zip(members)
    if again == data:
        return None
    at = next(
        (i for i, (old, new) in enumerate(zip(data, again, strict=False)) if old != new),
        min(len(data), len(again)),
    )
    with zipfile.ZipFile(io.BytesIO(again)) as made:
        if at >= made.start_dir:
            return DIRECTORY
        before = [one.filename for one in made.infolist() if one.header_offset <= at]
    return before[-1] if before else DIRECTORY
