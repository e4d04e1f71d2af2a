"""Checks of the multipath channel, eqs. (42)-(49), and of Algorithm 1 on it, in the analytic room."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from infograd.answer import Answer
from infograd.channel import Channel, Gate
from infograd.error import SpecificationError
from infograd.expression import Apply, Constant, Expression, Parameter, Reference
from infograd.question import Question
from infograd.verify.claims import cases
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import decided, nonzero


def unrolled(channel: Channel, name: str) -> Any:
    """A node as a function of sources, noises "N_<node>" and parameters, by substitution of its parents (sums, products and constants only)."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    def written(expression: Expression) -> Any:
        match expression:
            case Constant(value):
                return sympy.Rational(str(value))
            case Parameter(symbol):
                return sympy.Symbol(symbol, real=True)
            case Reference(node):
                return unrolled(channel, node)
            case Apply("add", (left, right)):
                return written(left) + written(right)
            case Apply("multiply", (left, right)):
                return written(left) * written(right)
            case _:
                raise SpecificationError(f"{expression!r} is no sum or product, which is all that is substituted here.")

    node = channel.node(name)
    if not isinstance(node, Gate):
        return sympy.Symbol(name, real=True)
    return written(node.map) + (sympy.Symbol(f"N_{name}", real=True) if node.noise is not None else 0)


def _symbols(names: str) -> Any:
    import sympy

    return sympy.symbols(names, real=True)


def _both() -> Sequence[tuple[str, Question, Any, Any]]:
    """Both readings: their question, end-to-end map, and theory."""
    from infograd.analytic.theory.multipath import FORM_A, FORM_B

    alpha, beta, x, n1, n2, n3 = _symbols("alpha beta X N_V1 N_V2 N_Y")
    return (
        ("A", cases.MULTIPATH_A, (alpha + beta) * x + n1 + beta * n2 + n3, FORM_A),
        ("B", cases.MULTIPATH_B, (alpha * beta + 1) * x + beta * n1 + n2 + n3, FORM_B),
    )


def substitution_gives_the_end_to_end_map() -> Outcome:
    """Y = g X + N_eff in both readings, by substitution in topological order."""
    return every(*(decided(f"form {name}", unrolled(question.channel, "Y") - stated) for name, question, stated, _ in _both()))


def _closed(question: Question) -> tuple[Any, dict[Any, Any]]:
    """A closed form, and its symbols under the names of the theory."""
    import sympy

    from infograd.analytic import ClosedForm, closed_form
    from infograd.analytic.theory import multipath

    found = closed_form(question)
    if not isinstance(found, ClosedForm):
        raise SpecificationError(found.reason)
    theory = {symbol.name: symbol for symbol in (multipath.alpha, multipath.beta, multipath.power, multipath.s1, multipath.s2, multipath.s3)}
    return found, {symbol: theory.get(name, sympy.Symbol(name)) for name, symbol in found.symbols.items()}


def multipath_information() -> Outcome:
    """P g^2 / Var N_eff is the channel's signal-to-noise ratio by covariance propagation, in both readings."""
    outcomes = []
    for name, question, _, form in _both():
        found, same = _closed(question)
        outcomes.append(decided(f"form {name}", found.signal.subs(same) - form.signal_to_noise))
    return every(*outcomes)


def multipath_gradient() -> Outcome:
    """Both slopes of both readings, written out, are the derivatives of the information, and vanish at the origin."""
    from infograd.analytic.theory.multipath import alpha, beta

    outcomes = []
    for name, question, _, form in _both():
        found, same = _closed(question)
        slopes = [(parameter, form.slope(parameter)) for parameter in (alpha, beta)]
        outcomes.append(decided(f"form {name}", *(found.gradient[parameter.name].subs(same) - slope for parameter, slope in slopes)))
        outcomes.append(decided(f"form {name} at the origin", *(slope.subs({alpha: 0, beta: 0}) for _, slope in slopes)))
    return every(*outcomes)


def multipath_jacobians() -> Outcome:
    """J_alpha and J_beta as stated, by differentiating the end-to-end map."""
    import sympy

    alpha, beta, x, n1, n2 = _symbols("alpha beta X N_V1 N_V2")
    stated = {"A": (x, x + n2), "B": (beta * x, alpha * x + n1)}
    return every(
        *(
            decided(
                f"form {name}",
                *(sympy.diff(unrolled(question.channel, "Y"), symbol) - jacobian for symbol, jacobian in zip((alpha, beta), stated[name], strict=True)),
            )
            for name, question, _, _ in _both()
        )
    )


