"""The pieces of the output's axis between which the density of B is smooth, and changes of variable for each."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import arb, ctx

from tests.numeric.corpus.arithmetic import Jet
from tests.numeric.corpus.branch import Branch, End
from tests.numeric.corpus.laws import BREAKS, reach, real
from tests.numeric.corpus.reading import Stage


@dataclass(frozen=True, slots=True)
class Special:
    """A height that f takes at an end, a kink, a turn or an atom, or such a height moved by the noise."""

    near: float
    exact: Any


def heights(branches: Sequence[tuple[Branch, Callable[[End, Any], Any]]], atoms: Sequence[Any]) -> list[Special]:
    """What f is at the ends of the pieces of every branch, given with f there in the arithmetic at hand, and at the points of the source."""
    return distinct([*(mapped(end, step) for branch, mapped in branches for end, step in branch.edges()), *atoms])


def distinct(values: Sequence[Any]) -> list[Special]:
    """The values in order, those that agree to 1e-12 once."""
    found: list[Special] = []
    for special in sorted((Special(_near(value), value) for value in values), key=lambda special: special.near):
        if not found or special.near - found[-1].near > 1e-12 * max(1.0, abs(special.near)):
            found.append(special)
    return found


def _near(value: Any) -> float:
    return float(real(value.value if isinstance(value, Jet) else value))


def pieces(stage: Stage, heights: Sequence[Special], ball: Callable[[float], Any]) -> tuple[list[Special], list[float]]:
    """Ends between which the density is smooth, and heights worth a cut; without a rough noise the ends are those of the axis."""
    low, high = math.inf, -math.inf
    rough, soft = [], []
    for part in stage.noise:
        location, scale = _near(part.location), _near(part.scale)
        left, right = reach(part.kind, part.freedom)
        low, high = min(low, heights[0].near + location + scale * left), max(high, heights[-1].near + location + scale * right)
        for special in heights:
            soft.append(special.near + location)
            rough += [special.exact + part.location + ball(place) * part.scale for place in BREAKS.get(part.kind, ())]
    ends = distinct(rough)
    if not ends:
        return [Special(low, ball(low)), Special(high, ball(high))], soft
    before = [Special(low, ball(low))] if low < ends[0].near - 1e-9 else []
    after = [Special(high, ball(high))] if high > ends[-1].near + 1e-9 else []
    return [*before, *ends, *after], soft


def double_exponential(low: Any, high: Any, tau: Any) -> tuple[Any, Any]:
    """y between two ends and dy/dtau, y - low about exp(-pi exp(-tau)/2) at the lower end."""
    e = (arb.pi() * tau.sinh()).exp() if tau.mid() < 0 else (-arb.pi() * tau.sinh()).exp()
    part = e / (1 + e)
    y = low + (high - low) * part if tau.mid() < 0 else high - (high - low) * part
    return y, (high - low) * arb.pi() * tau.cosh() * e / (1 + e) ** 2


def error_function(low: Any, high: Any, tau: Any) -> tuple[Any, Any]:
    """y between two ends and dy/dtau, y - low about exp(-tau^2) at the lower end."""
    part = tau.erfc() / 2 if tau.mid() > 0 else (-tau).erfc() / 2
    y = high - (high - low) * part if tau.mid() > 0 else low + (high - low) * part
    return y, (high - low) * (-tau * tau).exp() / arb.pi().sqrt()


def extents() -> tuple[float, float]:
    """Where both changes of variable come as near to an end as the precision holds."""
    digits = ctx.dps - 12
    return math.asinh(digits * math.log(10) / math.pi), math.sqrt(digits * math.log(10))


def plain_entropy(p: Any) -> Any:
    """-p log p, 0 where p is not certainly positive (and then below the last digit kept)."""
    return -p * p.log() if p > 0 else arb(0)
