"""Checks of the statements about cascades in the analytic room: rational functions, exact rationals and polynomials in Gaussian variables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from infograd.answer import Answer
from infograd.channel import Channel, Gate
from infograd.error import SpecificationError
from infograd.expression import Parameter
from infograd.question import Question
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import decided, identities, nonzero

LENGTHS = (1, 2, 3, 4)


def _primitives(length: int) -> tuple[Any, Any, dict[Any, Any], dict[str, Any]]:
    """Y and Y - E[Y|X] of a linear cascade as polynomials in X, N1.., the variances of these, and the parameters by name."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd.analytic.theory.cascade import symbolic_cascade

    cascade = symbolic_cascade(length)
    x, *noises = sympy.symbols(f"X N1:{length + 1}", real=True)
    output = x
    for gain, noise in zip(cascade.gains, noises, strict=True):
        output = gain * output + noise
    variances = dict(zip((x, *noises), (cascade.power, *cascade.noises), strict=True))
    parameters = {symbol.name: symbol for symbol in (cascade.power, *cascade.gains, *cascade.noises)}
    return sympy.expand(output), sympy.expand(output).subs(x, 0), variances, parameters


def _motion(output: Any, variances: dict[Any, Any], parameter: Any) -> Any:
    """J = dY/dtheta with the unit primitives U = V / sqrt(Var V) fixed: the gains by the map, a variance by V / (2 Var V)."""
    import sympy

    moved = sum((sympy.diff(output, variable) * variable / (2 * power) for variable, power in variances.items() if power == parameter), sympy.S.Zero)
    return sympy.diff(output, parameter) + moved


def inputs_are_forgotten() -> Outcome:
    """I(X;V3|V1) and I(X;V3|V2) vanish with all their derivatives, and the graph says so."""
    from infograd import analytic
    from infograd.analytic.theory.cascade import cascade_question
    from infograd.graph import d_separated

    channel = cascade_question(3).channel

    def given(node: str) -> Outcome:
        question = Question(channel, ("X", "V3"), given=node, at={parameter.name: 2 for parameter in channel.parameters})
        reply = analytic.answer(question)
        if not isinstance(reply, Answer) or reply.value is None:
            return Outcome(False, f"no answer: {reply}")
        slopes = [quantity.value for quantity in reply.gradient.values()]
        still = reply.value.value == 0 and all(slope == 0 for slope in slopes) and d_separated(channel, {"X"}, {"V3"}, {node})
        return Outcome(still, f"I(X;V3|{node}) = {reply.value.value} exactly, with {len(slopes)} derivatives that are {'all 0' if still else slopes}")

    return every(given("V1"), given("V2"))


def information_is_an_entropy_difference() -> Outcome:
    """exp(2 h(Y) - 2 h(Y|X)) = Var Y / Var(Y|X) against exp(2 I) from the determinants of the joint covariance."""
    import sympy

    from infograd import analytic
    from infograd.analytic.theory.cascade import cascade_question, symbolic_cascade

    def differences() -> Iterable[Any]:
        for length in LENGTHS[:3]:
            cascade, found = symbolic_cascade(length), analytic.closed_form(cascade_question(length))
            if not isinstance(found, analytic.ClosedForm):
                raise SpecificationError(found.reason)
            names = {symbol.name: symbol for symbol in cascade.information.free_symbols}
            value = found.value.subs({symbol: names[symbol.name] for symbol in found.value.free_symbols})
            yield (cascade.signal + cascade.noise) / cascade.noise - sympy.exp(2 * value)

    return decided("h(Y) - h(Y|X) and I(X;Y), cascades of 1 to 3 stages", *differences())


def density_moves_with_mean_zero() -> Outcome:
    """E[d/dtheta log p_Y(Y)] = 0 in every parameter of a cascade of two stages, with p_Y the density of N(0, Var Y)."""
    import sympy

    from infograd.analytic.theory.cascade import symbolic_cascade
    from infograd.analytic.theory.moments import expectation

    cascade, y = symbolic_cascade(2), sympy.Symbol("y", real=True)
    power = cascade.signal + cascade.noise
    log_density = -(y**2) / (2 * power) - sympy.log(power) / 2
    symbols = (cascade.power, *cascade.gains, *cascade.noises)
    return decided("E[d log p_Y(Y)/dtheta]", *(expectation(sympy.diff(log_density, symbol), {y: power}) for symbol in symbols))


