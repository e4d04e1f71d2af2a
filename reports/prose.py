"""Text with formulas between dollar signs, taken apart."""

from __future__ import annotations

from typing import TypeAlias

from infograd.reports.plaintext import printable
from infograd.reports.section import Mathematics

Prose: TypeAlias = tuple[str | Mathematics, ...]


def prose(text: str) -> Prose:
    """The pieces of a text: plain ones made printable, and the formulas between pairs of dollar signs.

    >>> prose("where $x > 0$.")
    ('where ', Mathematics(latex='x > 0'), '.')

    A text with an odd number of dollar signs is plain throughout.
    """
    pieces = text.split("$")
    if len(pieces) % 2 == 0:
        return (printable(text),)
    return tuple(Mathematics(piece) if position % 2 else printable(piece) for position, piece in enumerate(pieces) if piece)
