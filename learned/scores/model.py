"""What a score model is: fitted to what a view shows of one term, it gives s(y), or s(y, x), anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from torch import Tensor

from infograd.answer import Access
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.views import View

Score: TypeAlias = Callable[[Tensor, Tensor], Tensor]
"""From outputs `(n, d)` and what is given `(n, k)`, doubles, k = 0 for a marginal score, to the score in the outputs, `(n, d)`."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted score with what its own probes say of it.

    `probes` are other scores that would be as good if the fit had converged (a coarser basis, the other half of the samples); how far they
    move the gradient is its bias probe. `alarm` is a sentence that says why the score is not learned, or None.
    """

    score: Score
    probes: tuple[Score, ...] = ()
    alarm: str | None = None


class ScoreModel(Protocol):
    """A way to fit scores; `access` is the least level whose view it can be fitted to, `method` its name in answers."""

    @property
    def method(self) -> str: ...

    @property
    def access(self) -> Access: ...

    def fit(self, view: View, term: Term, seed: int) -> Fitted:
        """The score of the term's outputs given its condition, from the view's samples."""
        ...