def _mean(quadratic: Any) -> Any:
    """The mean of a quadratic form in independent centred variables: X of variance P, N_V1, N_V2, N_Y of variances s1, s2, s3."""
    import sympy

    from infograd.analytic.theory.multipath import power, s1, s2, s3

    variables = _symbols("X N_V1 N_V2 N_Y")
    variances = (power, s1, s2, s3)
    found = sympy.Poly(sympy.expand(quadratic), *variables)
    return sum(
        factor * sympy.prod(variance for variance, degree in zip(variances, degrees, strict=True) if degree == 2)
        for degrees, factor in found.terms()
        if 1 not in degrees
    )


def multipath_score_terms() -> Outcome:
    """E[J (s_{Y|X} - s_Y)] with Gaussian scores and these Jacobians is the gradient; for beta the conditional score counts."""
    import sympy

    alpha, beta, x = _symbols("alpha beta X")
    outcomes = []
    for name, _, output, form in _both():
        signal = form.gain * x
        given, marginal = -(output - signal) / _mean((output - signal) ** 2), -output / _mean(output**2)
        jacobians = {symbol: sympy.diff(output, symbol) for symbol in (alpha, beta)}
        outcomes.append(decided(f"form {name}", *(_mean(jacobian * (given - marginal)) - form.slope(symbol) for symbol, jacobian in jacobians.items())))
        outcomes.append(nonzero(f"form {name}, what Remark 2's short form drops, E[J_beta s_(Y|X)]", sympy.cancel(_mean(jacobians[beta] * given))))
    return every(*outcomes)


def surrogate_gives_the_gradient() -> Outcome:
    """On the 16 sign patterns of unit inputs and noises, whose second moments are the law's, the surrogate's derivative is minus the exact gradient.

    The surrogate is a polynomial of degree 1 in each parameter when delta is held fixed, so a central difference is its derivative. With
    delta not held fixed it would have none: E[<delta, Y>] = 0 for all parameters.
    """
    from infograd import analytic

    question = Question(cases.MULTIPATH_A.channel, ("X", "Y"), wrt=("alpha", "beta"), at={"alpha": "3/2", "beta": "1/2"})
    alpha, beta = Fraction(3, 2), Fraction(1, 2)
    batch = list(itertools.product((-1, 1), repeat=4))

    def output(a: Fraction, b: Fraction, draw: tuple[int, ...]) -> Fraction:
        x, n1, n2, n3 = draw
        return a * x + n1 + b * (x + n2) + n3

    def delta(a: Fraction, b: Fraction, draw: tuple[int, ...]) -> Fraction:
        y, gain, noise = output(a, b, draw), a + b, 2 + b**2
        return -(y - gain * draw[0]) / noise + y / (noise + gain**2)

    frozen = [delta(alpha, beta, draw) for draw in batch]

    def surrogate(a: Fraction, b: Fraction, deltas: Sequence[Fraction]) -> Fraction:
        return -sum((d * output(a, b, draw) for d, draw in zip(deltas, batch, strict=True)), Fraction(0)) / len(batch)

    def moving(a: Fraction, b: Fraction) -> Fraction:
        return surrogate(a, b, [delta(a, b, draw) for draw in batch])

    found = [
        -(surrogate(alpha + a, beta + b, frozen) - surrogate(alpha - a, beta - b, frozen)) / 2
        for a, b in ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))
    ]
    leaking = {moving(alpha + a, beta + b) for a, b in itertools.product((Fraction(0), Fraction(1, 3)), repeat=2)}
    reply = analytic.answer(question)
    if not isinstance(reply, Answer):
        return Outcome(False, reply.reason)
    true = [reply.gradient[name].value for name in ("alpha", "beta")]
    said = f"minus the surrogate's gradient is ({found[0]}, {found[1]}), the information's is ({true[0]}, {true[1]}); with delta not held fixed"
    return Outcome(found == true and 0 not in found and leaking == {0}, f"{said} the surrogate is {', '.join(map(str, leaking))} everywhere")
