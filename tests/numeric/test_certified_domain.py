"""Every hard place of the certified room gives a value, a bound or a refusal; its nouns are exact, and its errors are one sentence."""

from __future__ import annotations

import json
import math
import pickle
import threading
from collections.abc import Callable, Mapping
from fractions import Fraction
from types import ModuleType
from typing import Any

import pytest
from flint import ctx

import infograd as ig
from infograd.numeric import certified
from infograd.numeric.certified import Certificate, Comparison, Enclosure, lattice, nodes, one_stage

Map = Callable[[Any], Any]
TENTH, HUNDREDTH = Fraction(1, 10), Fraction(1, 100)


def ask(function: Map, theta: object, variance: object, wrt: Any = "theta", **keywords: Any) -> ig.Question:
    """Y = f(theta X) + Z."""
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", function(ig.Parameter("theta") * x), noise=ig.Normal(0, ig.Parameter("s2")))
    return ig.Question(ig.Channel(x, y), ("X", "Y"), wrt=wrt, at={"theta": theta, "s2": variance}, **keywords)


@pytest.mark.parametrize(
    ("theta", "variance"),
    [
        (Fraction(1, 20), HUNDREDTH),
        (Fraction(1, 10), Fraction(1, 1000)),
        (Fraction(1, 100), HUNDREDTH),
        (-1, TENTH),
        (1, Fraction(3183098861837907, 20000000000000000)),
        (20, TENTH),
        (10**13, TENTH),
    ],
)
def test_small_negative_and_huge_gains_and_a_peak_of_one_are_enclosed(theta: object, variance: object) -> None:
    certificate = certified.certify(ask(ig.tanh, theta, variance), radius="1e-15")
    assert certificate.radius <= Fraction(1, 10**15)
    assert certificate.information.low > 0


def test_the_sign_of_the_gain_is_no_matter() -> None:
    left, right = (certified.certify(ask(ig.tanh, theta, TENTH)) for theta in (-1, 1))
    assert left.information.overlaps(right.information)
    assert left.gradient["theta"].compare(-right.gradient["theta"].mid, "1e-19") is Comparison.AGREES


def test_no_gain_is_no_information() -> None:
    certificate = certified.certify(ask(ig.tanh, 0, TENTH, order=2))
    assert certificate.information.contains(Fraction(0))
    assert certificate.gradient["theta"].contains(Fraction(0))
    assert certificate.hessian["theta,theta"].compare(10, "1e-18") is Comparison.AGREES


def test_a_grid_beyond_the_cap_raises_with_what_is_proven() -> None:
    with pytest.raises(certified.RadiusError, match="nodes") as caught:
        certified.certify(ask(ig.sin, 10**13, TENTH))
    best = caught.value.best
    assert isinstance(best, Certificate)
    assert best.information.contains(Fraction(599, 1000))
    reply = certified.answer(ask(ig.sin, 10**13, TENTH))
    assert isinstance(reply, ig.Answer)
    assert reply.value == best.information.quantity()


def test_a_radius_that_no_attempt_meets_raises_with_the_best_enclosure() -> None:
    with pytest.raises(certified.RadiusError, match="asked") as caught:
        certified.certify(ask(ig.tanh, 1, TENTH), radius="1e-30", around={"theta": Fraction(1, 10**9)})
    assert caught.value.best.information.contains(Fraction("0.7584086737094713592494"))


@pytest.mark.parametrize(("module", "cap"), [(nodes, "NODES"), (lattice, "CELLS")])
def test_the_caps_on_work_are_heeded(module: ModuleType, cap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, cap, 10)
    with pytest.raises(certified.RadiusError, match="at most"):
        certified.certify(ask(ig.tanh, 1, TENTH))


def test_a_strip_beyond_the_map_is_a_broken_hypothesis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "choose", lambda *arguments: nodes.Straight(0.8, 0.1, 80))
    with pytest.raises(certified.RadiusError, match="strip"):
        certified.certify(ask(ig.tanh, 1, TENTH))


