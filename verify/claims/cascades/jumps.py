"""Checks in the analytic room of what a jump does to the statements about cascades, of a map and of a noise density."""

from __future__ import annotations

from fractions import Fraction

from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.outcome import every

PLACE = Fraction(1, 2)


def mass_moves_across_a_jump() -> Outcome:
    """The density e^-(y - theta x) beyond its jump at theta x: the integral of its derivative in theta is x, the derivative of its integral 0."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    x, theta, distance = sympy.symbols("x theta distance", positive=True)
    y = sympy.Symbol("y", real=True)
    density = sympy.exp(-(y - theta * x))
    inside = sympy.integrate(sympy.diff(density, theta).subs(y, theta * x + distance), (distance, 0, sympy.oo))
    mass = sympy.integrate(density.subs(y, theta * x + distance), (distance, 0, sympy.oo))
    return Outcome(inside == x and sympy.diff(mass, theta) == 0, f"the integral of the derivative is {inside}, the mass {mass}")


def _misses(name: str) -> Outcome:
    import sympy

    from infograd.analytic.theory import boundary_cases

    case = getattr(boundary_cases, name)()
    at = {boundary_cases.theta: sympy.Rational(PLACE.numerator, PLACE.denominator)}
    slope, formula = (sympy.N(each.subs(at), 30) for each in (case.slope, case.formula))
    words = f"{name.replace('_', ' ')} at theta = {PLACE}: dI/dtheta = {float(slope):.12g}, the score difference gives {float(formula):.12g}"
    return Outcome(bool(abs(slope - formula) > sympy.Rational(1, 10**20)), words)


def jumps_are_missed() -> Outcome:
    """A map with a jump, and a noise whose density has one."""
    return every(_misses("threshold_map"), _misses("exponential_noise"))


def jump_of_the_map_is_missed() -> Outcome:
    """A map with a jump."""
    return _misses("threshold_map")
