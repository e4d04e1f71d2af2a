"""Second derivatives of networks of scalar nodes against closed forms, differences of gradients, other grids and planted faults."""

from __future__ import annotations

import dataclasses
import itertools
import math
import secrets
from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np
import pytest

import infograd as ig
from infograd import analytic, numeric
from infograd.expression import as_expression
from infograd.numeric.interpreter import Floats
from infograd.numeric.networks import curved_factor, hessian
from infograd.numeric.networks.contraction import Contracted, Operand

EPS = float(np.finfo(np.float64).eps)
NETWORK = "trapezoid kernels"
GAUSSIAN = ("cascade", "multipath-a", "multipath-b", "mac", "mac-sum")
a, b, k, m, n, w = (ig.Parameter(name) for name in "abkmnw")
RELAY = ig.CATALOGUE["relay"].question
AT = {"a": "1.3", "b": "0.6", "k": "0.8", "m": "0.2", "n": "5", "w": "0.3"}


def answered(question: ig.Question, error: float = 1e-12, method: str | None = NETWORK) -> ig.Answer:
    reply = numeric.answer(question, error=error, method=method)
    assert isinstance(reply, ig.Answer), reply
    return reply


def second(question: ig.Question) -> ig.Question:
    return dataclasses.replace(question, order=2)


def flat(quantities: Mapping[str, ig.Quantity]) -> tuple[Floats, Floats]:
    """All values, and the errors stated of them."""
    pairs = [(value, doubt.estimated) for quantity in quantities.values() for _, value, doubt in quantity.entries()]
    values, errors = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
    return values, errors


def stage(source: ig.Law, map: Callable[[ig.Source], object], noise: ig.Law, fixed: str = "") -> ig.Question:
    """Y = map(X) + noise at `AT`, to be differentiated in all parameters that are not fixed."""
    x = ig.Source("X", source)
    channel = ig.Channel(x, ig.Gate("Y", map(x), noise=noise))
    names = [parameter.name for parameter in channel.parameters]
    return ig.Question(channel, ("X", "Y"), wrt=[name for name in names if name not in fixed], at={name: AT[name] for name in names}, order=2)


@pytest.mark.parametrize("name", GAUSSIAN)
def test_second_derivatives_of_gaussian_channels_are_their_closed_forms(name: str) -> None:
    """The reference is rational, so it errs by its conversion to a double alone."""
    question = second(ig.CATALOGUE[name].question)
    reference = analytic.answer(question)
    assert isinstance(reference, ig.Answer)
    exact, _ = flat(reference.hessian)
    reply = answered(question, method=None)
    values, stated = flat(reply.hessian)
    assert reply.method == NETWORK
    assert tuple(reply.hessian) == tuple(reference.hessian)
    assert np.all(np.abs(values - exact) <= stated + EPS * np.abs(exact))
    assert np.all(stated <= 1e-12)


def test_stated_errors_cover_the_true_ones_of_random_gaussian_channels() -> None:
    seed = secrets.randbits(32)
    draw = np.random.default_rng(seed)
    for name in ("cascade", "mac", "cascade", "mac-sum"):
        question = ig.CATALOGUE[name].question
        at = {each: Fraction(f"{math.exp(draw.uniform(math.log(0.5), math.log(2))):.3g}") for each in question.at}
        moved = second(question.at_point(**at))
        reference, reply = analytic.answer(moved), answered(moved, 1e-10)
        assert isinstance(reference, ig.Answer)
        exact, _ = flat(reference.hessian)
        values, stated = flat(reply.hessian)
        assert np.all(np.abs(values - exact) <= stated + EPS * np.abs(exact)), (seed, name, at)


def test_the_error_of_a_coarser_answer_covers_the_finer_one() -> None:
    """And it is not wide: at most the error asked for, which a finer grid would not state."""
    fine, doubt = flat(answered(second(RELAY)).hessian)
    for error in (1e-3, 1e-5, 1e-7, 1e-9):
        rough, stated = flat(answered(second(RELAY), error).hessian)
        assert np.all(np.abs(rough - fine) <= stated + doubt)
        assert np.all(stated <= error * np.maximum(1.0, np.abs(rough)))


