"""Checks of the statements about directed acyclic graphs in the numeric room, by quadrature."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from infograd.answer import Answer, Reply
from infograd.question import Question
from infograd.verify.claims import cases
from infograd.verify.claims.entry import Outcome
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, apart, gradient, information, same
from infograd.verify.policy import STANDARD

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ERROR = 1e-9


def _truth(question: Question) -> Reply:
    from infograd import numeric

    reply = numeric.answer(question, error=ERROR)
    return reply if isinstance(reply, Answer) else numeric.direct_gradient(question, error=ERROR)


def _formula(question: Question, form: str = "difference") -> Reply:
    from infograd import numeric

    return numeric.score_form(question, form, error=ERROR)


def _against_truth(compare: Callable[[str, Number, Number], Outcome], what: str, question: Question, form: str = "difference") -> Outcome:
    """The derivative of the information against the score form, in every parameter of the question."""
    truth, formula = _truth(question), _formula(question, form)
    return every(*(compare(f"{what}, dI/d{name} and its score form", gradient(truth, name), gradient(formula, name)) for name in question.wrt))


def score_formula_on_nonlinear_channels() -> Outcome:
    """tanh, a relay of two stages, and a diamond with two routes."""
    return every(*(_against_truth(same, name, question) for name, question in (("tanh", cases.TANH), ("relay", cases.RELAY), ("diamond", cases.diamond()))))


def threshold_map_misses() -> Outcome:
    """Y = sign(X - theta) + N in Gaussian noise."""
    return _against_truth(apart, "Y = sign(X - theta) + N", cases.threshold_map())


def inner_nodes_miss() -> Outcome:
    """V = aX + N1, Y = V + bX + N3."""
    return _against_truth(apart, "between V and Y", cases.between_inner_nodes())


def given_a_moving_node_misses() -> Outcome:
    """C = X + N(0, s), Y = X + N'."""
    return _against_truth(apart, "given C", cases.given_a_moving_node())


def one_bit_receiver_misses() -> Outcome:
    """Y = sign(theta X + N), for a binary input and a Gaussian one."""
    return every(_against_truth(apart, "one bit of a binary input", cases.ONE_BIT_BINARY), _against_truth(apart, "one bit of a Gaussian input", cases.ONE_BIT))


def weighted_input_misses() -> Outcome:
    """Y = X + N with the weight of X = 1 as parameter, whose Jacobian is 0."""
    slope = gradient(_truth(cases.weighted_input()), "q")
    return apart("dI/dq and a score form along paths that do not move", slope, Number(0.0, 0.0))


def exponential_noise_misses() -> Outcome:
    """Y = theta X + N with N ~ Exp(1), for X ~ N(1, 1) and for X = 0 or 1; the gap for the first is E[X] p_N(0) = 1."""
    gap = gradient(_truth(cases.EXPONENTIAL), "theta") - gradient(_formula(cases.EXPONENTIAL), "theta")
    return every(
        _against_truth(apart, "X ~ N(1, 1)", cases.EXPONENTIAL),
        same("their gap and E[X] times the jump of the density", gap, Number(1.0, 0.0)),
        _against_truth(apart, "X = 0 or 1", cases.EXPONENTIAL_BINARY),
    )


def laplace_noise_obeys() -> Outcome:
    """Y = tanh(theta X) + N and Y = theta X + N in Laplace noise."""
    from infograd import numeric

    outcomes = []
    for what, question in (("tanh in Laplace noise", cases.LAPLACE), ("X = 0 or 1 in Laplace noise", cases.LAPLACE_BINARY)):
        truth = numeric.direct_gradient(question, error=ERROR)
        outcomes.append(same(f"{what}, dI/dtheta and its score form", gradient(truth, "theta"), gradient(_formula(question), "theta")))
    return every(*outcomes)


def parameters_of_laws_are_carried() -> Outcome:
    """tanh with the noise's variance as parameter: J = N/(2 s2)."""
    return _against_truth(same, "tanh", Question(cases.TANH.channel, ("X", "Y"), wrt="s2"))


def entropy_gradient_is_a_mean_of_scores() -> Outcome:
    """tanh: theta moves h(Y) alone, so that -E[J s_Y] is the whole gradient."""
    return _against_truth(same, "tanh", Question(cases.TANH.channel, ("X", "Y"), wrt="theta"), "reduction")


