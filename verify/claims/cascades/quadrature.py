"""Checks of the statements about cascades by numbers: quadrature, and gradients of samples."""

from __future__ import annotations

from infograd.answer import Reply
from infograd.catalogue import CATALOGUE
from infograd.channel import Channel, Gate, Source
from infograd.expression import Parameter
from infograd.functions import tanh
from infograd.law import Law, Logistic, Normal, StudentT
from infograd.question import Question
from infograd.verify.claims import cases
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, apart, gradient, information, same

TANH, RELAY, CASCADE = (CATALOGUE[name].question for name in ("tanh", "relay", "cascade"))
ZERO, ROUNDING, SAMPLES = Number(0.0, 0.0), 2.0**-48, 64


def _other_noise(noise: Law) -> Question:
    source = Source("X", Normal(0, 1))
    output = Gate("Y", tanh(Parameter("theta") * source), noise=noise)
    return Question(Channel(source, output), ("X", "Y"), at={"theta": 1, "s": "1/2"})


def in_parameters(question: Question, *names: str) -> Question:
    """The same question with its gradient in these parameters alone."""
    return Question(question.channel, question.between, question.given, names, question.at)


LOGISTIC, HEAVY = _other_noise(Logistic(0, Parameter("s"))), _other_noise(StudentT(3, 0, Parameter("s")))


def _same_slope(what: str, left: Reply, right: Reply, name: str) -> Outcome:
    return same(f"{what}, d/d{name}", gradient(left, name), gradient(right, name))


def _other_slope(what: str, left: Reply, right: Reply, name: str) -> Outcome:
    return apart(f"{what}, d/d{name}", gradient(left, name), gradient(right, name))


def _whole_gradient(what: str, question: Question, form: str) -> Outcome:
    from infograd import numeric

    left, right = numeric.score_form(question, form), numeric.answer(question, error=1e-10)
    return every(*(_same_slope(what, left, right, name) for name in question.wrt))


def inputs_are_forgotten() -> Outcome:
    """I(X;Y|V) of two stages with tanh, against I(X;Y)."""
    from infograd import numeric

    conditional = information(numeric.answer(Question(RELAY.channel, ("X", "Y"), given="V", at=RELAY.at, order=0), error=1e-10))
    return same("I(X;Y|V) and 0", conditional, ZERO, scale=information(numeric.answer(RELAY, error=1e-10)).value)


def information_is_an_entropy_difference() -> Outcome:
    """h(Y) - h(N) against the mean of log p(x,y)/(p(x) p(y)), for a tanh map."""
    from infograd import numeric

    return same("I of tanh", information(numeric.direct_gradient(in_parameters(TANH, "theta"))), information(numeric.answer(TANH)))


def output_entropy_moves_by_its_score() -> Outcome:
    """With Gaussian noise fixed, dh(Y) = dI: -E[J s_Y] against differences of h(Y), for a tanh map."""
    from infograd import numeric

    question = in_parameters(TANH, "theta")
    return _same_slope("h(Y) of tanh", numeric.score_form(question, "reduction"), numeric.direct_gradient(question), "theta")


def conditional_entropy_moves_by_its_score() -> Outcome:
    """-E[J s_{Y|X}] = 1/(2 s2), the slope of h(N), in the variance s2 of the noise behind a tanh map."""
    from infograd import numeric

    question = in_parameters(TANH, "s2")
    full, output = (gradient(numeric.score_form(question, form), "s2") for form in ("difference", "reduction"))
    return same("-E[J s_(Y|X)] and dh(N)/ds2", output - full, Number(0.5 / float(TANH.at["s2"]), 0.0))


def output_entropy_moves_across_a_jump() -> Outcome:
    """With Gaussian noise fixed, dh(Y) = dI: -E[J s_Y] = 0 against differences of h(Y), for a map with a jump."""
    from infograd import numeric

    question = cases.threshold_map()
    return _other_slope("h(Y) of sign(X - theta) + N", numeric.score_form(question, "reduction"), numeric.direct_gradient(question), "theta")


def conditional_entropy_moves_across_a_jump() -> Outcome:
    """-E[J s_{Y|X}] = E[X] = 1 with the score of an exponential density between its jumps, and dh(E)/dtheta = 0."""
    from infograd import numeric

    full, output = (gradient(numeric.score_form(cases.EXPONENTIAL, form), "theta") for form in ("difference", "reduction"))
    term = output - full
    return every(same("-E[J s_(Y|X)] and E[X]", term, Number(1.0, 0.0)), apart("-E[J s_(Y|X)] and dh(E)/dtheta", term, ZERO))


def output_score_survives_a_jump_of_the_noise() -> Outcome:
    """-E[J s_Y] against differences of h(Y), for theta X + E with exponential E: the density of Y has no jump."""
    from infograd import numeric

    return _same_slope("theta X + E", numeric.score_form(cases.EXPONENTIAL, "reduction"), numeric.direct_gradient(cases.EXPONENTIAL), "theta")


