"""What jsonschema found → one Diagnostic a fault, on the token meant, with allowed words and a suggestion."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from checker.diagnostics import Diagnostic
from checker.language import load_width
from checker.language.places import Node, Path, Places
from checker.language.schema import fits, load_schema
from checker.language.suggest import closest, did_you_mean, one_of
from checker.model import Place, Text

_PIECES: dict[str, tuple[str, ...]] = {
    "rules": ("properties", "rules", "items"),
    "tests": ("properties", "tests", "items"),
    "waivers": ("properties", "waivers", "items"),
    "logs": ("properties", "logs", "additionalProperties"),
    "clauses": ("properties", "clauses", "additionalProperties"),
}
_TYPE_WORDS = {
    "object": Text("键值表", "a map"),
    "array": Text("列表", "a list"),
    "string": Text("文字", "text"),
    "integer": Text("整数", "a whole number"),
    "number": Text("数字", "a number"),
    "boolean": Text("true 或 false", "true or false"),
    "null": Text("空", "nothing"),
}
_CODES: tuple[
    tuple[str, str], ...
] = (  # a piece of a pattern → the code of the fault; the words are the schema's
    ("^[0-9]{4}-(0", "bad-date"),
    ("分钟", "bad-duration"),
    ("24:00", "bad-time"),
    ("-Q[1-4]", "bad-period"),
    (" *= *", "bad-match"),
    (r"^\$", "bad-parameter"),
    ("^[a-z]", "bad-name"),
)


def faults(root: Node, schema: str, file: str) -> list[Diagnostic]:
    """Check a file's tree against a schema of `schema.SCHEMAS`; give every fault, each once.

    The parts of a long file (each rule, log, clause, test) are checked one by one, so that one bad rule among
    thousands costs one slow look.
    """
    if fits(schema)(root.value):
        return []
    found: list[Diagnostic] = []
    places = Places(file, root)
    for path, piece, value in _parts(schema, root.value):
        for error in _validator(schema, piece).iter_errors(value):
            make = _MAKERS.get(error.validator, _other)
            found += make(error, places, (*path, *error.absolute_path))
    return list(dict.fromkeys(found))


def _parts(schema: str, value: Any) -> Iterator[tuple[Path, bool, Any]]:
    """Give the parts to look at closely: the path of the value, whether it is a piece, the value."""
    yield (), False, value
    container = value.get(schema) if isinstance(value, dict) and schema in _PIECES else None
    if not isinstance(container, dict if _PIECES.get(schema, ())[-1:] == ("additionalProperties",) else list):
        return
    piece_fits = fits(schema, *_PIECES[schema])
    for key, one in container.items() if isinstance(container, dict) else enumerate(container):
        if not piece_fits(one):
            yield (schema, key), True, one


@cache
def _validator(schema: str, piece: bool) -> Any:
    """Give the validator of one piece of a file, or of the file with its pieces left out."""
    import jsonschema  # 0.2 s to import: only when something is wrong

    root = load_schema(schema)
    if piece:
        here: Any = root
        for step in _PIECES[schema]:
            here = here[step]
        return jsonschema.Draft7Validator({"definitions": root.get("definitions", {}), **here})
    if schema in _PIECES:
        root = json.loads(json.dumps(root))
        *steps, last = _PIECES[schema]
        here = root
        for step in steps:
            here = here[step]
        here[last] = True
    return jsonschema.Draft7Validator(root)


def _unknown_keys(error: Any, places: Places, path: Path) -> Iterator[Diagnostic]:
    allowed = list(error.schema.get("properties", {}))
    shapes = error.schema.get("patternProperties", {})
    for key in error.instance:
        if key in allowed or any(re.search(shape, key) for shape in shapes):
            continue
        if shapes and re.match(r"[0-9]{2}", key):
            said = Text(f"`{key}` 不是日期", f"`{key}` is not a date")
            yield _fault(
                "bad-date",
                places.key((*path, key)),
                said,
                Text("日期，如 2026-01-31", "a date such as 2026-01-31"),
                key,
            )
            continue
        noun, code = _noun(error.schema, path)
        if error.instance[key] is None and " " in key:
            said = Text(f"`{key}` 前面的逗号把文字断开了", f"the comma before `{key}` splits the text")
            quote = Text("给整段文字加引号", "quote the whole text")
            yield _fault("unquoted-comma", places.key((*path, key)), said, one_of(allowed), key, quote)
            continue
        said = Text(f"`{key}` 不是{noun.zh}", f"`{key}` is not {noun.en}")
        hint = did_you_mean(key, [word for word in allowed if word not in error.instance] or allowed)
        yield _fault(code, places.key((*path, key)), said, one_of(allowed), key, hint)


def _noun(schema: Any, path: Path) -> tuple[Text, str]:
    if "title" in schema and path:
        zh, _, en = schema["title"].partition(" / ")
        return Text(zh, en), "unknown-operator"
    names = [str(step) for step in path if isinstance(step, str)]
    if len(names) > 1 and names[0] in _PIECES:
        names = names[1:]
    if not names:
        return Text("这个文件的键", "a key of this file"), "unknown-key"
    if names == ["rules"]:
        return Text("规则的键", "a key of a rule"), "unknown-key"
    where = ".".join(names)
    return Text(f" {where} 的键", f"a key of {where}"), "unknown-key"


def _missing(error: Any, places: Places, path: Path) -> Iterator[Diagnostic]:
    known = error.schema.get("properties", {})
    strangers = [key for key in error.instance if key not in known]
    for key in error.schema["required"]:
        if key in error.instance or any(closest(one, [key]) for one in strangers):
            continue  # a misspelt key is one fault, not two
        said = Text(f"缺少 `{key}`", f"`{key}` is missing")
        meaning = _described(known.get(key, {}))
        hint = Text(f"加上 `{key}`：{meaning.zh}", f"add `{key}`: {meaning.en}") if meaning.zh else Text("")
        code = "missing-key"
        if key == "handling":
            code, said = (
                "unmapped-clause",
                Text(f"条款 {path[-1]} 没有写如何处理", f"clause {path[-1]} is not mapped"),
            )
        yield _fault(code, places.key(path), said, f"`{key}`", _shown(error.instance), hint)


def _described(schema: Any) -> Text:
    return _said(schema, "description")


def _said(schema: Any, word: str) -> Text:
    """Give a text of the schema, which says everything twice: `中文 / English`."""
    zh, _, en = str(schema.get(word, "")).partition(" / ")
    return Text(zh, en)


def _wrong_type(error: Any, places: Places, path: Path) -> Iterator[Diagnostic]:
    kinds = [error.schema["type"]] if isinstance(error.schema["type"], str) else error.schema["type"]
    words = [_TYPE_WORDS[kind] for kind in kinds]
    expected = Text("、".join(one.zh for one in words), " or ".join(one.en for one in words))
    name = f"`{path[-1]}`" if path else ""
    place = places.of(path)
    found = error.instance
    if found is None:
        said = Text(f"{name or '文件'} 没有值", f"{name or 'the file'} has no value")
        if "enum" in error.schema:
            expected = one_of([str(one) for one in error.schema["enum"]])
        yield _fault("no-value", places.key(path), said, expected, "", _described(error.schema))
        return
    if (slip := load_width.slip(found, place, lambda text: _is_one_of(text, kinds))) is not None:
        yield slip
        return
    said = Text(f"{name or '文件'} 应为{expected.zh}", f"{name or 'the file'} must be {expected.en}")
    hint = _amount_hint(found, path) or _type_hint(found, kinds)
    yield _fault(
        "wrong-type", place, said, expected, _shown(found), hint if hint.zh else _described(error.schema)
    )


def _is_one_of(text: str, kinds: list[str]) -> bool:
    """Tell whether a text, had it been typed with narrow characters, would be of one of these types."""
    shapes = {
        "integer": r"-?\d+",
        "number": r"-?\d+(\.\d+)?",
        "boolean": "true|false",
        "array": r"- .*|\[.*\]",
    }
    return any(re.fullmatch(shapes[kind], text) for kind in kinds if kind in shapes)


def _amount_hint(found: Any, path: Path) -> Text | None:
    """Say how a bare amount is written, which is what people put down first."""
    if path and path[-1] in ("fine", "credit") and isinstance(found, (int, Decimal, str)):
        amount = found if isinstance(found, (int, Decimal)) or str(found).startswith("$") else 20
        return Text(f"写成 {{fixed: {amount}}}", f"write {{fixed: {amount}}}")
    if path and path[-1] == "penalty" and isinstance(found, (int, Decimal, str)):
        return Text("写成 {fine: {fixed: 20}}", "write {fine: {fixed: 20}}")
    return None


def _type_hint(found: Any, kinds: list[str]) -> Text:
    if isinstance(found, (int, Decimal)) and "string" in kinds:
        return Text(f'加引号："{_shown(found)}"', f'quote it: "{_shown(found)}"')
    if "object" in kinds and isinstance(found, str):
        return load_width.hint(found) or Text("")
    if "array" in kinds and isinstance(found, str):
        return load_width.hint(found) or Text(f"写成列表：[{found}]", f"write a list: [{found}]")
    if kinds == ["boolean"]:
        return Text("写 true 或 false", "write true or false")
    return load_width.hint(found) or Text("")


def _not_allowed(error: Any, places: Places, path: Path) -> Iterator[Diagnostic]:
    if _about_a_key(error) or error.instance is None:
        return  # `_unknown_keys` and `_wrong_type` report these
    allowed = [str(one) for one in error.schema["enum"]]
    found = _shown(error.instance)
    if (slip := load_width.slip(error.instance, places.of(path), allowed.__contains__)) is not None:
        yield slip
        return
    name = path[-1] if path else ""
    said = Text(f"`{found}` 不是 `{name}` 允许的值", f"`{found}` is not a value of `{name}`")
    yield _fault("unknown-value", places.of(path), said, one_of(allowed), found, did_you_mean(found, allowed))


def _about_a_key(error: Any) -> bool:
    return "propertyNames" in list(error.absolute_schema_path)[-3:]


def _bad_shape(error: Any, places: Places, path: Path) -> Iterator[Diagnostic]:
    pattern, found = str(error.schema["pattern"]), _shown(error.instance)
    code = next((code for piece, code in _CODES if piece in pattern), "bad-value")
    expected = _said(error.schema, "errorMessage" if "errorMessage" in error.schema else "description")
    enough = Text(f"`{found}` 写法不对", f"`{found}` is not written as it should be")
    place = places.key((*path, found)) if _about_a_key(error) else places.of(path)
    slip = load_width.slip(error.instance, place, lambda text: re.search(pattern, text) is not None)
    if slip is not None:
        yield slip
        return
    yield _fault(code, place, enough, expected, found, load_width.hint(found) or Text(""))


def _out_of_range(error: Any, places: Places, path: Path) -> Iterator[Diagnostic]:
    low, high = error.schema.get("minimum"), error.schema.get("maximum")
    expected = (
        Text(f"{low} 到 {high}", f"{low} to {high}")
        if high is not None and low is not None
        else Text(f"不小于 {low}", f"at least {low}")
        if low is not None
        else Text(f"不大于 {high}", f"at most {high}")
    )
    found = _shown(error.instance)
    said = Text(f"`{found}` 超出范围", f"`{found}` is out of range")
    yield _fault("out-of-range", places.of(path), said, expected, found)


def _count(error: Any, places: Places, path: Path) -> Iterator[Diagnostic]:
    schema, size = error.schema, len(error.instance)
    is_map = isinstance(error.instance, dict)
    low, high = (
        (schema.get("minProperties"), schema.get("maxProperties"))
        if is_map
        else (schema.get("minItems"), schema.get("maxItems"))
    )
    name = path[-1] if path else ""
    known = list(schema.get("properties", {}))
    expected: Text | str = one_of(known) if known and is_map else Text(f"至少 {low} 项", f"at least {low}")
    if low == high:
        expected = expected if known and is_map else Text(f"{low} 项", f"{low}")
        said = Text(
            f"`{name}` 要有且只有 {low} 项，这里有 {size} 项",
            f"`{name}` takes exactly {low}, and here are {size}",
        )
    elif size == 0:
        said = Text(f"`{name}` 是空的", f"`{name}` is empty")
    elif low is not None and size < low:
        said = Text(
            f"`{name}` 至少要有 {low} 项，这里有 {size} 项",
            f"`{name}` takes at least {low}, and here are {size}",
        )
    else:
        said = Text(
            f"`{name}` 最多 {high} 项，这里有 {size} 项",
            f"`{name}` takes at most {high}, and here are {size}",
        )
        expected = Text(f"最多 {high} 项", f"at most {high}") if not is_map else expected
    found = ", ".join(map(str, error.instance)) if size else ""
    yield _fault("wrong-count", places.key(path), said, expected, found)


def _repeated(error: Any, places: Places, path: Path) -> Iterator[Diagnostic]:
    seen: list[Any] = []
    for at, one in enumerate(error.instance):
        if one in seen:
            said = Text(f"`{_shown(one)}` 重复", f"`{_shown(one)}` is given twice")
            first = places.of((*path, seen.index(one)))
            note = ((first, Text("第一次在这里", "first given here")),)
            hint = Text("删去一个", "remove one")
            yield Diagnostic(
                "duplicate-item", "error", places.of((*path, at)), said, "", _shown(one), hint, note
            )
        seen.append(one)


def _empty_text(error: Any, places: Places, path: Path) -> Iterator[Diagnostic]:
    name = path[-1] if path else ""
    said = Text(f"`{name}` 是空的", f"`{name}` is empty")
    yield _fault("empty-text", places.of(path), said, _described(error.schema), '""')


def _other(error: Any, places: Places, path: Path) -> Iterator[Diagnostic]:
    yield _fault(
        "bad-value", places.of(path), Text("值不符合要求", str(error.message)), "", _shown(error.instance)
    )


_MAKERS: dict[str, Callable[[Any, Places, Path], Iterator[Diagnostic]]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing,
    "type": _wrong_type,
    "enum": _not_allowed,
    "pattern": _bad_shape,
    "minimum": _out_of_range,
    "maximum": _out_of_range,
    "minItems": _count,
    "maxItems": _count,
    "minProperties": _count,
    "maxProperties": _count,
    "uniqueItems": _repeated,
    "minLength": _empty_text,
}


def _fault(
    code: str,
    place: Place,
    message: Text,
    expected: Text | str = "",
    found: str = "",
    hint: Text | None = None,
) -> Diagnostic:
    return Diagnostic(code, "error", place, message, expected, found, hint or Text(""))


def _shown(value: Any) -> str:
    """Give a value as a person would write it, cut to one short line."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, dict):
        text = "{" + ", ".join(value) + "}"
    else:
        text = json.dumps(value, ensure_ascii=False, default=str).replace('"', "")
    text = text.replace("\n", "⏎")
    return text if len(text) <= 60 else text[:59] + "…"
