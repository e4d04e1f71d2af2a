"""Checks of the statements about directed acyclic graphs in the analytic room: identities of rational functions, exact rationals and closed forms."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from infograd.answer import Answer
from infograd.error import SpecificationError
from infograd.question import Question
from infograd.verify.claims import cases
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import decided


def _identities(question: Question, form: str = "difference") -> tuple[Any, ...]:
    from infograd.analytic import identities

    found = identities.decide(question, forms=(form,))
    if not isinstance(found, tuple):
        raise SpecificationError(found.reason)
    return found


def score_formula_is_the_gradient() -> Outcome:
    """Theorem 2's expression and the direct derivative are one function of all parameters, on both multipath channels and on a generic graph."""

    def decided(name: str, question: Question) -> Outcome:
        proofs = _identities(question)
        return Outcome(
            all(proof.holds for proof in proofs), f"{name}: {sum(proof.holds for proof in proofs)} of {len(proofs)} identities hold in {proofs[0].ring}"
        )

    return every(
        decided("multipath A", cases.MULTIPATH_A), decided("multipath B", cases.MULTIPATH_B), decided("generic graph of four gates", cases.generic_graph())
    )


def _fails_exactly(question: Question, parameter: str, slope: Fraction, where: str) -> Outcome:
    """Whether the exact slope is the stated one while the score formula is another function."""
    from infograd import analytic

    (proof,) = _identities(question)
    reply = analytic.answer(question)
    if not isinstance(reply, Answer):
        return Outcome(False, reply.reason)
    found = reply.gradient[parameter].value
    joint = all(each.holds for each in _identities(question, "joint"))
    said = (
        f"{where}: dI/d{parameter} = {found} exactly, the joint form {'is' if joint else 'is not'} the gradient, the score formula misses it by {proof.witness}"
    )
    return Outcome(found == slope and not proof.holds and joint, said)


def score_formula_between_inner_nodes() -> Outcome:
    """dI(V;Y)/da = 1/2 at ones, and the formula is another function."""
    return _fails_exactly(cases.between_inner_nodes(), "a", Fraction(1, 2), "V = aX + N1, Y = V + bX + N3 at ones")


def score_formula_given_a_moving_node() -> Outcome:
    """dI(X;Y|C)/ds = 1/12 at s = 1, and the formula is another function."""
    return _fails_exactly(cases.given_a_moving_node(), "s", Fraction(1, 12), "C = X + N, Var N = s, Y = X + N' at s = 1")


def _misses(name: str, place: Fraction) -> Outcome:
    """Whether the slope of a boundary case, in closed form, is not what the formula gives."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd.analytic.theory import boundary_cases as boundary

    found = getattr(boundary, name)()
    at = {boundary.theta: sympy.Rational(place.numerator, place.denominator)}
    slope, formula = (sympy.N(each.subs(at), 30) for each in (found.slope, found.formula))
    gap = abs(slope - formula)
    return Outcome(
        bool(gap > sympy.Rational(1, 10**20)),
        f"{name.replace('_', ' ')} at {place}: dI/dtheta = {float(slope):.12g} in closed form, the formula gives {float(formula):.12g}",
    )


def threshold_map_misses() -> Outcome:
    """A map with a jump: J = 0 almost everywhere."""
    return _misses("threshold_map", Fraction(1, 2))


def one_bit_receiver_misses() -> Outcome:
    """An output with atoms: J = 0 almost everywhere."""
    return _misses("one_bit_receiver", Fraction(1, 2))


def weighted_input_misses() -> Outcome:
    """A parameter of the input's law that no path carries."""
    return _misses("weighted_input", Fraction(1, 4))


def exponential_noise_misses() -> Outcome:
    """A noise density with a jump: the two scores are equal wherever they exist, and the information moves."""
    return _misses("exponential_noise", Fraction(1, 2))


def laplace_noise_obeys() -> Outcome:
    """A noise density with a kink and no jump: slope and formula are one rational function of e^(theta/4), its logarithms and an arc tangent."""
    import sympy

    from infograd.analytic.theory.boundary_cases import laplace_noise, theta

    found, w = laplace_noise(), sympy.Symbol("w", positive=True)
    difference = sympy.cancel((found.slope - found.formula).subs(theta, 4 * sympy.log(w)).rewrite(sympy.exp))
    return decided("two-valued input in Laplace noise", sympy.expand_log(difference))


def substitution_ends_and_cycles_may_still_have_a_map() -> Outcome:
    """Without cycles the gains' matrix is nilpotent and the end-to-end gains are polynomials; a linear cycle has a map too, and the formula holds on it."""
    import sympy

    gains = sympy.Matrix(5, 5, lambda row, column: sympy.Symbol(f"g{row}{column}") if column < row else 0)
    closed = (sympy.eye(5) - gains).inv()
    series = sum((gains**power for power in range(5)), sympy.zeros(5, 5))
    acyclic = decided("five nodes", *(gains**5), *(closed - series))
    a, c, d = sympy.symbols("a c d", real=True)
    p, s1, s2, s3 = sympy.symbols("P s1 s2 s3", positive=True)
    x, n1, n2, n3 = sympy.symbols("x n1 n2 n3")
    v1, v2 = sympy.symbols("v1 v2")
    fixed = sympy.solve([v1 - (a * x + c * v2 + n1), v2 - (d * v1 + n2)], [v1, v2])
    output = fixed[v2] + n3
    coefficients = [sympy.diff(output, each) for each in (x, n1, n2, n3)]
    variances = (p, s1, s2, s3)
    whole = sum(k**2 * v for k, v in zip(coefficients, variances, strict=True))
    rest = whole - coefficients[0] ** 2 * p
    score_gap = [coefficients[0] / whole] + [k / whole - k / rest for k in coefficients[1:]]
    differences = []
    for symbol in (a, c, d):
        slope = (sympy.diff(whole, symbol) / whole - sympy.diff(rest, symbol) / rest) / 2
        formula = sum(sympy.diff(k, symbol) * gap * v for k, gap, v in zip(coefficients, score_gap, variances, strict=True))
        differences.append(slope - formula)
    return every(acyclic, decided("V1 = aX + cV2 + N1, V2 = dV1 + N2 with cd != 1", *differences))
