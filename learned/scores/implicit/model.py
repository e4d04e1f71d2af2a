"""Implicit score matching as a score model: it needs samples only."""

from __future__ import annotations

from dataclasses import dataclass, field

from infograd.answer import Access
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.views import Pairs
from infograd.learned.scores.implicit.bases import Adaptive
from infograd.learned.scores.implicit.basis import Basis
from infograd.learned.scores.model import Fitted


@dataclass(frozen=True, slots=True)
class ImplicitScore:
    """A linear head on a basis, in closed form; its probes are the scores on coarser groups of its features."""

    basis: Basis = field(default_factory=Adaptive)

    @property
    def access(self) -> Access:
        """The least that it needs."""
        return Access.PAIRS

    @property
    def method(self) -> str:
        """Its name in answers."""
        return f"implicit score matching, {self.basis.name}"

    def fit(self, view: Pairs, term: Term, seed: int) -> Fitted:
        """The score of the term's outputs given its condition.

        Raises: SpecificationError where the samples are too few for the basis, hold numbers that are not finite, or do not vary.
        """
        head = self.basis.head(view.side(term.outputs), view.side(term.given), seed)
        return Fitted(head.score, head.coarser)
