"""The constants of every verdict, in one place; a change to one is a decision, with its reason in the history.

allowed = rtol*scale + proved_a + proved_b + safety*(estimated_a + estimated_b) + t*hypot(stderr_a, stderr_b)
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """How replies are compared.

    `rtol` covers the rounding of a last operation; `safety` multiplies error estimates, which are no bounds; `alpha` is
    the false-alarm probability of one judgement, shared among its comparisons; a comparison allowed more than
    `power` times the scale of what it compares could not have failed; `least_scale` (nats, per unit of the parameter)
    is the scale below which a difference is of no interest.
    """

    rtol: float = 2.0**-46
    safety: float = 2.0
    alpha: float = 1e-6
    power: float = 0.25
    least_scale: float = 1e-6


STANDARD = Policy()
