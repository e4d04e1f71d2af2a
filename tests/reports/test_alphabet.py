from __future__ import annotations

import pytest

from infograd.error import SpecificationError
from infograd.reports.alphabet import in_alphabet


def test_letters_with_a_place_of_their_own_are_found() -> None:
    assert in_alphabet("R", "double-struck") == "\N{DOUBLE-STRUCK CAPITAL R}"
    assert in_alphabet("H", "fraktur") == "\N{BLACK-LETTER CAPITAL H}"
    assert in_alphabet("B", "script") == "\N{SCRIPT CAPITAL B}"


def test_a_character_without_a_form_in_the_alphabet_stays() -> None:
    assert in_alphabet("+", "bold") == "+"


def test_an_unknown_alphabet_raises() -> None:
    with pytest.raises(SpecificationError, match="'loud'"):
        in_alphabet("x", "loud")
