"""What a basis of the linear head is: from the samples of one term it makes features and fits the head on them."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from infograd.learned.scores.implicit.moments import Head


class Basis(Protocol):
    """A way to make features; `name` is its name in answers."""

    @property
    def name(self) -> str: ...

    def head(self, outputs: Tensor, given: Tensor, seed: int) -> Head:
        """The head of outputs `(n, d)` given `(n, k)`, on the basis.

        Raises: SpecificationError where the samples are too few for the basis, hold numbers that are not finite, or do not vary.
        """
        ...
