"""A small client of the Language Server Protocol: JSON-RPC over the pipes of a child process.

Every step waits for a message of the server, never for a length of time; a server that says nothing for
`PATIENCE` seconds is an error. Columns of the protocol count UTF-16 units, ours count characters.
"""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

PATIENCE = 60.0


def utf16(text: str) -> int:
    """Give the length in UTF-16 units.

    >>> utf16("关机"), utf16("𠮷")
    (2, 2)
    """
    return len(text.encode("utf-16-le")) // 2


def position(text: str, offset: int) -> dict[str, int]:
    """Give the LSP position, counted from 0, of a character offset.

    >>> position("一: 𠮷x", 4)
    {'line': 0, 'character': 5}
    """
    before = text[:offset]
    return {"line": before.count("\n"), "character": utf16(before.rpartition("\n")[2])}


class Server:
    """A language server at work on one folder; use it as a context manager."""

    def __init__(self, command: Sequence[str], folder: Path, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.folder = folder
        self.ids = 0
        self.opened: set[Path] = set()
        self.inbox: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def __enter__(self) -> Server:
        uri = self.folder.as_uri()
        capabilities = {
            "workspace": {"configuration": True, "workspaceFolders": True},
            "textDocument": {
                "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
                "hover": {"contentFormat": ["markdown"]},
                "publishDiagnostics": {},
            },
        }  # fmt: skip
        folders = [{"uri": uri, "name": self.folder.name}]
        self.ask(
            "initialize", processId=None, rootUri=uri, workspaceFolders=folders, capabilities=capabilities
        )
        self.tell("initialized")
        while self._next().get("method") != "workspace/configuration":
            pass  # before it has its settings it does not know the schemas
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.ask("shutdown")
            self.tell("exit")
        else:
            self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process.wait(PATIENCE)

    # ---- documents

    def open(self, path: Path, text: str) -> list[dict[str, Any]]:
        """Open a document that need not be on disk, each path once; give its diagnostics."""
        assert path not in self.opened, f"{path} is open: what is said of it might be old"
        self.opened.add(path)
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", textDocument=document)
        while not self._is_about(message := self._next(), path):
            pass
        found: list[dict[str, Any]] = message["params"]["diagnostics"]
        return found

    def complete(self, path: Path, text: str, offset: int) -> list[dict[str, Any]]:
        """Give the completion items at a place of an open document."""
        where = position(text, offset)
        found = self.ask("textDocument/completion", textDocument={"uri": path.as_uri()}, position=where)
        items: list[dict[str, Any]] = found["items"] if isinstance(found, dict) else found or []
        return items

    def hover(self, path: Path, text: str, offset: int) -> str:
        """Give the text shown over a place of an open document."""
        where = position(text, offset)
        found = self.ask("textDocument/hover", textDocument={"uri": path.as_uri()}, position=where)
        return str(found["contents"]["value"]) if found else ""

    # ---- messages

    def ask(self, method: str, **params: Any) -> Any:
        """Send a request and give its result; meanwhile the server's own requests are answered."""
        self.ids += 1
        self._send({"id": self.ids, "method": method, "params": params})
        while (message := self._next()).get("id") != self.ids or "method" in message:
            pass
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']}")
        return message.get("result")

    def tell(self, method: str, **params: Any) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    @staticmethod
    def _is_about(message: dict[str, Any], path: Path) -> bool:
        is_said = message.get("method") == "textDocument/publishDiagnostics"
        return is_said and bool(message["params"]["uri"] == path.as_uri())

    def _next(self) -> dict[str, Any]:
        """Give the next message; a request of the server is answered first."""
        message = self.inbox.get(timeout=PATIENCE)
        if message is None:
            raise RuntimeError("the language server has ended")
        if "method" in message and "id" in message:
            self._send({"id": message["id"], "result": self._answer(message)})
        return message

    def _answer(self, request: dict[str, Any]) -> Any:
        if request["method"] == "workspace/configuration":
            return [self.settings.get(item.get("section")) for item in request["params"]["items"]]
        if request["method"] == "workspace/workspaceFolders":
            return [{"uri": self.folder.as_uri(), "name": self.folder.name}]
        return None

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def _listen(self) -> None:
        """Read messages until the pipe ends; None is the end."""
        pipe = self.process.stdout
        assert pipe is not None
        try:
            while line := pipe.readline():
                size = 0
                while line.strip():
                    name, _, value = line.partition(b":")
                    size = int(value) if name.lower() == b"content-length" else size
                    line = pipe.readline()
                self.inbox.put(json.loads(pipe.read(size)))
        except (OSError, ValueError):
            pass
        self.inbox.put(None)
