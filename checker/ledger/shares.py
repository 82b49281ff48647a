"""Whether a file lies on a network share, where no file lock can be relied on."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from checker.diagnostics import Diagnostic, shown_path
from checker.model import Place, Text

_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "davfs", "fuse.rclone"}
_DRIVE_REMOTE = 4  # of GetDriveTypeW


def warning(path: Path, mounts: str | None = None) -> Diagnostic | None:
    """Give a warning when the ledger lies on a network share; `mounts` is the text of /proc/mounts.

    >>> warning(Path("/data/a/decisions.sqlite"), "srv:/x /data nfs4 rw 0 0").code
    'ledger-on-share'
    """
    if not _remote(path.absolute(), _mounts() if mounts is None else mounts):
        return None
    return Diagnostic(
        "ledger-on-share",
        "warning",
        Place(shown_path(path)),
        Text(
            "决定台账在网络共享盘上：两台电脑同时写入可能损坏它",
            "the ledger lies on a network share: two computers writing at once may damage it",
        ),
        hint=Text(
            "把台账放在一台电脑的本地磁盘上，由一人记入；其他人用复核表交回",
            "keep it on the local disk of one computer, where one person enters; the others hand in review sheets",
        ),
    )


def _remote(path: Path, mounts: str) -> bool:
    if sys.platform == "win32":
        return _remote_drive(path)
    fitting: list[tuple[int, str]] = []
    for line in mounts.splitlines():
        device, *rest = line.split(" ")
        if device and len(rest) > 1:
            folder = Path(rest[0].replace("\\040", " "))
            if folder == path or folder in path.parents:
                fitting.append((len(folder.parts), rest[1]))
    return max(fitting, default=(0, ""))[1] in _REMOTE


def _remote_drive(path: Path) -> bool:
    import ctypes

    windows = getattr(ctypes, "windll", None)
    drive = path.drive
    return drive.startswith("\\\\") or (
        windows is not None and windows.kernel32.GetDriveTypeW(f"{drive}\\") == _DRIVE_REMOTE
    )


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8") if os.name == "posix" else ""
    except OSError:
        return ""
