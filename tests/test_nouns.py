"""Frozen dataclasses that are made quickly are those of the library, whatever is asked of them."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle

import pytest

from checker import nouns


class _Plain:
    """One of each kind of field."""

    name: str
    size: int = 3
    parts: list[int] = dataclasses.field(default_factory=list)
    hidden: int = dataclasses.field(default=1, repr=False)
    beside: int = dataclasses.field(default=2, compare=False)
    kind = "no field"

    @property
    def long(self) -> bool:
        """Tell whether it is long."""
        return self.size > 3


class _Empty:
    """No field at all."""


def both(body: type) -> tuple[type, type]:
    """Give the class as the library makes it, and as we do."""
    made = [type(body.__name__, body.__bases__, dict(body.__dict__)) for _ in range(2)]
    return dataclasses.dataclass(frozen=True)(made[0]), nouns.dataclass(frozen=True)(made[1])


@nouns.dataclass(frozen=True)
class Point:
    """A point."""

    x: int
    y: int = 0


THEIRS, OURS = both(_Plain)
CALLS = [
    (("a",), {}),
    (("a", 4), {}),
    (("a",), {"parts": [1], "beside": 5}),
    (("b", 4, [1], 7, 8), {}),
    ((), {"name": "a"}),
]


def test_values_text_fields_and_forms_to_match_are_the_same():
    for args, named in CALLS:
        one, two = THEIRS(*args, **named), OURS(*args, **named)
        assert (dataclasses.asdict(one), repr(one), one.long) == (
            dataclasses.asdict(two),
            repr(two),
            two.long,
        )
    assert THEIRS.__match_args__ == OURS.__match_args__
    assert [one.name for one in dataclasses.fields(THEIRS)] == [one.name for one in dataclasses.fields(OURS)]
    assert list(inspect.signature(THEIRS).parameters) == list(inspect.signature(OURS).parameters)


def test_what_is_equal_there_is_equal_here_and_each_has_its_own_list():
    made = [(THEIRS(*args, **named), OURS(*args, **named)) for args, named in CALLS]
    assert [one == two for one, _ in made for two, _ in made] == [
        one == two for _, one in made for _, two in made
    ]
    assert OURS("a").parts is not OURS("a").parts
    assert OURS("a") != THEIRS("a")
    assert OURS("a").__eq__("a") is NotImplemented
    assert Point(1) != Point(2) and hash(Point(1)) == hash((1, 0))
    assert len({Point(1), Point(1, 0), Point(1, 1)}) == 2


def test_an_argument_too_few_too_many_or_unknown_is_refused():
    for args, named in (
        ((), {}),
        (("a", 1, [], 2, 3, 4), {}),
        (("a",), {"wide": 1}),
        (("a",), {"name": "b"}),
    ):
        for made in (THEIRS, OURS):
            with pytest.raises(TypeError):
                made(*args, **named)


def test_nothing_is_changed_afterwards():
    for one in (THEIRS("a"), OURS("a")):
        for change in (
            lambda noun: setattr(noun, "size", 4),
            lambda noun: delattr(noun, "size"),
            lambda noun: setattr(noun, "new", 4),
        ):
            with pytest.raises(dataclasses.FrozenInstanceError):
                change(one)
    assert dataclasses.replace(Point(1), y=2) == Point(1, 2)
    assert copy.copy(Point(1)) == pickle.loads(pickle.dumps(Point(1))) == Point(1)


def test_a_class_without_fields_and_methods_of_its_own_are_kept():
    theirs, ours = both(_Empty)
    assert (repr(theirs()), theirs() == theirs()) == (repr(ours()), ours() == ours())

    @nouns.dataclass(frozen=True)
    class Said:
        text: str

        def __repr__(self) -> str:
            return self.text

    assert repr(Said("as it is")) == "as it is"


def test_any_other_form_is_the_library_s_own():
    @nouns.dataclass(frozen=True, order=True)
    class Ordered:
        x: int

    @nouns.dataclass
    class Open:
        x: int = 0

    one = Open()
    one.x = 2
    assert Ordered(1) < Ordered(2) and one == Open(2)
