"""The words and figures of reference values, for every format that people read."""

from __future__ import annotations

from fractions import Fraction

from infograd.question import Question
from infograd.verify.references.decimals import decimal_text, rounded_up
from infograd.verify.references.reference import Number
from infograd.verify.specification import array_text


def point_text(question: Question) -> str:
    """The parameters at their values."""
    return ", ".join(f"{name} = {array_text(value)}" for name, value in question.at.items())


def size_text(size: Fraction) -> str:
    """A doubt or a gap to two figures."""
    return decimal_text(rounded_up(size))


def doubt_text(number: Number) -> str:
    """The doubt and its kind."""
    size = Fraction(number.doubt.proved) + Fraction(number.doubt.estimated)  # type: ignore[arg-type]  # references are scalars
    return f"{size_text(size)} {'proved' if number.proved else 'estimated'}"


def routes_text(number: Number) -> str:
    """Every route but the first, with its gap to the value."""
    return ", ".join(f"{each.route} ({size_text(number.gap(each))})" for each in number.findings[1:])
