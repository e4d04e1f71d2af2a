"""Checks of the integral representations (50)-(55) in the analytic room, exact for Gaussian outputs."""

from __future__ import annotations

from typing import Any

from infograd.question import Question
from infograd.verify.claims import cases
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import decided


def path_condition(case: tuple[str, dict[str, int]]) -> bool:
    """Whether the straight path of (alpha, beta) from a start to (1, 1/2) gives the information by itself: finite all along, and 0 at the start."""
    from infograd.analytic.theory.path_integral import blocked_at_start, stays_finite

    found, path = _field(case[0]), _path(case[1])
    return stays_finite(found, path) and blocked_at_start(found, path)


def _field(form: str) -> Any:
    from infograd.analytic.theory.path_integral import gradient_field

    channel = {"A": cases.MULTIPATH_A, "B": cases.MULTIPATH_B}[form].channel
    return gradient_field(Question(channel, ("X", "Y"), wrt=("alpha", "beta")))


def _path(start: dict[str, int]) -> Any:
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd.analytic.theory.path_integral import segment

    return segment({name: sympy.Integer(place) for name, place in start.items()}, {"alpha": sympy.S.One, "beta": sympy.Rational(1, 2)})


def _information_at_end(form: str) -> Any:
    from infograd.analytic.theory.path_integral import along, reference_information

    return reference_information(_field(form), {name: place.subs(along, 1 - along) for name, place in _path({"alpha": 0, "beta": 0}).items()})


def path_integral_is_the_difference() -> Outcome:
    """In both readings the line integral, by integrating a rational function, is I at the end minus I at the start; in the second it is 0 around a triangle."""
    import sympy

    from infograd.analytic.theory.path_integral import line_integral, loop_integral, reference_information

    path, outcomes = _path({"alpha": 0, "beta": 0}), []
    for form in ("A", "B"):
        field = _field(form)
        gained = line_integral(field, path)
        left = sympy.expand_log(_information_at_end(form) - reference_information(field, path) - gained, factor=True)
        outcomes.append(Outcome(left == 0, f"form {form}: the integral is {gained}, and I(end) - I(start) exceeds it by {left}"))
    corners = [{"alpha": sympy.Integer(a), "beta": sympy.Integer(b)} for a, b in ((0, 0), (1, 2), (-1, 1))]
    loop = loop_integral(_field("B"), corners)
    return every(*outcomes, Outcome(loop == 0, f"form B around a triangle: {loop}"))


def open_path_keeps_its_information() -> Outcome:
    """Form B with alpha = beta = 0: the second route stays open, and the integral falls short of I by 1/2 log(3/2)."""
    import sympy

    from infograd.analytic.theory.path_integral import line_integral

    gained = line_integral(_field("B"), _path({"alpha": 0, "beta": 0}))
    missing = sympy.expand_log(_information_at_end("B") - gained, factor=True)
    stated = sympy.expand_log(sympy.log(sympy.Rational(3, 2)) / 2, factor=True)
    return Outcome(sympy.expand(missing - stated) == 0, f"form B from the origin: the integral is {gained}, I is larger by {missing} = {float(missing):.12g}")


def trapezoid_error_is_bounded() -> Outcome:
    """The error of the trapezoid rule in 16 steps stays within h^2/12 max|d^3 I/ds^3|, and exceeds half of it along alpha."""
    import sympy

    from infograd.analytic.theory.path_integral import line_integral, line_integrand, segment, trapezoid, trapezoid_bound

    found = _field("A")
    path = segment({"alpha": sympy.S.Zero, "beta": sympy.S.Zero}, {"alpha": sympy.Rational(1, 2), "beta": sympy.S.Zero})
    integrand = line_integrand(found, path)
    error = abs(sympy.N(trapezoid(integrand, 16) - line_integral(found, path), 30))
    bound = trapezoid_bound(integrand, 16)
    return Outcome(bool(bound / 2 < error <= bound), f"error {float(error):.3e}, bound {float(bound):.3e}")