def _channel(law: ig.Law, fn: Map, noise: ig.Law | None) -> ig.Question:
    x = ig.Source("X", law)
    return ig.Question(ig.Channel(x, ig.Gate("Y", fn(x), noise=noise)), ("X", "Y"))


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (_channel(ig.Normal(0, 1), ig.exp, ig.Normal(0, 1)), "exp"),
        (_channel(ig.Normal(0, 1), ig.relu, ig.Normal(0, 1)), "relu"),
        (_channel(ig.Normal(0, 1), lambda x: 1 / x, ig.Normal(0, 1)), "power or a quotient"),
        (_channel(ig.Normal(0, 1), lambda x: x**9, ig.Normal(0, 1)), "7 only"),
        (_channel(ig.Normal(0, 1), lambda x: ig.softplus(x**2), ig.Normal(0, 1)), "affine function"),
        (_channel(ig.Normal(0, 1), lambda x: ig.sin(ig.tanh(x)), ig.Normal(0, 1)), "composition"),
        (_channel(ig.Normal(0, 1), lambda x: x * ig.tanh(x), ig.Normal(0, 1)), "product"),
        (_channel(ig.Normal(0, 1), ig.tanh, ig.Laplace(0, 1)), "Laplace"),
        (_channel(ig.Normal(0, 1), ig.tanh, None), "no noise"),
        (_channel(ig.Uniform(0, 1), ig.tanh, ig.Normal(0, 1)), "Mixture of Normals"),
        (_channel(ig.Points((-1, 1)), ig.abs, ig.Normal(0, 1)), "abs"),
        (ig.CATALOGUE["mac"].question, "conditional"),
        (ig.CATALOGUE["mac-sum"].question, "several"),
        (ig.CATALOGUE["vector"].question, "vector"),
    ],
)
def test_a_broken_hypothesis_is_a_refusal_that_names_it(question: ig.Question, reason: str) -> None:
    reply = certified.answer(question)
    assert isinstance(reply, ig.Refusal), reply
    assert reason in reply.reason


def test_a_weight_that_moves_is_outside_the_theorem_of_one_stage() -> None:
    w = ig.Parameter("w")
    x = ig.Source("X", ig.Points((-1, 1), (w, 1 - w)))
    question = ig.Question(ig.Channel(x, ig.Gate("Y", ig.tanh(x), noise=ig.Normal(0, 1))), ("X", "Y"), at={"w": "1/4"})
    with pytest.raises(certified.OutsideTheoremError, match="weight"):
        one_stage.certify(question)


def test_answers_are_exact_with_proven_doubts() -> None:
    reply = certified.answer(ask(ig.tanh, 1, TENTH))
    assert isinstance(reply, ig.Answer)
    assert reply.value is not None
    assert isinstance(reply.value.value, Fraction)
    assert 0 < reply.value.doubt.proved <= Fraction(1, 10**20)  # type: ignore[operator]  # a scalar
    assert reply.value.doubt.estimated == reply.value.doubt.stderr == 0


def test_certificates_pickle_and_print_as_rationals() -> None:
    certificate = certified.certify(ask(ig.tanh, 1, TENTH, order=2), variances=("theta",))
    assert pickle.loads(pickle.dumps(certificate)) == certificate
    document: Mapping[str, Any] = json.loads(json.dumps(certificate.document()))
    assert Fraction(document["gradient"]["theta"]["mid"]) == certificate.gradient["theta"].mid
    assert Fraction(document["information"]["rad"]) == certificate.information.rad


def test_a_comparison_has_three_values() -> None:
    enclosure = Enclosure(Fraction(1), Fraction(1, 100))
    assert enclosure.compare(1.05, 0.1) is Comparison.AGREES
    assert enclosure.compare(1.2, 0.1) is Comparison.DISAGREES
    assert enclosure.compare(1.1, 0.1) is Comparison.UNDECIDED
    assert (enclosure.sign, Enclosure(Fraction(0), Fraction(1)).sign, Enclosure(Fraction(-2), Fraction(1)).sign) == (1, 0, -1)
    with pytest.raises(ig.SpecificationError):
        enclosure.compare(math.nan)


def test_the_gradient_changes_sign_once_at_a_strict_local_maximum() -> None:
    root = certified.sign_change(ask(ig.tanh, 1, TENTH), "theta", 1, 4)
    assert root.low < Fraction("2.27482290957536") and root.high > Fraction("2.27482290957535")
    assert root.curvature().compare("-0.03880496211", "1e-6") is Comparison.AGREES
    assert root.is_strict_local_maximum()


def test_a_bracket_without_a_sign_change_is_refused() -> None:
    with pytest.raises(ig.SpecificationError, match="signs"):
        certified.sign_change(ask(ig.tanh, 1, TENTH), "theta", Fraction(1, 2), 1)


def test_wrong_arguments_are_one_sentence() -> None:
    question = ask(ig.tanh, 1, TENTH, wrt=("s2", "theta"))
    with pytest.raises(ig.SpecificationError, match="radius"):
        certified.certify(question, radius=0)
    with pytest.raises(ig.SpecificationError, match="variances"):
        certified.certify(question, variances=("s2",))
    with pytest.raises(ig.SpecificationError, match="low < high"):
        certified.sign_change(question, "theta", 2, 1)


def test_the_working_precision_is_left_as_it_was_and_threads_agree() -> None:
    before = ctx.prec
    alone = certified.certify(ask(ig.tanh, 1, TENTH), radius="1e-30")
    found: list[Certificate] = []
    threads = [
        threading.Thread(target=lambda digits=digits: found.append(certified.certify(ask(ig.tanh, 1, TENTH), radius=Fraction(1, 10**digits))))
        for digits in (8, 30, 20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ctx.prec == before
    assert len(found) == 3
    assert alone in found
    assert all(each.information.overlaps(alone.information) for each in found)
