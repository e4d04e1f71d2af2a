"""Linear Gaussian cascades of any length in closed form.

V_0 = X ~ N(0, P), V_k = a_k V_{k-1} + N_k with Var N_k = s_k, Y = V_L. With S = P a_1^2 ... a_L^2 (the signal's power at Y)
and n_k = s_k a_{k+1}^2 ... a_L^2 (what stage k adds to the noise at Y), I(X;Y) = 1/2 log(1 + S/(n_1 + ... + n_L)) nats.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.channel import Channel, Gate, Source
from infograd.error import SpecificationError
from infograd.expression import Parameter
from infograd.law import Normal
from infograd.question import Question


@dataclass(frozen=True, slots=True)
class Cascade:
    """A cascade by its input power P, gains a_1..a_L and noise variances s_1..s_L, each a number or an expression.

    Raises: SpecificationError where there is no stage, or not one noise variance for each gain.
    Source: arXiv:2601.01789, eq. (5), eqs. (31)-(32).
    """

    power: Symbolic
    gains: tuple[Symbolic, ...]
    noises: tuple[Symbolic, ...]

    def __post_init__(self) -> None:
        if not self.gains or len(self.gains) != len(self.noises):
            raise SpecificationError(f"a cascade got {len(self.gains)} gains and {len(self.noises)} noise variances; give it one of each for every stage.")

    def _gain_after(self, stage: int) -> Symbolic:
        return sympy.prod(gain**2 for gain in self.gains[stage:])

    def _noise_from(self, stage: int) -> Symbolic:
        """The power at Y of the noises that enter at stages `stage`, ..., L."""
        return sum(self.noises[each - 1] * self._gain_after(each) for each in range(stage, len(self.gains) + 1))

    @property
    def signal(self) -> Symbolic:
        """S, the power of X's part of Y."""
        return self.power * self._gain_after(0)

    @property
    def noise(self) -> Symbolic:
        """Var(Y|X) = n_1 + ... + n_L."""
        return self._noise_from(1)

    @property
    def signal_to_noise(self) -> Symbolic:
        """S / Var(Y|X)."""
        return self.signal / self.noise

    @property
    def information(self) -> Symbolic:
        """I(X;Y) in nats.

        Source: arXiv:2601.01789, eq. (33) for two stages.
        """
        return sympy.log(1 + self.signal_to_noise) / 2

    @property
    def stage_ratios(self) -> tuple[Symbolic, ...]:
        """What each stage receives to what it adds, a_k^2 Var V_{k-1} / s_k.

        One over each is the loss of a stage, and losses multiply: 1 + 1/ratio of the cascade is the product of 1 + 1/ratio of its
        stages, because the squared correlation of X and Y is the product of those of the Markov chain's neighbours.
        """
        received, ratios = self.power, []
        for gain, noise in zip(self.gains, self.noises, strict=True):
            ratios.append(gain**2 * received / noise)
            received = gain**2 * received + noise
        return tuple(ratios)

    @property
    def gain_slopes(self) -> tuple[Symbolic, ...]:
        """dI/da_k = P a_k (prod of the other a^2) (n_k + ... + n_L) / (Var(Y|X) Var Y), k = 1..L.

        The noise that enters before stage k is stretched with the signal and drops out of the last factor.
        Source: arXiv:2601.01789, eq. (34) for the first of two stages.
        """
        both = self.noise * (self.signal + self.noise)
        others = (sympy.prod(gain**2 for place, gain in enumerate(self.gains) if place != stage) for stage in range(len(self.gains)))
        return tuple(self.power * self.gains[stage] * rest * self._noise_from(stage + 1) / both for stage, rest in enumerate(others))

    @property
    def noise_slopes(self) -> tuple[Symbolic, ...]:
        """dI/ds_k = -1/2 a_{k+1}^2 ... a_L^2 S / (Var(Y|X) Var Y), k = 1..L."""
        both = self.noise * (self.signal + self.noise)
        return tuple(-self._gain_after(stage) * self.signal / both / 2 for stage in range(1, len(self.gains) + 1))

    @property
    def power_slope(self) -> Symbolic:
        """dI/dP = 1/2 a_1^2 ... a_L^2 / Var Y."""
        return self._gain_after(0) / (self.signal + self.noise) / 2


def symbolic_cascade(length: int) -> Cascade:
    """The cascade of `length` stages in the symbols P, a1.., s1..; variances are positive, gains real.

    Raises: SpecificationError for a length below 1.
    """
    stages = range(1, length + 1)
    gains = tuple(sympy.Symbol(f"a{stage}", real=True) for stage in stages)
    return Cascade(sympy.Symbol("P", positive=True), gains, tuple(sympy.Symbol(f"s{stage}", positive=True) for stage in stages))


def cascade_question(length: int) -> Question:
    """I(X;V_L) of the same cascade as a question in the parameters P, a1.., s1.., all 1.

    Raises: SpecificationError for a length below 1.
    """
    if isinstance(length, bool) or not isinstance(length, int) or length < 1:
        raise SpecificationError(f"the length of a cascade is {length!r}; it must be a whole number of at least 1.")
    source = Source("X", Normal(0, Parameter("P")))
    nodes: list[Source | Gate] = [source]
    for stage in range(1, length + 1):
        nodes.append(Gate(f"V{stage}", Parameter(f"a{stage}") * nodes[-1], noise=Normal(0, Parameter(f"s{stage}"))))
    channel = Channel(*nodes)
    return Question(channel, between=("X", f"V{length}"), at={parameter.name: 1 for parameter in channel.parameters})