def theorem_on_nonlinear_cascades() -> Outcome:
    """The score difference against the derivative of the information, every parameter: one and two stages with tanh, Gaussian noise."""
    return every(_whole_gradient("tanh", TANH, "difference"), _whole_gradient("two stages", RELAY, "difference"))


def theorem_with_other_noises() -> Outcome:
    """The same with logistic noise and Student's with 3 degrees of freedom, the scale of the noise among the parameters."""
    return every(_whole_gradient("logistic noise", LOGISTIC, "difference"), _whole_gradient("Student's noise", HEAVY, "difference"))


def theorem_on_the_linear_cascade() -> Outcome:
    """The same on V = aX + N1, Y = bV + N2."""
    return _whole_gradient("linear cascade", CASCADE, "difference")


def jumps_are_missed() -> Outcome:
    """A map with a jump, and a noise whose density has one: the score difference against differences of h(Y) - h(N)."""
    from infograd import numeric

    stages = {"sign(X - theta) + N": cases.threshold_map(), "theta X + E, E exponential": cases.EXPONENTIAL}
    return every(*(_other_slope(what, numeric.score_form(each), numeric.direct_gradient(each), "theta") for what, each in stages.items()))


def posterior_on_nonlinear_cascades() -> Outcome:
    """E[J d/dy log p(X|Y)], the posterior differentiated along y on its grid, against the derivative of the information."""
    return every(_whole_gradient("tanh", TANH, "posterior"), _whole_gradient("two stages", RELAY, "posterior"))


def output_score_is_enough() -> Outcome:
    """-E[J s_Y] against the derivative of the information in the gain of a map."""
    from infograd import numeric

    questions = {"tanh": TANH, "logistic noise": LOGISTIC, "Student's noise": HEAVY}
    asked = {what: in_parameters(question, "theta") for what, question in questions.items()}
    return every(*(_same_slope(what, numeric.score_form(each, "reduction"), numeric.answer(each, error=1e-10), "theta") for what, each in asked.items()))


def output_score_is_not_enough() -> Outcome:
    """-E[J s_Y] in the noise's own variance, and in the first gain of two stages."""
    from infograd import numeric

    asked = ("tanh", in_parameters(TANH, "s2"), "s2"), ("two stages", in_parameters(RELAY, "theta"), "theta")
    return every(*(_other_slope(what, numeric.score_form(each, "reduction"), numeric.answer(each, error=1e-10), name) for what, each, name in asked))


def closed_form_of_two_stages() -> Outcome:
    """The closed form's value and both gains' slopes at a = 3/2, b = -3/4, P = 2, s1 = 1/2, s2 = 1/4 against trapezoid kernels."""
    import math

    from infograd import numeric

    reply = numeric.answer(in_parameters(CASCADE.at_point(a="3/2", b="-3/4", P=2, s1="1/2", s2="1/4"), "a", "b"))
    a, b, power, s1, s2 = 1.5, -0.75, 2.0, 0.5, 0.25
    noise = b**2 * s1 + s2
    output = a**2 * b**2 * power + noise
    expected = {"a": a * b**2 * power / output, "b": a**2 * b * power * s2 / (noise * output)}
    return every(
        same("I", information(reply), Number(0.5 * math.log(output / noise), ROUNDING)),
        *(same(f"dI/d{name}", gradient(reply, name), Number(value, ROUNDING)) for name, value in expected.items()),
    )


def one_backward_pass_gives_every_gradient() -> Outcome:
    """64 samples of two stages with tanh: one backward pass of the learned room's surrogate, whose deltas move with the parameters unless it
    holds them, against the mean of J_i delta_i with derivatives written out.

    Sums of 64 terms in double precision, each of fewer than 32 operations, are allowed 96 roundings of the sum of their magnitudes.
    """
    import numpy as np
    import torch

    from infograd.learned.samples.simulator import surrogate

    draws = np.random.default_rng(0).standard_normal((4, SAMPLES))
    theta, gain = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (0.75, 2.0))
    x, first, second, held = (torch.from_numpy(row) for row in draws)
    inner = torch.tanh(theta * x) + 0.5 * first
    output = torch.tanh(gain * inner) + 0.3 * second
    (surrogate([held * output], [output]) / SAMPLES).backward()  # type: ignore[no-untyped-call]  # torch does not annotate it
    v = np.tanh(0.75 * draws[0]) + 0.5 * draws[1]
    y = np.tanh(2.0 * v) + 0.3 * draws[2]
    steep = 1 / np.cosh(2.0 * v) ** 2
    terms = {"theta": 2.0 * steep / np.cosh(0.75 * draws[0]) ** 2 * draws[0] * draws[3] * y, "gain": steep * v * draws[3] * y}
    found = {"theta": theta.grad, "gain": gain.grad}

    def compared(name: str) -> Outcome:
        slope, path = found[name], terms[name]
        assert slope is not None  # both took part in the loss
        allowed = 96 * float(np.finfo(np.float64).eps * np.abs(path).mean())
        return same(f"minus the surrogate's slope in {name} and the mean of J delta", Number(-float(slope), 0.0), Number(float(path.mean()), allowed))

    return every(compared("theta"), compared("gain"))