def differences(question: ig.Question, name: str, step: Fraction) -> tuple[Floats, Floats]:
    """d gradient / d name by central differences at steps of 1, 1/2 and 1/4, extrapolated twice, and their error.

    The error is the change of the last extrapolation, and what the stated errors of the gradients leave: the three quotients have the weights
    1/45, -20/45 and 64/45, and err by the gradient's error over their step.
    """
    table, noise = [], 0.0
    for size in (step, step / 2, step / 4):
        sides = [flat(answered(question.at_point(**{name: question.at[name] + sign * size})).gradient) for sign in (1, -1)]
        table.append((sides[0][0] - sides[1][0]) / float(2 * size))
        noise = max(noise, float(max(sides[0][1].max(), sides[1][1].max())))
    once = [(4 * fine - coarse) / 3 for coarse, fine in itertools.pairwise(table)]
    twice = (16 * once[1] - once[0]) / 15
    return twice, np.abs(twice - once[1]) + 85 / 45 * noise / float(step / 4)


STUDENT = dataclasses.replace(stage(ig.StudentT(n, 0, k), lambda x: ig.tanh(a * x), ig.StudentT(n, 0, b)), order=1)


def two_valued() -> ig.Question:
    """V = a X + one of two values, Y = tanh(V) + noise, whose law the same parameters move."""
    x = ig.Source("X", ig.Normal(0, k))
    v = ig.Gate("V", a * x, noise=ig.Points((-1, b), ig.stack(w, 1 - w)))
    y = ig.Gate("Y", ig.tanh(v), noise=ig.Normal(a, b))
    return ig.Question(ig.Channel(x, v, y), ("X", "Y"), at={name: AT[name] for name in "abkw"})


@pytest.mark.parametrize("question", [RELAY, STUDENT, two_valued()], ids=["relay", "freedom", "noise of two values"])
def test_second_derivatives_are_the_differences_of_first_ones(question: ig.Question) -> None:
    values = answered(second(question)).hessian
    for name in question.wrt:
        slopes, errors = differences(question, name, Fraction(1, 50) * Fraction(question.at[name]))
        found = [values[",".join(sorted((name, other)))] for other in question.wrt]
        for each, slope, error in zip(found, slopes, errors, strict=True):
            assert isinstance(each.value, float)
            assert isinstance(each.doubt.estimated, float)
            assert abs(each.value - slope) <= each.doubt.estimated + error
            assert error <= 1e-6 * max(1.0, abs(slope))


def test_the_relay_in_the_logarithm_of_a_gain_obeys_the_chain_rule() -> None:
    """With theta = exp(u): d2I/du2 = theta^2 d2I/dtheta2 + theta dI/dtheta, and d2I/(du ds) = theta d2I/(dtheta ds)."""
    u, s1, s2 = map(ig.Parameter, ("u", "s1", "s2"))
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", ig.tanh(ig.exp(u) * x), noise=ig.Normal(0, s1))
    y = ig.Gate("Y", ig.tanh(2 * v), noise=ig.Normal(0, s2))
    log = answered(ig.Question(ig.Channel(x, v, y), ("X", "Y"), at={"u": "1/2", "s1": "1/4", "s2": "1/10"}, order=2))
    theta = math.exp(0.5)
    plain = answered(second(RELAY.at_point(theta=theta)))
    slope, curve = plain.gradient["theta"], plain.hessian["theta,theta"]
    left = theta**2 * curve.doubt.estimated + theta * slope.doubt.estimated + log.hessian["u,u"].doubt.estimated  # type: ignore[operator]  # numbers
    assert abs(theta**2 * curve.value + theta * slope.value - log.hessian["u,u"].value) <= left  # type: ignore[operator]  # numbers
    for noise in ("s1", "s2"):
        mixed, other = plain.hessian[f"{noise},theta"], log.hessian[f"{noise},u"]
        assert abs(theta * mixed.value - other.value) <= theta * mixed.doubt.estimated + other.doubt.estimated  # type: ignore[operator]  # numbers