def zero_mean_score_is_not_the_reason() -> Outcome:
    """q(y) = theta phi(y) has the score -y of mean 0 for every theta, and E[d/dtheta log q(Y)] = 1/theta: only the total mass tells them apart."""
    import sympy

    from infograd.analytic.theory.moments import expectation

    y, theta = sympy.Symbol("y", real=True), sympy.Symbol("theta", positive=True)
    log_density = sympy.log(theta) - y**2 / 2
    score, motion = (expectation(sympy.diff(log_density, symbol), {y: sympy.S.One}) for symbol in (y, theta))
    return Outcome(score == 0 and motion == 1 / theta, f"E[s(Y)] = {score} and E[d log q(Y)/dtheta] = {motion}")


def entropies_move_by_their_scores() -> Outcome:
    """dh(Y) = -E[J s_Y] and dh(Y|X) = -E[J s_{Y|X}] in every parameter of cascades of 1 to 3 stages."""
    import sympy

    from infograd.analytic.theory.moments import expectation

    def differences() -> Iterable[Any]:
        for length in LENGTHS[:3]:
            output, noise, variances, parameters = _primitives(length)
            for part in (output, noise):
                power = expectation(part**2, variances)
                for parameter in parameters.values():
                    yield sympy.diff(sympy.log(power) / 2, parameter) - expectation(_motion(output, variances, parameter) * part, variances) / power

    return decided("entropies against scores", *differences())


def _on_cascades(form: str, lengths: Iterable[int]) -> Outcome:
    from infograd.analytic.theory.cascade import cascade_question

    found = [(length, identities(cascade_question(length), form)) for length in lengths]
    return Outcome(all(each.holds for _, each in found), "; ".join(f"{length} stages, {form} form: {each.detail}" for length, each in found))


def theorem_is_an_identity() -> Outcome:
    """The score difference and the direct derivative, one rational function of all parameters."""
    return _on_cascades("difference", LENGTHS)


def posterior_is_an_identity() -> Outcome:
    """The posterior score and the direct derivative, one rational function of all parameters."""
    return _on_cascades("posterior", LENGTHS)


def two_stages_obey() -> Outcome:
    """Eq. (18) for V = aX + N1, Y = bV + N2, where b moves the signal and the noise."""
    return _on_cascades("difference", (2,))


def score_gap_has_mean_zero_given_the_output() -> Outcome:
    """E[s_{Y|X} - s_Y | Y] = 0 in a cascade of two stages: with both scores linear, E[(s_{Y|X} - s_Y) Y] = 0 says it."""
    from infograd.analytic.theory.moments import expectation

    output, noise, variances, _ = _primitives(2)
    gap = output / expectation(output**2, variances) - noise / expectation(noise**2, variances)
    return decided("E[(s_{Y|X} - s_Y) Y]", expectation(gap * output, variances))


def posterior_score_is_the_gap() -> Outcome:
    """d/dy log p(x|y) from the Gaussian posterior against s_{Y|X}(y|x) - s_Y(y), as functions of x and y."""
    import sympy

    from infograd.analytic.theory.cascade import symbolic_cascade

    cascade = symbolic_cascade(2)
    x, y = sympy.symbols("x y", real=True)
    gain = sympy.prod(cascade.gains)
    power = cascade.signal + cascade.noise
    mean, spread = gain * cascade.power * y / power, cascade.power * cascade.noise / power
    posterior = -((x - mean) ** 2) / (2 * spread)
    return decided("d log p(x|y)/dy", sympy.diff(posterior, y) - (-(y - gain * x) / cascade.noise + y / power))


def receiver_gains_move_nothing() -> Outcome:
    """Y = c V without noise behind V = aX + N: dI/dc = 0 at every c but 0."""
    from infograd import analytic
    from infograd.analytic.theory.cascade import cascade_question

    first = cascade_question(1).channel
    channel = Channel(*first.nodes, Gate("Y", Parameter("c") * first.node("V1")))
    proofs = analytic.closed_form(Question(channel, ("X", "Y"), wrt="c", at={"P": 1, "a1": 1, "s1": 1, "c": 2}))
    if not isinstance(proofs, analytic.ClosedForm):
        return Outcome(False, proofs.reason)
    return decided("dI/dc of a receiver's gain c", proofs.gradient["c"])


def conditional_term_vanishes() -> Outcome:
    """E[J s_{Y|X}] = 0 for one stage in the gain and in the input's power."""
    from infograd.analytic.theory.moments import expectation

    output, noise, variances, parameters = _primitives(1)
    moved = (parameters["a1"], parameters["P"])
    return decided("E[J s_{Y|X}]", *(expectation(_motion(output, variances, each) * noise, variances) for each in moved))


