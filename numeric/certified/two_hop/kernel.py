"""The second stage of a cascade: p(y | mu) = int N(v; mu, 1) N(y; T(v), 1) dv on lattices of v and y, with its proven error (Lemma K).

T(v) = a g(c + t v) within B of 0. The sum over v = ih costs q = exp(a^2/2) exp(beta^2/2) 2/(exp(2 pi a/h) - 1) on the edges and the tail beyond |v| = r.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from flint import arb, arb_mat

from infograd.numeric.certified.cascade_inputs import roomy
from infograd.numeric.certified.inner import envelope, inner_factor, normal_peak, upper_tail
from infograd.numeric.certified.maps import LineBounds
from infograd.numeric.certified.nodes import TooManyNodesError, longest_step
from infograd.numeric.certified.polynomials import Polynomial, applied
from infograd.numeric.certified.signal import Component, Smooth

WIDEST = 6.0
MOST_CELLS = 2_000_000


def mean_size() -> arb:
    """E|xi| = sqrt(2/pi), xi ~ N(0, 1)."""
    return (2 / arb.pi()).sqrt()


@dataclass(frozen=True)
class SecondStage:
    """T(v) = a g(c + t v) with the parameters that move it."""

    law: Smooth
    names: tuple[str, ...]

    @property
    def component(self) -> Component:
        """c and t."""
        return self.law.components[0]

    @property
    def half_range(self) -> arb:
        """B."""
        return roomy(self.law.half_range)

    def line(self, width: arb) -> LineBounds:
        """rho and beta of T, d1 and d2 of g, on |Im v| = width."""
        bounds, size = self.law.map.line(abs(self.component.spread.value) * width), abs(self.law.amplitude.value)
        return LineBounds(size * bounds.rho, size * bounds.beta, bounds.d1, bounds.d2)

    def slope_on_axis(self, name: str) -> Polynomial:
        """A polynomial in |v| above |dT| for real v."""
        return self.law.axis(self.component, (name,))

    def slope_on_line(self, name: str, width: arb) -> Polynomial:
        """The same for |Im v| = width."""
        return self.law.edge(self.component, (name,), self.law.map.line(abs(self.component.spread.value) * width))

    def widest(self) -> float:
        """The widest strip in v that is looked at."""
        spread, strip = abs(float(self.component.spread.value)), self.law.map.strip
        return WIDEST if strip is None or spread == 0 else min(WIDEST, 0.995 * float(strip) / spread)


@dataclass(frozen=True)
class Kernel:
    """N(y_j; T(v_i), 1) and its derivatives over v_i = ih, |i| <= count, and the outputs y_j."""

    stage: SecondStage
    outputs: tuple[arb, ...]
    width: arb
    step: arb
    count: int

    @cached_property
    def line(self) -> LineBounds:
        """The bounds on the edges of the strip."""
        return self.stage.line(self.width)

    @cached_property
    def factor(self) -> arb:
        """q."""
        return (self.width**2 / 2).exp() * inner_factor(self.width, self.step, self.line.beta, arb(1))

    @cached_property
    def places(self) -> list[arb]:
        """v_i."""
        return [self.step * node for node in range(-self.count, self.count + 1)]

    @cached_property
    def values(self) -> tuple[list[arb], dict[str, list[arb]]]:
        """T(v_i) and its derivatives."""
        found = [self.stage.law.values(self.stage.component, v, tuple((name,) for name in self.stage.names)) for v in self.places]
        return [value for value, _ in found], {name: [moves[(name,)] for _, moves in found] for name in self.stage.names}

    @cached_property
    def matrices(self) -> tuple[arb_mat, dict[str, arb_mat]]:
        """N(y_j; T(v_i), 1), and dT (y_j - T) N by parameter, rows over v."""
        places, moves = self.values
        peak = normal_peak(arb(1))
        away = [[y - place for y in self.outputs] for place in places]
        bells = [[(-(distance * distance) / 2).exp() / peak for distance in row] for row in away]
        slopes = [[bell * distance for bell, distance in zip(*rows, strict=True)] for rows in zip(bells, away, strict=True)]
        moved = {name: arb_mat([[move * slope for slope in row] for move, row in zip(moves[name], slopes, strict=True)]) for name in self.stage.names}
        return arb_mat(bells), moved

    @cached_property
    def envelopes(self) -> tuple[list[arb], list[arb]]:
        """g_rho and g_0 at the outputs."""
        half_range = self.stage.half_range
        return [envelope(y, half_range, self.line.rho, arb(1)) for y in self.outputs], [envelope(y, half_range, arb(0), arb(1)) for y in self.outputs]

    def moments(self, reach: arb) -> tuple[tuple[arb, arb, arb], tuple[arb, arb, arb]]:
        """q E|v + ia|^k and the tail of |v|^k, k = 0, 1, 2, for v ~ N(mu, 1), |mu| <= reach.

        Raises: ValueError where the lattice ends within 2 of the reach.
        """
        away = self.step * self.count - reach
        if not away >= 2:
            raise ValueError(f"the lattice of v ends {away} beyond the means; the tails need 2.")
        beyond, density = upper_tail(away), (-(away**2) / 2).exp() / normal_peak(arb(1))
        edge = arb(1), reach + mean_size() + self.width, reach**2 + 1 + self.width**2
        tail = beyond, reach * beyond + density, reach**2 * beyond + 2 * reach * density + away * density + beyond
        return (self.factor * edge[0], self.factor * edge[1], self.factor * edge[2]), (2 * tail[0], 2 * tail[1], 2 * tail[2])

    def moment_errors(self, power: int, reach: arb) -> list[arb]:
        """The error of sum_i h v_i^power N(v_i; mu, 1) N(y_j; T(v_i), 1), |mu| <= reach, at every output."""
        edge, tail = self.moments(reach)
        return [edge[power] * wide + tail[power] * narrow for wide, narrow in zip(*self.envelopes, strict=True)]

    def mean_slope_errors(self, reach: arb) -> list[arb]:
        """The error of the sum for dp/dmu, whose integrand has the factor v - mu."""
        away = self.step * self.count - reach
        edge, tail = self.factor * (mean_size() + self.width), 2 * (-(away**2) / 2).exp() / normal_peak(arb(1))
        return [edge * wide + tail * narrow for wide, narrow in zip(*self.envelopes, strict=True)]

    def slope_errors(self, name: str, reach: arb) -> list[arb]:
        """The error of the sum for dp by a parameter of the second stage."""
        edge, tail = self.moments(reach)
        on_edge, on_axis = applied(self.stage.slope_on_line(name, self.width), edge), applied(self.stage.slope_on_axis(name), tail)
        off = self.line.rho + self.line.beta
        away = [abs(y) + self.stage.half_range for y in self.outputs]
        return [on_edge * (far + off) * wide + on_axis * far * narrow for far, wide, narrow in zip(away, *self.envelopes, strict=True)]

    def rows(self, means: list[arb]) -> list[list[arb]]:
        """h N(v_i; mu, 1), one row for each mean."""
        scale = self.step / normal_peak(arb(1))
        return [[scale * (-(v - mean) * (v - mean) / 2).exp() for v in self.places] for mean in means]


def kernel(stage: SecondStage, outputs: tuple[arb, ...], reach: float, nats: float) -> Kernel:
    """The lattice of v whose error is near exp(-nats) for all |mu| <= reach.

    Raises: TooManyNodesError beyond the cap.
    """
    step, width = longest_step(stage.widest(), nats, lambda width: stage.line(width).beta ** 2 / 2)
    if step == 0:
        raise TooManyNodesError("the second map grows beyond all bounds in every strip that was tried")
    count = int((reach + math.sqrt(2 * nats)) / step) + 1
    cells = 2 * count * len(outputs)
    if cells > MOST_CELLS:
        raise TooManyNodesError(f"the lattices of relay and output would take {cells:.1e} cells, and at most {MOST_CELLS:.0e} are taken")
    return Kernel(stage, outputs, arb(width), arb(step), count)