WEIGHTS = ig.stack(w, 1 - w)
STAGES = {
    "normal": stage(ig.Normal(m, k), lambda x: ig.tanh(a * x), ig.Normal(m, b)),
    "points": stage(ig.Points((-1, m, 1), ig.stack(w / 2, w / 2, 1 - w)), lambda x: a * x, ig.Normal(0, b)),
    "mixtures": stage(
        ig.Mixture(WEIGHTS, (ig.Normal(m, k), ig.Normal(1, "1/2"))), lambda x: ig.sin(a * x), ig.Mixture(WEIGHTS, (ig.Normal(-1, b), ig.Normal(m, "1/3")))
    ),
    "logistic": stage(ig.Logistic(m, k / 2), lambda x: ig.sigmoid(a * x), ig.Logistic(0, b)),
    "uniform": stage(ig.Uniform(m - 1, m + 2 * k), lambda x: ig.tanh(a * x + m * b), ig.Normal(0, "3/5")),
    "exponential": stage(ig.Exponential(m, k), lambda x: ig.softplus(a * x), ig.Normal(b, "3/5")),
    "Laplace": stage(ig.Laplace(m, k), lambda x: b * ig.erf(a * x), ig.Normal(0, "3/5")),
    "Student": stage(ig.StudentT(n, m, k), lambda x: ig.tanh(a * x), ig.StudentT(n, 0, b), fixed="n"),
    "cosine": stage(ig.Normal(m, k), lambda x: ig.cos(a * x) / (1 + x**2) + ig.log(2 + ig.exp(b * x)), ig.Normal(0, ig.sqrt(k))),
}


@pytest.mark.parametrize("name", STAGES)
def test_on_one_stage_the_network_agrees_with_adaptive_panels(name: str) -> None:
    question = STAGES[name]
    reference = answered(question, 1e-11, "adaptive panels")
    reply = answered(question, 1e-11)
    (values, stated), (expected, doubt) = flat(reply.hessian), flat(reference.hessian)
    assert reply.hessian.keys() == reference.hessian.keys()
    assert np.all(np.abs(values - expected) <= stated + doubt)
    (values, stated), (expected, doubt) = flat(reply.gradient), flat(reference.gradient)
    assert np.all(np.abs(values - expected) <= stated + doubt)


def test_a_source_of_panels_has_a_rule_of_its_own_at_every_resolution() -> None:
    """At a first order too: were the panels' nodes the same at successive resolutions, their agreement would say nothing."""
    question = dataclasses.replace(STAGES["uniform"], order=1)
    reply, reference = answered(question), answered(question, 1e-12, "adaptive panels")
    (values, stated), (expected, doubt) = flat(reply.gradient), flat(reference.gradient)
    assert np.all(np.abs(values - expected) <= stated + doubt)


def test_entries_of_vectors_and_matrices_turn_like_numbers() -> None:
    """The same channel with its five numbers in a vector and a matrix, and apart."""
    p, q = ig.Parameter("p", (2,)), ig.Parameter("q", (2, 2))
    x, z = ig.Source("X", ig.Normal(0, 1)), ig.Source("Z", ig.Normal(0, "1/2"))
    both = ig.stack(x, z)

    def asked(map: object, variance: object, at: dict[str, object]) -> ig.Question:
        return ig.Question(ig.Channel(x, z, ig.Gate("Y", map, noise=ig.Normal(0, variance))), ("X", "Y"), at=at, order=2)

    turned = ig.transpose(q) @ both
    whole = asked(ig.tanh(ig.dot(p, turned)) + ig.sum(p * both) / 4, ig.sum(q[0]) + 1, {"p": ("1/2", "4/5"), "q": ((1, "1/3"), ("1/4", "2/3"))})
    names = ("p0", "p1", "q00", "q01", "q10", "q11")
    p0, p1, q00, q01, q10, q11 = map(ig.Parameter, names)
    inner = p0 * (q00 * x + q10 * z) + p1 * (q01 * x + q11 * z)
    apart = asked(ig.tanh(inner) + (p0 * x + p1 * z) / 4, q00 + q01 + 1, dict(zip(names, ("1/2", "4/5", 1, "1/3", "1/4", "2/3"), strict=True)))
    blocks, numbers = answered(whole, 1e-9).hessian, answered(apart, 1e-9).hessian
    assert list(blocks) == ["p,p", "p,q", "q,q"]
    assert [quantity.shape for quantity in blocks.values()] == [(2, 2), (2, 2, 2), (2, 2, 2, 2)]
    for key, quantity in blocks.items():
        one, other = key.split(",")
        rank = {"p": 1, "q": 2}[one]
        for index, value, doubt in quantity.entries():
            left, right = (name + "".join(map(str, part)) for name, part in ((one, index[:rank]), (other, index[rank:])))
            number = numbers[",".join(sorted((left, right)))]
            assert abs(value - number.value) <= doubt.estimated + number.doubt.estimated  # type: ignore[operator]  # numbers
        assert np.array_equal(np.array(blocks["q,q"].value), np.transpose(np.array(blocks["q,q"].value), (2, 3, 0, 1)))


