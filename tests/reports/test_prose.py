from __future__ import annotations

import pytest

from infograd.reports.prose import prose
from infograd.reports.section import Mathematics


def test_formulas_stand_between_dollar_signs() -> None:
    assert prose("at $a = 1$, $b$") == ("at ", Mathematics("a = 1"), ", ", Mathematics("b"))
    assert prose("") == ()


@pytest.mark.parametrize("text", ["costs 3$", "$a$ and $b"])
def test_an_odd_dollar_sign_is_a_dollar_sign(text: str) -> None:
    assert prose(text) == (text,)


def test_what_is_invisible_is_shown() -> None:
    assert prose("a\u202e $x$") == ("a\\u202e ", Mathematics("x"))