def open_path_keeps_its_information() -> Outcome:
    """Form B along alpha = s, beta = s/2: Gauss-Legendre over the gradients found by quadrature, at two orders, against I at the end."""
    import numpy as np

    question = Question(cases.MULTIPATH_B.channel, ("X", "Y"), wrt=("alpha", "beta"))

    def integral(order: int) -> Number:
        total = Number(0.0, 0.0)
        for node, weight in zip(*np.polynomial.legendre.leggauss(order), strict=True):
            place = (1 + float(node)) / 2
            found = _truth(question.at_point(alpha=place, beta=place / 2))
            total += (gradient(found, "alpha") + gradient(found, "beta").scaled(0.5)).scaled(float(weight) / 2)
        return total

    coarse, fine = integral(5), integral(7)
    found = Number(fine.value, fine.doubt + STANDARD.safety * abs(fine.value - coarse.value))
    end, start = (information(_truth(question.at_point(alpha=alpha, beta=beta))) for alpha, beta in ((1, "1/2"), (0, 0)))
    return every(apart("the integral from the origin and I", found, end), same("the integral and I(end) - I(start)", found, end - start))


def _tanh_moments(time: float, step: float) -> NDArray[np.float64]:
    """J_F(Y_t), J_F(Y_t|X) and E(s_(Y_t|X) - s_(Y_t))^2 of Y_t = tanh(X) + N(0, t), each as its own sum over a grid of (x, y).

    The score of Y_t is the derivative of its log density by a complex step, so that it is not the mean of s_(Y_t|X) by construction.
    """
    import numpy as np

    deviation = np.sqrt(time)
    x = np.arange(-9, 9 + step / 2, step)
    y = np.arange(-1 - 9 * deviation, 1 + 9 * deviation, step * deviation)
    away = y[None, :] - np.tanh(x)[:, None]
    inputs = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) * step
    joint = inputs[:, None] * np.exp(-(away**2) / (2 * time)) / np.sqrt(2 * np.pi * time) * (step * deviation)
    density = joint.sum(axis=0)
    shift = 1e-30
    score = np.imag(np.log(inputs @ np.exp(-((away + 1j * shift) ** 2) / (2 * time)))) / shift
    return np.array([(density * score**2).sum(), (joint * (away / time) ** 2).sum(), (joint * (-away / time - score) ** 2).sum()])


def _settled(moments: Callable[[float], NDArray[np.float64]]) -> list[Number]:
    """Sums at half a step, with how far they moved from those at the step and the rounding of a long sum."""
    import numpy as np

    coarse, fine = moments(0.2), moments(0.1)
    rounding = 1000 * float(np.finfo(np.float64).eps)
    return [Number(float(b), STANDARD.safety * abs(float(b - a)) + rounding * abs(float(b))) for a, b in zip(coarse, fine, strict=True)]


def _noisier() -> Question:
    """I(X;Y) of Y = tanh(X) + N(0, s2) at s2 = 1/2, with its derivative in s2."""
    return Question(cases.TANH.channel, ("X", "Y"), wrt="s2", at={"s2": "1/2"})


def de_bruijn() -> Outcome:
    """tanh: dh(Y)/ds2 = dI/ds2 + 1/(2 s2) against J_F(Y)/2."""
    fisher, _, _ = _settled(lambda step: _tanh_moments(0.5, step))
    return same("dh(Y_t)/dt and J_F(Y_t)/2", gradient(_truth(_noisier()), "s2") + Number(1.0, 0.0), fisher.scaled(0.5))


def information_falls_with_added_noise() -> Outcome:
    """tanh: dI/ds2 against (J_F(Y) - J_F(Y|X))/2."""
    fisher, given, _ = _settled(lambda step: _tanh_moments(0.5, step))
    return same("dI(X;Y_t)/dt and half the difference", gradient(_truth(_noisier()), "s2"), (fisher - given).scaled(0.5))


def score_gap_is_a_difference() -> Outcome:
    """tanh: the mean squared difference of the scores against the difference of the Fisher informations."""
    fisher, given, gap = _settled(lambda step: _tanh_moments(0.5, step))
    return same("J_F(Y_t|X) - J_F(Y_t) and the mean squared gap", given - fisher, gap)


def score_gap_integrates_to_the_information() -> Outcome:
    """tanh at s2 = 1/2: half the integral of the gap over t = s2 e^u for u from 0 to 36; beyond it less than e^-36 is left, within the rounding."""
    import numpy as np

    def halves(step: float) -> NDArray[np.float64]:
        nodes, weights = np.polynomial.legendre.leggauss(round(4.0 / step) + 8)
        times = 0.5 * np.exp(18 * (1 + nodes))
        gaps = np.array([_tanh_moments(float(time), step)[2] for time in times])
        return np.array([(18 * weights * times * gaps).sum() / 2])

    (found,) = _settled(halves)
    return same("half the integral of the gap and I", found, information(_truth(_noisier())))
