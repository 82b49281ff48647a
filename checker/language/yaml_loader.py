"""YAML text → a tree of plain values that know where they stand; faults are data, never a traceback.

JSON types only: `null`, `true`, `false`, integers without leading zero and decimals get their type; all else
stays the text that was written: `22:00`, `NO`, `00123`, `2024-01-31`, `1_000`, `1e3`. A key is always text.
Refused: duplicate keys, several documents, tags, merge keys, aliases that grow beyond reason, deep nesting,
tabs, control characters, anything not UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from checker.diagnostics import Diagnostic, shown_path
from checker.language import load_width
from checker.language.load_syntax import fault_of, text_faults
from checker.language.places import Node, Places, Span
from checker.model import Place, Text
from checker.nouns import dataclass

MAX_BYTES = 20_000_000
MAX_DEPTH = 60
MAX_ALIAS_NODES = 100_000
FAST_PARSER = hasattr(yaml, "CSafeLoader")
_INT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,18}\Z")
_WORDS = {"": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True)
class Document:
    """One file as read: `root` is None when it could not be read, and `diagnostics` then says why."""

    file: str
    text: str
    root: Node | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def value(self) -> Any:
        """Give the plain value of the whole file."""
        return self.root.value if self.root is not None else None

    @property
    def places(self) -> Places:
        """Give the places of the file, by path from its root."""
        return Places(self.file, self.root)


def load_file(path: Path, file: str | None = None) -> Document:
    """Read one YAML file; `file` is the name that places show (default: the path)."""
    name = file if file is not None else shown_path(path)
    try:
        if path.stat().st_size > MAX_BYTES:
            return _refused(
                name, "", "file-too-large", Text("文件大于 20 MB", "the file is larger than 20 MB")
            )
        data = path.read_bytes()
    except OSError as error:
        return _refused(
            name,
            "",
            "unreadable-file",
            Text(f"无法读取文件：{error.strerror}", f"cannot read the file: {error.strerror}"),
        )
    return load_bytes(data, name)


def load_bytes(data: bytes, file: str) -> Document:
    """Read YAML from bytes: UTF-8, with or without a byte order mark."""
    if len(data) > MAX_BYTES:
        return _refused(file, "", "file-too-large", Text("文件大于 20 MB", "the file is larger than 20 MB"))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        place = Place(file, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
        said = Text("文件不是 UTF-8 编码", "the file is not UTF-8")
        hint = Text("用编辑器另存为 UTF-8", "save it as UTF-8 in your editor")
        return Document(
            file,
            "",
            None,
            (Diagnostic("not-utf8", "error", place, said, "UTF-8", f"0x{data[error.start]:02x}", hint),),
        )
    return load_text(text, file)


def load_text(text: str, file: str = "<text>", fast: bool = FAST_PARSER) -> Document:
    """Read YAML from text. `fast` uses libyaml; the result is the same without it.

    >>> load_text("{at: 22:00, code: 00123, on: NO, n: 1.50, none: null}").value
    {'at': '22:00', 'code': '00123', 'on': 'NO', 'n': Decimal('1.50'), 'none': None}
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if faults := text_faults(text, file):
        return Document(file, text, None, faults)
    composer = _Composer(text, file)
    loader = yaml.CSafeLoader if fast else yaml.SafeLoader
    try:
        root = composer.compose(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        if fast and "nesting depth" in str(error):
            # libyaml reads ahead and has a limit of its own; ours says where ours is passed.
            return load_text(text, file, fast=False)
        return Document(file, text, None, (*composer.faults, *fault_of(error, text, file)))
    except _Refused:
        return Document(file, text, None, tuple(composer.faults))
    if root is None:
        said = Text("文件是空的", "the file is empty")
        return _refused(file, text, "empty-file", said)
    return Document(file, text, root if not composer.faults else None, tuple(composer.faults))


def _refused(file: str, text: str, code: str, message: Text) -> Document:
    return Document(file, text, None, (Diagnostic(code, "error", Place(file), message),))


class _Refused(Exception):
    """Reading stops here; the fault is noted."""


class _Frame:
    """A map or list that is being read."""

    __slots__ = ("anchor", "children", "height", "in_brackets", "key", "keys", "nodes", "start")

    def __init__(self, event: Any, is_map: bool) -> None:
        self.start = event.start_mark
        self.in_brackets = not is_map and bool(event.flow_style)
        self.anchor = event.anchor
        self.children: dict[str, Node] | list[Node] = {} if is_map else []
        self.keys: dict[str, Span] | None = {} if is_map else None
        self.key: tuple[str, Span] | None = None
        self.nodes = 1
        self.height = 1


class _Composer:
    """Parser events → nodes, without recursion, so that no depth of nesting can break it."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self.lines = text.split("\n")
        self.faults: list[Diagnostic] = []
        self.stack: list[_Frame] = []
        self.anchors: dict[str, tuple[Node, int, int]] = {}
        self.alias_nodes = 0
        self.root: Node | None = None
        self.documents = 0

    def compose(self, events: Iterator[Any]) -> Node | None:
        """Give the root, or None for an empty stream."""
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                self._open(event, kind is yaml.MappingStartEvent)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close(event)
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                self._document(event)
        return self.root

    def _document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self._stop(
                "several-documents",
                self._span(event.start_mark, event.end_mark),
                Text(
                    "一个文件只能有一份内容，这里又开始了一份（---）",
                    "a file holds one document; another one (---) begins here",
                ),
                Text("分成两个文件", "split it into two files"),
            )

    def _scalar(self, event: Any) -> None:
        span = self._span(event.start_mark, event.end_mark)
        if event.tag is not None:
            self._no_tag(event, span)
        plain = not event.style  # None in the pure parser, "" in libyaml
        if self._wants_key():
            self._key(event.value, span, plain)
            return
        if plain:
            if not event.value.isascii():
                self._full_width(event, span)
            if event.value == "" and self.stack and self.stack[-1].key:
                span = self.stack[-1].key[1]
        node = Node(_plain(event.value) if plain else event.value, span)
        if event.anchor is not None:
            self.anchors[event.anchor] = (node, 1, 1)
        self._add(node, 1, 1)

    def _full_width(self, event: Any, span: Span) -> None:
        first, last = event.start_mark.line, event.end_mark.line
        if first != last:
            self.faults += load_width.in_lines(self.lines, self.file, first + 1, last)
            return
        in_list = bool(self.stack) and self.stack[-1].in_brackets
        fault = load_width.in_value(event.value, Place(self.file, *span), in_list)
        self.faults += [] if fault is None else [fault]

    def _wants_key(self) -> bool:
        if not self.stack:
            return False
        frame = self.stack[-1]
        return frame.keys is not None and frame.key is None

    def _key(self, key: str, span: Span, plain: bool) -> None:
        frame = self.stack[-1]
        assert frame.keys is not None
        if key == "<<" and plain:
            self._fault(
                "merge-key",
                span,
                Text("不支持合并键 <<", "merge keys (<<) are not supported"),
                Text("把内容写全", "write the keys out"),
            )
        if plain and not key.isascii() and (fault := load_width.in_key(key, Place(self.file, *span))):
            self.faults.append(fault)
        if key == "":
            self._fault("empty-key", span, Text("键是空的", "the key is empty"))
        if key in frame.keys:
            first = Place(self.file, *frame.keys[key])
            self.faults.append(
                Diagnostic(
                    "duplicate-key",
                    "error",
                    Place(self.file, *span),
                    Text(f"键 `{key}` 重复", f"the key `{key}` is given twice"),
                    hint=Text("删去其中一个", "remove one of them"),
                    related=((first, Text("第一次在这里", "first given here")),),
                )
            )
        frame.key = (key, span)

    def _open(self, event: Any, is_map: bool) -> None:
        span = self._span(event.start_mark, event.end_mark)
        if event.tag is not None:
            self._no_tag(event, span)
        if self._wants_key():
            self._stop(
                "key-not-text",
                span,
                Text("键必须是文字", "a key must be text"),
                Text("检查花括号与冒号", "check braces and colons"),
            )
        if len(self.stack) >= MAX_DEPTH:
            self._too_deep(span)
        self.stack.append(_Frame(event, is_map))

    def _close(self, event: Any) -> None:
        frame = self.stack.pop()
        node = Node(
            _value(frame.children), self._span(frame.start, event.end_mark), frame.children, frame.keys
        )
        if frame.anchor is not None:
            self.anchors[frame.anchor] = (node, frame.nodes, frame.height)
        self._add(node, frame.nodes, frame.height)

    def _alias(self, event: Any) -> None:
        span = self._span(event.start_mark, event.end_mark)
        if self._wants_key():
            self._stop("key-not-text", span, Text("键不能是别名（*）", "a key cannot be an alias (*)"))
        if event.anchor not in self.anchors:
            self._stop(
                "unknown-alias",
                span,
                Text(
                    f"没有锚点 `&{event.anchor}`，或它指向自己",
                    f"there is no anchor `&{event.anchor}`, or it holds itself",
                ),
            )
        target, nodes, height = self.anchors[event.anchor]
        self.alias_nodes += nodes
        if self.alias_nodes > MAX_ALIAS_NODES:
            said = Text(
                f"别名展开后超过 {MAX_ALIAS_NODES} 个值",
                f"the aliases expand to more than {MAX_ALIAS_NODES} values",
            )
            self._stop(
                "alias-bomb", span, said, Text("不要让锚点层层引用锚点", "do not nest anchors in anchors")
            )
        if len(self.stack) + height > MAX_DEPTH:
            self._too_deep(span)
        self._add(Node(target.value, span, target.children, target.keys), nodes, height)

    def _add(self, node: Node, nodes: int, height: int) -> None:
        if not self.stack:
            self.root = node
            return
        frame = self.stack[-1]
        frame.nodes += nodes
        if frame.height <= height:
            frame.height = height + 1
        if isinstance(frame.children, list):
            frame.children.append(node)
            return
        assert frame.key is not None and frame.keys is not None
        key, span = frame.key
        frame.children.setdefault(key, node)
        frame.keys.setdefault(key, span)
        frame.key = None

    def _no_tag(self, event: Any, span: Span) -> None:
        self._fault(
            "tag",
            span,
            Text(f"不支持 YAML 标签 `{event.tag}`", f"the YAML tag `{event.tag}` is not supported"),
            Text("删去标签；文字加引号", "remove the tag; quote text"),
        )

    def _too_deep(self, span: Span) -> None:
        self._stop(
            "too-deep", span, Text(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} levels deep")
        )

    def _fault(self, code: str, span: Span, message: Text, hint: Text | None = None) -> None:
        self.faults.append(Diagnostic(code, "error", Place(self.file, *span), message, hint=hint or Text("")))

    def _stop(self, code: str, span: Span, message: Text, hint: Text | None = None) -> None:
        self._fault(code, span, message, hint)
        raise _Refused

    def _span(self, start: Any, end: Any) -> Span:
        """Give the part of the first line that a value stands on."""
        line, column = start.line, start.column
        if end.line == line:
            return (line + 1, column + 1, end.column + 1)
        here = self.lines[line] if line < len(self.lines) else ""
        return (line + 1, column + 1, max(len(here.rstrip()), column) + 1)


def _value(children: dict[str, Node] | list[Node]) -> Any:
    if isinstance(children, list):
        return [node.value for node in children]
    return {key: node.value for key, node in children.items()}


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first == "-" or "0" <= first <= "9":
        if _INT.match(text):
            return int(text)
        if _DECIMAL.match(text):
            return Decimal(text)
    return text
