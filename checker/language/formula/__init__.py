"""Formulas: text in, typed plan expression out; every fault carries the place for a caret."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from checker.language.formula.functions import FUNCTIONS, add, arithmetic
from checker.language.formula.quick import Node, read
from checker.language.formula.typing import CALENDAR, ELAPSED, Env, Fault, Span, Typed, unit_of
from checker.model import Text
from checker.plan import build as b
from checker.plan.nodes import Expr, Lit

T = TypeVar("T")
_FULL_WIDTH = str.maketrans("（），＋－＊／＜＞＝“”‘’＄", "(),+-*/<>=\"\"''$")
_COMPARE = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "=": "eq", "==": "eq", "!=": "ne"}
MAX_LENGTH, MAX_DEPTH = 2_000, 60


def compile_formula(text: str, env: Env) -> Expr:
    """Give the plan expression of a formula.

    Raises:
        Fault: the text does not parse, names something unknown, or mixes types; with the place.
    """
    typed = compile_typed(text, env)
    if isinstance(typed, Span):
        raise Fault(
            Text(
                "时间长度不能单独作为结果；请加在日期上",
                "a length of calendar time is not a value; add it to a date",
            ),
            start=0,
            length=len(text),
        )
    return typed


def compile_typed(text: str, env: Env) -> Typed:
    """Give the expression or the span of calendar time that a formula stands for."""
    if len(text) > MAX_LENGTH:
        raise Fault(
            Text(f"公式超过 {MAX_LENGTH} 个字符", f"the formula is longer than {MAX_LENGTH} characters")
        )
    return _Builder(env).build(_parse(text.translate(_FULL_WIDTH)), 0)


@dataclass(frozen=True)
class Token:
    """One word of a formula: `kind` as the grammar names it, `start` its first character."""

    kind: str
    text: str
    start: int


def tokens(text: str) -> list[Token]:
    """Give the words of a formula; nothing where it cannot be read.

    >>> [one.text for one in tokens("adopted_on + 60 days")]
    ['adopted_on', '+', '60', 'days']
    """
    try:
        _parse(text.translate(_FULL_WIDTH))
    except Fault:
        return []
    found = _parser().lex(text.translate(_FULL_WIDTH))
    return [Token(one.type, str(one), one.start_pos) for one in found]


@lru_cache(maxsize=1)
def _parser() -> Any:
    from importlib.resources import files

    from lark import Lark  # lark and its tables cost 0.1 s: only for a formula that is not read without them

    grammar = files("checker.language.formula").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


@lru_cache(maxsize=500)  # the same formulas are compiled for many rules
def _parse(text: str) -> Node:
    if _nesting(text) > MAX_DEPTH:
        raise Fault(Text("括号嵌套太深", "too deeply nested"), start=0, length=len(text))
    return read(text) or parse_fully(text)


def parse_fully(text: str) -> Node:
    """Give the tree of a formula by the grammar, which also knows what is wrong with it.

    Raises:
        Fault: the text does not parse; with the place.
    """
    from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

    try:
        return _node(_parser().parse(text))
    except UnexpectedToken as error:
        at = len(text) if error.token.type == "$END" else error.token.start_pos or 0
        found = "" if error.token.type == "$END" else str(error.token)
        raise Fault(
            Text(f"公式在这里读不懂：“{found}”", f"the formula is not understood here: '{found}'")
            if found
            else Text("公式没有写完", "the formula ends too early"),
            start=at,
            length=max(1, len(str(error.token))),
            found=found,
        ) from None
    except UnexpectedCharacters as error:
        found = text[error.pos_in_stream or 0]
        raise Fault(
            Text(f"公式里不能有“{found}”", f"'{found}' has no meaning in a formula"),
            start=error.pos_in_stream,
            found=found,
        ) from None
    except UnexpectedInput as error:
        raise Fault(Text("公式读不懂", "the formula is not understood"), start=error.pos_in_stream) from None


def _node(tree: Any) -> Node:
    parts = (_node(one) if hasattr(one, "data") else str(one) for one in tree.children)
    return Node(str(tree.data), tuple(parts), tree.meta.start_pos, tree.meta.end_pos)


def _nesting(text: str) -> int:
    depth = worst = run = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        run = run + 1 if char == "-" else 0
        worst = max(worst, depth, run)
    plain = " ".join(text.split())
    return max(worst, plain.count("not "), plain.count("if "))


class _Builder:
    """Walks the parse tree; one method a node, each giving a typed expression."""

    def __init__(self, env: Env) -> None:
        self.env = env

    def build(self, tree: Any, depth: int) -> Typed:
        try:
            return getattr(self, "_" + tree.rule)(tree, depth + 1)  # type: ignore[no-any-return]
        except Fault as fault:
            if fault.start is None:
                fault.start, fault.length = tree.start, tree.end - tree.start
            raise

    def value(self, tree: Any, depth: int) -> Expr:
        typed = self.build(tree, depth)
        if isinstance(typed, Span):
            raise Fault(
                Text("这里需要一个值，不是时间长度", "a value is needed here, not a length of calendar time")
            )
        return typed

    def _number(self, tree: Any, depth: int) -> Expr:
        text = tree.parts[0]
        return b.lit(Decimal(text)) if "." in text else b.lit(int(text))

    def _string(self, tree: Any, depth: int) -> Expr:
        return b.lit(tree.parts[0][1:-1])

    def _true(self, tree: Any, depth: int) -> Expr:
        return b.TRUE

    def _false(self, tree: Any, depth: int) -> Expr:
        return b.FALSE

    def _span(self, tree: Any, depth: int) -> Typed:
        number, unit = tree.parts[0], unit_of(tree.parts[1])
        if unit in ELAPSED:
            return Lit(int(Decimal(number) * ELAPSED[unit]), "duration")
        if "." in number or unit not in CALENDAR:
            raise Fault(Text(f"“{number} {unit}”要写整数", f"'{number} {unit}' must be a whole number"))
        return Span(b.lit(int(number)), unit)

    def _parameter(self, tree: Any, depth: int) -> Typed:
        name = tree.parts[0][1:]
        return _known(name, self.env.parameter, self.env.parameters, "参数", "parameter")

    def _name(self, tree: Any, depth: int) -> Typed:
        return _known(tree.parts[0], self.env.name, self.env.names, "字段", "field")

    def _call(self, tree: Any, depth: int) -> Typed:
        name = tree.parts[0]
        function = _known(name, FUNCTIONS.__getitem__, lambda: list(FUNCTIONS), "函数", "function")
        return function(self.env, [self.build(child, depth) for child in tree.parts[1:]])

    def _if_then_else(self, tree: Any, depth: int) -> Typed:
        cond, then, other = (self.value(child, depth) for child in tree.parts)
        _need(cond, "bool")
        if (
            then.type != other.type
            and "null" not in (then.type, other.type)
            and {then.type, other.type} != {"int", "decimal"}
        ):
            raise Fault(
                Text(
                    f"两个分支类型不同：{then.type} 与 {other.type}",
                    f"the branches differ: {then.type} and {other.type}",
                )
            )
        return b.if_(cond, then, other)

    def _disjunction(self, tree: Any, depth: int) -> Expr:
        return b.or_(self._truths(tree, depth))

    def _conjunction(self, tree: Any, depth: int) -> Expr:
        return b.and_(self._truths(tree, depth))

    def _truths(self, tree: Any, depth: int) -> list[Expr]:
        parts = [self.value(child, depth) for child in tree.parts]
        for part in parts:
            _need(part, "bool")
        return parts

    def _negate(self, tree: Any, depth: int) -> Expr:
        part = self.value(tree.parts[0], depth)
        _need(part, "bool")
        return b.not_(part)

    def _comparison(self, tree: Any, depth: int) -> Expr:
        left, op, right = tree.parts
        one, two = self.value(left, depth), self.value(right, depth)
        if not comparable(one, two):
            raise Fault(
                Text(f"不能比较 {one.type} 与 {two.type}", f"cannot compare {one.type} with {two.type}")
            )
        return b.compare(_COMPARE[op], one, two)

    def _sum(self, tree: Any, depth: int) -> Typed:
        result = self.build(tree.parts[0], depth)
        for op, child in zip(tree.parts[1::2], tree.parts[2::2], strict=True):
            result = add(self.env, op, result, self.build(child, depth))
        return result

    def _product(self, tree: Any, depth: int) -> Typed:
        result = self.value(tree.parts[0], depth)
        for op, child in zip(tree.parts[1::2], tree.parts[2::2], strict=True):
            result = arithmetic("mul" if op == "*" else "div", result, self.value(child, depth))
        return result

    def _minus(self, tree: Any, depth: int) -> Expr:
        return arithmetic("sub", b.lit(0), self.value(tree.parts[0], depth))


def comparable(one: Expr, two: Expr) -> bool:
    """Tell whether two expressions may be compared: same type, numbers, or date with datetime."""
    pair = {one.type, two.type}
    return len(pair) == 1 or "null" in pair or pair in ({"int", "decimal"}, {"date", "datetime"})


def _need(part: Expr, wanted: str) -> None:
    if part.type not in (wanted, "null"):
        raise Fault(Text(f"这里需要条件，不是 {part.type}", f"a condition is needed here, not {part.type}"))


def _known(name: str, get: Callable[[str], T], names: Callable[[], list[str]], zh: str, en: str) -> T:
    try:
        return get(name)
    except KeyError:
        import difflib

        near = difflib.get_close_matches(name, names(), n=1)
        hint = Text(f"是否想写“{near[0]}”？", f"did you mean '{near[0]}'?") if near else None
        raise Fault(
            Text(f"没有{zh}“{name}”", f"there is no {en} '{name}'"),
            hint=hint,
            found=name,
            code="unknown-" + en,
        ) from None