@pytest.mark.parametrize("order", [0, 1])
def test_value_and_gradient_are_those_of_lower_orders(order: int) -> None:
    lower, whole = answered(dataclasses.replace(RELAY, order=order)), answered(second(RELAY))
    assert lower.value is not None
    assert whole.value is not None
    assert not lower.hessian
    pairs = [(lower.value, whole.value), *((lower.gradient[name], whole.gradient[name]) for name in lower.gradient)]
    assert len(pairs) == (1 + len(RELAY.wrt) if order else 1)
    for one, other in pairs:
        assert abs(one.value - other.value) <= one.doubt.estimated + other.doubt.estimated  # type: ignore[operator]  # numbers


def test_only_the_parameters_asked_for_are_differentiated_in() -> None:
    whole = answered(second(RELAY)).hessian
    some = answered(ig.Question(RELAY.channel, RELAY.between, wrt=("theta", "s2"), order=2)).hessian
    assert list(some) == ["s2,s2", "s2,theta", "theta,theta"]
    for key, quantity in some.items():
        assert abs(quantity.value - whole[key].value) <= quantity.doubt.estimated + whole[key].doubt.estimated  # type: ignore[operator]  # numbers
    assert not answered(ig.Question(RELAY.channel, RELAY.between, wrt=(), order=2)).hessian


X = ig.Source("X", ig.Normal(0, 1))
V = ig.Gate("V", a * X, noise=ig.Normal(0, 1))


@pytest.mark.parametrize(
    ("nodes", "between", "reason"),
    [
        ((V, ig.Gate("Y", ig.relu(a * V), noise=ig.Normal(0, 1))), ("X", "Y"), "across the kinks or jumps of a map or of a noise, and 'Y' has one"),
        ((ig.Gate("V", a * X, noise=ig.Laplace(0, 1)), ig.Gate("Y", V, noise=ig.Normal(0, 1))), ("X", "Y"), "and 'V' has one; ask for order 1"),
        ((V, ig.Gate("Y", ig.sign(V))), ("X", "Y"), "where a deterministic node is asked about, and 'Y' is one; ask for order 1"),
        ((V, ig.Gate("Y", ig.Opaque("net", (as_expression(V),), (), ()), noise=ig.Normal(0, 1))), ("X", "Y"), "the opaque module 'net' can be run, not read"),
    ],
    ids=["kink", "noise", "receiver", "opaque"],
)
def test_where_second_derivatives_are_not_safe_they_are_refused(nodes: tuple[ig.Gate, ...], between: tuple[str, str], reason: str) -> None:
    reply = numeric.answer(ig.Question(ig.Channel(X, *nodes), between, at={"a": 1}, order=2), method=NETWORK)
    assert isinstance(reply, ig.Refusal)
    assert reason in reply.reason


def without_moving_logarithm(patch: pytest.MonkeyPatch) -> None:
    """sum dP/da dr/db left out."""
    honest = hessian._ratio_slope

    def still(*arguments: object) -> object:
        slope, sizes = honest(*arguments)  # type: ignore[arg-type]  # passed on
        return np.zeros_like(slope), sizes

    patch.setattr(hessian, "_ratio_slope", still)


def without_products(patch: pytest.MonkeyPatch) -> None:
    """The second derivative of a logarithm taken for that of the density."""
    patch.setattr(curved_factor, "grown", lambda log: dict(log.second))


def without_other_factors(patch: pytest.MonkeyPatch) -> None:
    """Weights that stand still while the other factors move."""

    def alone(self: Contracted, adjoints: object, adjoint: Floats, moved: object, count: int) -> list[Operand]:
        return self.weights(adjoint, count)

    patch.setattr(Contracted, "turned", alone)


@pytest.mark.parametrize(
    ("fault", "name"),
    [*itertools.product((without_moving_logarithm, without_products), ("cascade", "mac", "mac-sum")), (without_other_factors, "cascade")],
)
def test_a_planted_fault_leaves_the_stated_error(fault: Callable[[pytest.MonkeyPatch], None], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    question = second(ig.CATALOGUE[name].question)
    reference = analytic.answer(question)
    assert isinstance(reference, ig.Answer)
    exact, _ = flat(reference.hessian)
    fault(monkeypatch)
    reply = numeric.answer(question, error=1e-6)
    if isinstance(reply, ig.Answer):
        values, stated = flat(reply.hessian)
        assert np.any(np.abs(values - exact) > stated + EPS * np.abs(exact))
    else:
        assert "was not reached" in reply.reason
