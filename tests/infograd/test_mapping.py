"""Mappings by name are immutable, and equal content has equal hash and equal order."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infograd import FrozenMapping, Point, SpecificationError

CONTENTS = st.dictionaries(st.text(min_size=1, max_size=4), st.integers(-9, 9), max_size=5)


@given(CONTENTS, st.randoms(use_true_random=False))
def test_the_order_of_the_content_does_not_matter(content: dict[str, int], random: object) -> None:
    names = list(content)
    random.shuffle(names)  # type: ignore[attr-defined]  # hypothesis hands out a random.Random
    shuffled = FrozenMapping((name, content[name]) for name in names)
    assert shuffled == FrozenMapping(content)
    assert hash(shuffled) == hash(FrozenMapping(content))
    assert list(shuffled) == sorted(content)


@given(CONTENTS)
def test_it_behaves_like_the_dictionary_it_was_made_from(content: dict[str, int]) -> None:
    mapping = FrozenMapping(content)
    assert mapping == content
    assert dict(mapping) == content
    assert len(mapping) == len(content)
    assert all(mapping[name] == value for name, value in content.items())
    assert "absent name" not in mapping


@given(CONTENTS, st.text(min_size=1, max_size=4), st.integers(10, 20))
def test_different_content_is_different(content: dict[str, int], name: str, value: int) -> None:
    assert FrozenMapping(content) != FrozenMapping({**content, name: value})
    assert FrozenMapping(content) != {**content, name: value}


def test_an_absent_name_is_a_key_error() -> None:
    with pytest.raises(KeyError, match="beta"):
        FrozenMapping({"alpha": 1})["beta"]


def test_it_cannot_be_changed() -> None:
    mapping = FrozenMapping({"alpha": 1})
    with pytest.raises(FrozenInstanceError):
        mapping.pairs = ()  # type: ignore[misc]  # the assignment is what is refused
    with pytest.raises(TypeError):
        mapping["alpha"] = 2  # type: ignore[index]  # the assignment is what is refused


def test_it_prints_as_a_dictionary() -> None:
    assert repr(FrozenMapping({"b": 2, "a": "x"})) == "{'a': 'x', 'b': 2}"


def test_a_point_makes_every_value_exact() -> None:
    point = Point({"theta": "0.1", "W": [[1, 2], [3, "1/4"]]})
    assert point["theta"] == Fraction(1, 10)
    assert point["W"] == ((1, 2), (3, Fraction(1, 4)))
    assert hash(point) == hash(Point([("W", ((1, 2), (3, "1/4"))), ("theta", Fraction(1, 10))]))


def test_a_point_names_the_parameter_whose_value_is_none() -> None:
    with pytest.raises(SpecificationError, match="the value of 'theta' is 'one'"):
        Point({"theta": "one"})
