"""I(A;B|C) as a signed sum of conditional entropies, each of which has a gradient by scores.

Of h(U|W) the gradient is -E[J_U^T s_{U|W}(U|W)]. Theorem 2 and Corollary 3 of arXiv:2601.01789 take h(B|C) - h(B|A,C); where
A or C moves with the parameter, other sums may carry the gradient still.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from infograd.question import Names


class Asked(Protocol):
    """Whose information is asked for, as in a Question."""

    @property
    def between(self) -> tuple[Names, Names]:
        """A and B."""
        ...

    @property
    def given(self) -> Names:
        """C."""
        ...


@dataclass(frozen=True, slots=True)
class Term:
    """`sign` times E[J_U^T s_{U|W}] in the gradient, U being `outputs` and W `given`; the sign is the opposite of h(U|W)'s."""

    sign: int
    outputs: Names
    given: Names


Decomposition = tuple[Term, ...]


def two_scores(question: Asked) -> Iterator[Decomposition]:
    """h(B|C) - h(B|A,C), then the same with A and B exchanged: the conditional score first. Source: arXiv:2601.01789, eqs. (39), (63)."""
    first, second = question.between
    for a, b in ((first, second), (second, first)):
        yield Term(1, b, (*a, *question.given)), Term(-1, b, question.given)


def all_decompositions(question: Asked) -> Iterator[Decomposition]:
    """Those of two scores, then h(A|C) + h(B|C) - h(A,B|C), then with C's entropy joined in."""
    a, b = question.between
    c = question.given
    yield from two_scores(question)
    yield Term(1, (*a, *b), c), Term(-1, a, c), Term(-1, b, c)
    if c:
        yield Term(1, (*a, *b, *c), ()), Term(-1, (*a, *c), ()), Term(-1, (*b, *c), ()), Term(1, c, ())
