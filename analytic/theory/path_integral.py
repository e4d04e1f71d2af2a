"""The path integral I(theta_1) - I(theta_0) = int grad I . dtheta, exactly, along paths that are rational functions of s in [0, 1].

It gives a value of I only with the value at the path's start, and only along paths on which I stays finite: setting parameters to
0 does not block the signal where a route around them stays open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.expression import Symbolic
from infograd.analytic.forms.closed_form import ClosedForm, closed_form
from infograd.answer import Refusal
from infograd.error import SpecificationError
from infograd.question import Question

Path: TypeAlias = Mapping[str, Symbolic]  # each moving parameter as an expression in `along`, with rational coefficients

along = sympy.Symbol("s", real=True)


@dataclass(frozen=True, slots=True)
class Field:
    """A field over parameters: its components by name, expressions in the symbols of the same names, and the information it is the gradient of, if any."""

    components: tuple[tuple[str, Symbolic], ...]
    symbols: tuple[tuple[str, Symbolic], ...]
    ratio: Symbolic | None = None

    def at(self, expression: Symbolic, path: Path) -> Symbolic:
        """An expression in the symbols as a rational function of s.

        Raises: SpecificationError for a path that names a parameter the field does not have, or leaves one out.
        """
        symbols = dict(self.symbols)
        if path.keys() != symbols.keys():
            raise SpecificationError(f"the path moves {', '.join(sorted(path)) or 'nothing'}; give a place for each of {', '.join(sorted(symbols))}.")
        return sympy.cancel(sympy.sympify(expression).subs({symbols[name]: place for name, place in path.items()}, simultaneous=True))


def gradient_field(question: Question) -> Field | Refusal:
    """The gradient of a question's information in the parameters `wrt`, all others at their values, or the refusal of its closed form.

    Raises: SpecificationError for a parameter that is not a scalar.
    """
    found = closed_form(question)
    if not isinstance(found, ClosedForm):
        return found
    wide = [name for name in question.wrt if isinstance(found.symbols[name], tuple)]
    if wide:
        raise SpecificationError(f"parameter {wide[0]!r} is not a scalar; write a path for scalar parameters.")
    fixed = {symbol: value for symbol, value in found.substitutions(question.at).items() if symbol not in {found.symbols[name] for name in question.wrt}}
    components = tuple((name, found.gradient[name].subs(fixed)) for name in question.wrt)
    return Field(components, tuple((name, found.symbols[name]) for name in question.wrt), found.ratio.subs(fixed))


def line_integrand(field: Field, path: Path) -> Symbolic:
    """The field's component along the path, sum_i F_i(theta(s)) theta_i'(s), in lowest terms."""
    return sympy.cancel(sum((field.at(component, path) * sympy.diff(path[name], along) for name, component in field.components), sympy.S.Zero))


def line_integral(field: Field, path: Path) -> Symbolic:
    """int_0^1 of the line integrand, exactly, by the integration of rational functions.

    Raises: SpecificationError where the integrand has a pole on the path.
    Source: arXiv:2601.01789, eq. (50).
    """
    integrand = line_integrand(field, path)
    if _vanishes_between(sympy.fraction(integrand)[1]):
        raise SpecificationError("the gradient is infinite on the path; choose a path on which the information stays finite.")
    primitive = sympy.integrate(integrand, along)
    return sympy.expand_log(primitive.subs(along, 1) - primitive.subs(along, 0), factor=True)


def loop_integral(field: Field, corners: Sequence[Mapping[str, Symbolic]]) -> Symbolic:
    """The line integral along the segments from corner to corner and back to the first: 0 for every gradient."""
    pairs = zip(corners, [*corners[1:], corners[0]], strict=True)
    return sum((line_integral(field, segment(start, end)) for start, end in pairs), sympy.S.Zero)


def segment(start: Mapping[str, Symbolic], end: Mapping[str, Symbolic]) -> Path:
    """The straight path between two points.

    Raises: SpecificationError where the points do not name the same parameters.
    """
    if start.keys() != end.keys():
        raise SpecificationError(f"the path starts at a place of {', '.join(start)} and ends at one of {', '.join(end)}; name the same parameters in both.")
    return {name: place + along * (sympy.sympify(end[name]) - place) for name, place in start.items()}


def reference_information(field: Field, path: Path) -> Symbolic:
    """I at the start of the path: what eq. (50) must be given, and 0 only where every route is closed there."""
    return sympy.log(field.at(_ratio(field), path).subs(along, 0)) / 2


def stays_finite(field: Field, path: Path) -> bool:
    """Whether I is finite on the whole path: its ratio has no pole and no zero for s in [0, 1], decided by Sturm's theorem."""
    return not any(map(_vanishes_between, sympy.fraction(field.at(_ratio(field), path))))


def blocked_at_start(field: Field, path: Path) -> bool:
    """Whether I = 0 at the start of the path, so that the integral alone is the information."""
    return bool(reference_information(field, path) == 0)


def _ratio(field: Field) -> Symbolic:
    if field.ratio is None:
        raise SpecificationError("the field is the gradient of no information; take one from gradient_field.")
    return field.ratio


def _vanishes_between(polynomial: Symbolic) -> bool:
    found = sympy.Poly(polynomial, along)
    return bool(found.count_roots(0, 1)) if found.degree() > 0 else found.is_zero


def trapezoid(integrand: Symbolic, steps: int) -> Symbolic:
    """The trapezoid rule for int_0^1 with `steps` equal steps, exact in rationals.

    Raises: SpecificationError for less than one step.
    """
    if steps < 1:
        raise SpecificationError(f"the trapezoid rule got {steps} steps; give it at least 1.")
    places = [sympy.Rational(place, steps) for place in range(steps + 1)]
    values = [integrand.subs(along, place) for place in places]
    return (sum(values) - (values[0] + values[-1]) / 2) / steps


def trapezoid_bound(integrand: Symbolic, steps: int) -> Symbolic:
    """max |d^3 I/ds^3| h^2/12 with h = 1/steps, the bound on the trapezoid rule's error for an integrand dI/ds without poles on [0, 1].

    The maximum is taken over the ends and the exactly isolated roots of the fourth derivative's numerator, to 30 digits at those.
    """
    second = sympy.cancel(sympy.diff(integrand, along, 2))
    numerator: Symbolic = sympy.Poly(sympy.fraction(sympy.cancel(sympy.diff(second, along)))[0], along)
    inner = [root for root in (numerator.real_roots() if numerator.degree() > 0 else ()) if 0 < root < 1]
    sizes = [abs(second.subs(along, place)) for place in (0, 1)] + [abs(sympy.N(second.subs(along, place), 30)) for place in inner]
    return max(sizes) / (12 * steps**2)