def _outputs() -> Any:
    """A scalar output with symbols, and one in two dimensions with noise inside, in rationals."""
    import sympy

    from infograd.analytic.theory.fisher import GaussianOutput, scalar_output

    scalar = scalar_output(sympy.Symbol("g", real=True), sympy.Symbol("P", positive=True), sympy.Symbol("v", positive=True))
    noise = sympy.Matrix([[2, sympy.Rational(1, 2)], [sympy.Rational(1, 2), 1]])
    signal = sympy.Matrix([[1, 2], [2, 5]])
    return (("scalar", scalar), ("vector", GaussianOutput(signal + noise, noise)))


def de_bruijn() -> Outcome:
    """d h(Y_t)/dt = tr (V + t)^-1/2, and likewise given X."""
    from infograd.analytic.theory.fisher import slope_of_log

    return every(
        *(
            decided(
                name,
                slope_of_log(found.smoothed[0].det()) - found.fisher_information / 2,
                slope_of_log(found.smoothed[1].det()) - found.conditional_fisher_information / 2,
            )
            for name, found in _outputs()
        )
    )


def information_falls_with_added_noise() -> Outcome:
    """dI(X;Y_t)/dt = (J_F(Y_t) - J_F(Y_t|X))/2."""
    from infograd.analytic.theory.fisher import slope_of_log

    return every(
        *(
            decided(name, slope_of_log(found.smoothed_ratio) - (found.fisher_information - found.conditional_fisher_information) / 2)
            for name, found in _outputs()
        )
    )


def score_gap_is_a_difference() -> Outcome:
    """E||s_(Y_t|X) - s_(Y_t)||^2 by second moments is J_F(Y_t|X) - J_F(Y_t)."""
    return every(*(decided(name, found.conditional_fisher_information - found.fisher_information - found.score_gap) for name, found in _outputs()))


def score_gap_integrates_to_the_information() -> Outcome:
    """1/2 log det(V + t)/det(E + t) falls at the rate of half the gap, from I at t = 0 to 0; a weight of t would make the integral infinite."""
    import sympy

    from infograd.analytic.theory.fisher import added, limit_at_infinity, slope_of_log

    outcomes = []
    for name, found in _outputs():
        start = sympy.cancel(found.smoothed_ratio.subs(added, 0) - found.covariance.det() / found.given_input.det())
        end, weighted = sympy.limit(found.smoothed_ratio, added, sympy.oo), limit_at_infinity(found.score_gap, added)
        outcomes.append(decided(name, slope_of_log(found.smoothed_ratio) + found.score_gap / 2, start, end - 1))
        outcomes.append(Outcome(weighted != 0, f"{name}: with a weight of t the integrand falls like {weighted}/t, whose integral is infinite"))
    return every(*outcomes)


def tail_has_its_expansion() -> Outcome:
    """Beyond T: tr Cov(E[Y|X])/(2T) - tr(V^2 - E^2)/(4T^2), for a scalar -g^2 P (g^2 P + 2v)/(4T^2), by the limits of T^k times what is left."""
    import sympy

    from infograd.analytic.theory.fisher import added

    outcomes = []
    for name, found in _outputs():
        u = sympy.Symbol("u", positive=True)
        ratio = sympy.cancel(found.smoothed_ratio.subs(added, 1 / u))
        slope = sympy.cancel(sympy.diff(ratio, u) / ratio / 2)
        terms = [slope.subs(u, 0), sympy.diff(slope, u).subs(u, 0) / 2]
        stated = sympy.Poly(sympy.expand(found.tail_expansion(2).subs(added, 1 / u)), u)
        outcomes.append(decided(name, *(term - stated.coeff_monomial(u ** (place + 1)) for place, term in enumerate(terms))))
    return every(*outcomes)