def conditional_term_of_a_moving_noise() -> Outcome:
    """E[J s_{Y|X}] = -1/(2 s1) in the noise's own variance, for J = N/(2 s1) is not independent of N."""
    from infograd.analytic.theory.moments import expectation

    output, noise, variances, parameters = _primitives(1)
    variance = parameters["s1"]
    term = expectation(-_motion(output, variances, variance) * noise, variances) / variance
    return Outcome(term == -1 / (2 * variance), f"E[J s_(Y|X)] = {term} in s1, not 0")


def jacobians_multiply() -> Outcome:
    """Three stages in two dimensions, f_k(v) = W_k (v o v) + v: the derivative of the composition and the product of Jacobians, as polynomials."""
    import sympy

    theta, *symbols = sympy.symbols("theta w2:4 n1:4 x1:3")
    weights = [sympy.Matrix([[theta, 2], [1, theta**2]]), *(sympy.Matrix([[weight, 1], [-1, weight]]) for weight in symbols[:2])]
    noises = [sympy.Matrix([noise, -noise]) for noise in symbols[2:5]]
    values, place = [sympy.Matrix(symbols[-2:])], sympy.Matrix(sympy.symbols("v1:3"))

    def stage(position: int, value: Any) -> Any:
        return weights[position] * value.applyfunc(lambda entry: entry**2) + value

    for position, noise in enumerate(noises):
        values.append(stage(position, values[-1]) + noise)
    product = sympy.diff(stage(0, values[0]), theta)
    for position in (1, 2):
        product = stage(position, place).jacobian(place).subs({place[row]: values[position][row] for row in (0, 1)}) * product
    left = [sympy.Poly(entry, theta, *symbols) for entry in sympy.diff(values[-1], theta) - product]
    degree = sympy.Poly(values[-1][0], theta, *symbols).total_degree()
    return Outcome(all(each.is_zero for each in left), f"dY/dtheta of three stages: differences {[str(each.as_expr()) for each in left]}, Y of degree {degree}")


def closed_form_of_two_stages() -> Outcome:
    """I and dI/da from the joint covariance of (X, Y) against the paper's expressions, and dI/db against ours."""
    import sympy

    from infograd import analytic
    from infograd.catalogue import CATALOGUE

    found = analytic.closed_form(CATALOGUE["cascade"].question)
    if not isinstance(found, analytic.ClosedForm):
        return Outcome(False, found.reason)
    names = {symbol.name: symbol for symbol in found.value.free_symbols}
    a, b, power, s1, s2 = (names[name] for name in ("a", "b", "P", "s1", "s2"))
    noise = b**2 * s1 + s2
    output = a**2 * b**2 * power + noise
    return every(
        decided("exp(2 I)", sympy.exp(2 * found.value) - output / noise),
        decided("dI/da and dI/db", found.gradient["a"] - a * b**2 * power / output, found.gradient["b"] - a**2 * b * power * s2 / (noise * output)),
    )


def scores_of_two_stages() -> Outcome:
    """E[J (s_{Y|X} - s_Y)] with J = bX in a and J = aX + N1 in b, by the moments of X, N1, N2."""
    from infograd.analytic.theory.moments import expectation

    output, noise, variances, parameters = _primitives(2)
    a, b, power, s1, s2 = (parameters[name] for name in ("a1", "a2", "P", "s1", "s2"))
    x, first, _ = variances
    whole, rest = expectation(output**2, variances), expectation(noise**2, variances)
    gap = output / whole - noise / rest
    return decided(
        "E[J delta] in a and in b",
        whole - (a**2 * b**2 * power + b**2 * s1 + s2),
        expectation(b * x * gap, variances) - a * b**2 * power / whole,
        expectation((a * x + first) * gap, variances) - a**2 * b * power * s2 / (rest * whole),
    )


def surrogate_has_the_gradient() -> Outcome:
    """Differentiating -delta Y at fixed delta gives -J delta; letting delta move adds -Y d(delta), which is not 0."""
    import sympy

    output, noise, _, parameters = _primitives(2)
    a, b, s1, s2, power = (parameters[name] for name in ("a1", "a2", "s1", "s2", "P"))
    delta = output / (a**2 * b**2 * power + b**2 * s1 + s2) - noise / (b**2 * s1 + s2)
    held = sympy.Symbol("d")
    held_slopes = [sympy.diff(-held * output, each).subs(held, delta) + sympy.diff(output, each) * delta for each in (a, b)]
    moving = sympy.cancel(sympy.diff(-delta * output, a) + sympy.diff(output, a) * delta)
    return every(decided("d(-sg(delta) Y) + J delta", *held_slopes), nonzero("what the derivative gains without the stop-gradient", moving))
