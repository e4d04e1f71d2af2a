"""Where a derivative of the information certainly changes sign, and whether that is a strict local maximum."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from infograd.array import exact
from infograd.error import SpecificationError
from infograd.numeric.certified.enclosures import Enclosure
from infograd.numeric.certified.one_stage import RadiusError, certify
from infograd.question import Question

FIRST, SHARPEST = 8, 48
SHIFT = Fraction(1, 16)


@dataclass(frozen=True, slots=True)
class SignChange:
    """dI/d(parameter) has the sign `before` at `low`, the opposite one at `high`, and so vanishes between."""

    question: Question
    parameter: str
    low: Fraction
    high: Fraction
    before: int

    def curvature(self) -> Enclosure:
        """d2I/d(parameter)^2 on the whole bracket.

        A wide bracket gives a wide enclosure.
        """
        middle, half = (self.low + self.high) / 2, (self.high - self.low) / 2
        question = Question(self.question.channel, self.question.between, (), self.parameter, {**self.question.at, self.parameter: middle}, order=2)
        try:
            certificate = certify(question, radius=max(half, Fraction(1, 10**12)), around={self.parameter: half})
        except RadiusError as reason:
            certificate = reason.best
        return certificate.hessian[f"{self.parameter},{self.parameter}"]

    def is_strict_local_maximum(self) -> bool:
        """Whether d2I < 0 certainly on the whole bracket: then the zero is the only one in it, and a strict local maximum."""
        return self.before > 0 and self.curvature().sign < 0


def slope_sign(question: Question, parameter: str, value: Fraction) -> int:
    """The sign of dI/d(parameter) where it is certain, 0 where a radius of 1e-48 does not tell."""
    point = Question(question.channel, question.between, (), parameter, {**question.at, parameter: value}, question.quantity, order=1)
    digits = FIRST
    while digits <= SHARPEST:
        try:
            found = certify(point, radius=Fraction(1, 10**digits)).gradient[parameter]
        except RadiusError as reason:
            found = reason.best.gradient[parameter]
        if found.sign:
            return found.sign
        digits *= 2
    return 0


def sign_change(
    question: Question, parameter: str, low: Fraction | str | float, high: Fraction | str | float, *, width: Fraction | str | float = Fraction(1, 10**9)
) -> SignChange:
    """A bracket of at most that width in which dI/d(parameter) certainly changes sign, by bisection on certain signs.

    Raises: SpecificationError where the signs at the ends are not certain and opposite; OutsideTheoremError as `certify` does.
    """
    left, right, most = exact(low, "low"), exact(high, "high"), exact(width, "the width")
    if not (left < right and most > 0):
        raise SpecificationError(f"the bracket is [{left}, {right}] with width {most}; give low < high and a positive width.")
    before, after = slope_sign(question, parameter, left), slope_sign(question, parameter, right)
    if before * after != -1:
        raise SpecificationError(f"dI/d{parameter} has the signs {before} and {after} at {left} and {right}; give ends where they are certain and opposite.")
    while right - left > most:
        middle = (left + right) / 2
        sign = slope_sign(question, parameter, middle)
        if not sign:
            middle += SHIFT * (right - left)
            sign = slope_sign(question, parameter, middle)
        if not sign:
            break
        left, right = (middle, right) if sign == before else (left, middle)
    return SignChange(question, parameter, left, right, before)
