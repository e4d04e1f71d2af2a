"""How one number of a channel depends on the coordinates of its randomness.

A coordinate is an independent number behind a source or a noise. Some are observed, the others are not. An entry is

    row . c  +  (linear in unobserved directions, with coefficients that observed ones turn)  +  (a function of observed ones)
             +  (a function of the directions that have to be integrated)

and each operation of the language says where the parts of its arguments go. Directions are rows over the coordinates. All of it
is read at one point of the parameters; only `support` and `coupled` also count coordinates whose coefficient happens to be 0 there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from infograd.numeric.interpreter import Floats

Rows: TypeAlias = frozenset[tuple[float, ...]]
NONE: Rows = frozenset()


def rows_of(row: Floats) -> Rows:
    """The set of that row, empty where it is zero."""
    return frozenset({tuple(row.tolist())}) if row.any() else NONE


@dataclass(frozen=True, slots=True)
class Entry:
    """A number of the channel; `value` counts where it is neither random nor known, and `fixed` says that no parameter moves it.

    `row` is linear, `turned` are unobserved directions with observed coefficients, `shift` observed directions of an added function,
    `latent` the directions to integrate, `coupled` the support of what makes them. `random` says whether anything unobserved enters, `known` whether anything observed does.
    """

    row: Floats
    value: float = 0.0
    fixed: bool = False
    random: bool = False
    known: bool = False
    support: frozenset[int] = frozenset()
    turned: Rows = NONE
    shift: Rows = NONE
    latent: Rows = NONE
    coupled: frozenset[int] = frozenset()

    @property
    def constant(self) -> bool:
        """Whether nothing random enters, observed or not."""
        return not (self.random or self.known)

    @property
    def directions(self) -> Rows:
        """All directions on which the entry depends besides those that are integrated anyway."""
        return rows_of(self.row) | self.turned | self.shift

    def __add__(self, other: Entry) -> Entry:
        return Entry(
            self.row + other.row,
            self.value + other.value,
            self.fixed and other.fixed,
            self.random or other.random,
            self.known or other.known,
            self.support | other.support,
            self.turned | other.turned,
            self.shift | other.shift,
            self.latent | other.latent,
            self.coupled | other.coupled,
        )

    def scaled(self, factor: float, fixed: bool) -> Entry:
        """The entry times a number."""
        if factor == 0 and fixed:
            return Entry(np.zeros_like(self.row), fixed=True)
        return replace(self, row=self.row * factor, value=self.value * factor, fixed=self.fixed and fixed)

    def __neg__(self) -> Entry:
        return self.scaled(-1.0, True)

    def __sub__(self, other: Entry) -> Entry:
        return self + -other

    def __mul__(self, other: Entry) -> Entry:
        if self.constant:
            return other.scaled(self.value, self.fixed)
        if other.constant:
            return self.scaled(other.value, other.fixed)
        product = Entry(np.zeros_like(self.row), random=self.random or other.random, known=self.known or other.known, support=self.support | other.support)
        if self.random and other.random:
            return replace(product, latent=self.directions | self.latent | other.directions | other.latent, coupled=product.support)
        if not product.random:
            return replace(product, shift=self.directions | other.directions)
        known, random = (other, self) if self.random else (self, other)
        linear = random.turned | rows_of(random.row)
        latent = random.latent | known.directions
        return replace(product, turned=linear, shift=known.directions | random.directions, latent=latent, coupled=random.coupled | known.support)

    def through(self) -> Entry:
        """A function of the entry of which nothing is known but its argument."""
        still = replace(self, row=np.zeros_like(self.row), turned=NONE, shift=NONE, value=0.0, fixed=False)
        return replace(still, latent=self.latent | self.directions, coupled=self.support) if self.random else replace(still, shift=self.directions)
