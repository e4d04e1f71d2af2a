"""One comparison: a gap, what the doubts of both sides allow, and the status that follows."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from infograd.array import Shape
from infograd.quantity import Infinite, Undefined
from infograd.verdict import Comparison, Expectation, Side, Status
from infograd.verify.policy import Policy


def student_quantile(alpha: float, dof: float) -> float:
    """The two-sided quantile t with P(|T| > t) = alpha for Student's law; the normal law's where dof is infinite."""
    from scipy import special

    return -float(special.ndtri(alpha / 2) if math.isinf(dof) else special.stdtrit(dof, alpha / 2))


def pooled_dof(left: Side, right: Side) -> float:
    """Welch and Satterthwaite's degrees of freedom of the difference of two estimates."""
    squares = [(float(side.doubt.stderr) ** 2, side.doubt.dof) for side in (left, right)]  # type: ignore[arg-type]  # the doubt of one entry
    spread = sum(square**2 / dof for square, dof in squares)
    return sum(square for square, _ in squares) ** 2 / spread if spread > 0 else math.inf


def _gap(left: Any, right: Any) -> float:
    if isinstance(left, Infinite | Undefined) or isinstance(right, Infinite | Undefined):
        return 0.0 if type(left) is type(right) else math.inf
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return float(abs(left - right))
    if math.isfinite(left) and math.isfinite(right):
        return float(abs(Fraction(left) - Fraction(right)))
    return math.nan


def magnitude(value: Any) -> float:
    """The absolute value of a finite entry; 0 for an infinite or undefined one."""
    return 0.0 if isinstance(value, Infinite | Undefined) else abs(float(value))


def allowed_gap(left: Side, right: Side, scale: float, alpha: float, policy: Policy) -> float:
    """The gap that rounding and the doubts of both sides allow at the false-alarm probability `alpha`."""
    proved, estimated, squared = 0.0, 0.0, 0.0
    for side in (left, right):
        proved += float(side.doubt.proved)  # type: ignore[arg-type]  # the doubt of one entry
        estimated += float(side.doubt.estimated)  # type: ignore[arg-type]
        squared += float(side.doubt.stderr) ** 2  # type: ignore[arg-type]
    random = student_quantile(alpha, pooled_dof(left, right)) * math.sqrt(squared) if squared else 0.0
    return policy.rtol * scale + proved + policy.safety * estimated + random


def compare(
    quantity: str,
    index: Shape,
    left: Side,
    right: Side,
    *,
    floor: float,
    alpha: float,
    policy: Policy,
    expected: Expectation | None = None,
) -> Comparison:
    """The comparison of two statements about one entry.

    A gap that is not within what is allowed (NaN never is) disagrees, and is judged before width; then a comparison that
    was allowed more than power*scale is powerless.
    """
    scale = max(magnitude(left.value), magnitude(right.value), floor)
    gap = _gap(left.value, right.value)
    allowed = allowed_gap(left, right, scale, alpha, policy)
    if not gap <= allowed:
        status = Status.DISAGREE
    elif not allowed <= policy.power * scale:
        status = Status.POWERLESS
    else:
        status = Status.AGREE
    return Comparison(quantity, index, left, right, gap, allowed, scale, status, expected or Expectation(Status.AGREE, ""))
