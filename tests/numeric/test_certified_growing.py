"""Maps that grow are enclosed: closed forms and other routes come out, radii nest, and what is outside is refused with its reason."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath  # type: ignore[import-untyped]  # it has no stubs
import pytest
from flint import arb

import infograd as ig
from infograd import numeric
from infograd.numeric import certified
from infograd.numeric.certified import Comparison, one_stage
from infograd.numeric.certified.balls import ball, precision
from infograd.numeric.certified.growing import inner as growing_inner
from infograd.numeric.certified.growing import panels as growing_panels
from infograd.numeric.certified.growing.integrals import growing_entropy
from infograd.numeric.certified.growing.signal import read_growing
from infograd.numeric.certified.multiple_access_entropy import noise_entropy

Map = Callable[[Any, Any], Any]
TENTH = Fraction(1, 10)
MAPS: dict[str, Map] = {
    "linear": lambda a, x: a * x,
    "softplus": lambda a, x: ig.softplus(a * x),
    "mixed": lambda a, x: x + ig.tanh(a * x),
    "square": lambda a, x: a * x**2,
    "cubic": lambda a, x: a * x**3 / 4,
    "quotient": lambda a, x: (a * x - x * x / 8) / 2,
    "sum": lambda a, x: a * x - ig.softplus(2 * x + 1) + ig.erf(x) / 2 + ig.cos(x) * 2 - ig.sigmoid(a * x),
}


def ask(name: str, gain: object, variance: object, law: ig.Law | None = None, **keywords: Any) -> ig.Question:
    """Y = f(a, X) + Z, differentiated in a and s2."""
    x = ig.Source("X", law or ig.Normal(0, 1))
    y = ig.Gate("Y", MAPS[name](ig.Parameter("a"), x), noise=ig.Normal(0, ig.Parameter("s2")))
    between = ("Y", ()) if keywords.get("quantity") == "entropy" else ("X", "Y")
    return ig.Question(ig.Channel(x, y), between, **{"wrt": ("a", "s2"), "at": {"a": gain, "s2": variance}, **keywords})


@pytest.mark.parametrize(("gain", "variance"), [(Fraction(3, 2), Fraction(1)), (Fraction(1), TENTH), (Fraction(1, 100), Fraction(4))])
def test_panels_enclose_the_closed_form_of_a_linear_map(gain: Fraction, variance: Fraction) -> None:
    with precision(160):
        found = growing_entropy(read_growing(ask("linear", gain, variance)), ("a", "s2"), 50.0)
        information, gap = found.value - noise_entropy(), arb(10) ** -20
        closed = (1 + ball(gain**2 / variance)).log() / 2
        along, across = (ball(each / (variance + gain**2)) for each in (gain, -(gain**2) / (2 * variance)))
        for value, truth in ((information, closed), (found.slopes["a"], along), (found.slopes["s2"], across)):
            assert value.contains(truth) or value.overlaps(truth)
            assert value.rad() < gap


def test_a_linear_map_has_its_closed_form_to_a_hundred_digits_and_second_derivatives() -> None:
    certificate = certified.certify(ask("linear", Fraction(3, 2), 2, order=2), radius=Fraction(1, 10**100))
    assert certificate.radius <= Fraction(1, 10**100)
    with mpmath.workdps(60):
        assert certificate.information.compare(str(mpmath.log(mpmath.mpf(17) / 8) / 2), "1e-49") is Comparison.AGREES
    assert certificate.gradient["a"].compare(Fraction(6, 17), "1e-90") is Comparison.AGREES
    assert certificate.hessian["a,a"].compare(Fraction(2 - Fraction(9, 4), 1) / Fraction(17, 4) ** 2, "1e-90") is Comparison.AGREES


def test_multiprecision_sums_of_a_softplus_and_a_mixed_map_agree_to_eighteen_digits() -> None:
    maps: dict[str, tuple[Callable[[Any], Any], tuple[int, int]]] = {
        "softplus": (lambda x: mpmath.log1p(mpmath.exp(x)), (-10, 24)),
        "mixed": (lambda x: x + mpmath.tanh(x), (-23, 23)),
    }
    for name, (function, (low, high)) in maps.items():
        with mpmath.workdps(28):
            step, inputs = mpmath.mpf(1) / 8, []
            for position in range(-88, 89):
                x = position * step
                inputs.append((function(x), step * mpmath.exp(-x * x / 2) / (2 * mpmath.pi)))
            entropy = mpmath.mpf(0)
            for position in range(low * 5, high * 5 + 1):
                y = mpmath.mpf(position) / 5
                p = mpmath.fsum(weight * mpmath.exp(-((y - t) ** 2) / 2) for t, weight in inputs)
                entropy -= p * mpmath.log(p) / 5
            digits = str(entropy - mpmath.log(2 * mpmath.pi * mpmath.e) / 2)
        certificate = certified.certify(ask(name, 1, 1), radius="1e-20")
        assert certificate.information.compare(digits, "1e-18") is Comparison.AGREES, (name, digits, float(certificate.information.mid))


LAWS: dict[str, ig.Law] = {
    "normal": ig.Normal(Fraction(1, 3), Fraction(1, 2)),
    "mixture": ig.Mixture((Fraction(1, 3), Fraction(2, 3)), (ig.Normal(-1, Fraction(1, 4)), ig.Normal(2, 1))),
}


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize("law", LAWS)
def test_quadrature_lies_within_its_own_doubt(name: str, law: str) -> None:
    gain = Fraction(1, 4) if name in {"cubic", "square"} else Fraction(3, 2)
    question = ask(name, gain, 1, LAWS[law])
    reply, certificate = numeric.answer(question), certified.certify(question, radius="1e-6")
    assert isinstance(reply, ig.Answer)
    assert certificate.radius <= Fraction(1, 10**6)
    assert reply.value is not None
    for quantity, enclosure in [(reply.value, certificate.information), *((reply.gradient[each], certificate.gradient[each]) for each in ("a", "s2"))]:
        doubt = quantity.doubt
        allowed = Fraction(doubt.proved) + Fraction(doubt.estimated) + 2 * enclosure.rad  # type: ignore[arg-type]  # scalars
        assert enclosure.compare(quantity.value, allowed) is Comparison.AGREES, (quantity, enclosure)  # type: ignore[arg-type]  # a scalar


def test_fresh_questions_nest() -> None:
    draw = random.SystemRandom()
    for _ in range(5):
        name, gain, variance = draw.choice(list(MAPS)), Fraction(draw.randint(-200, 200), 100), Fraction(draw.randint(100, 4000), 1000)
        question = ask(name, gain / 4 if name == "cubic" else gain, variance)
        coarse, fine = (certified.certify(question, radius=Fraction(1, 10**digits)) for digits in (2, 7))
        for left, right in ((coarse.information, fine.information), *((coarse.gradient[each], fine.gradient[each]) for each in ("a", "s2"))):
            assert left.overlaps(right), (question.at, name, left, right)


def test_slopes_are_the_differences_of_enclosed_values() -> None:
    """A central difference errs by h^2 times a third derivative, so D(2h) - D(h) is three times the error of D(h), up to h^4."""
    step, radius = Fraction(1, 10**4), Fraction(1, 10**13)
    for name in ("softplus", "quotient"):
        question = ask(name, 1, 1)
        centre = certified.certify(question, radius=radius)
        for each in ("a", "s2"):
            found = {
                side: certified.certify(ask(name, 1, 1, order=0).at_point(**{each: question.at[each] + side * step}), radius=radius) for side in (-2, -1, 1, 2)
            }
            near, far = ((found[side].information.mid - found[-side].information.mid) / (2 * side * step) for side in (1, 2))
            assert centre.gradient[each].compare(near, abs(far - near) / 2 + 2 * radius / step) is Comparison.AGREES, (name, each)


def test_entropy_is_information_and_the_noise_entropy() -> None:
    information, entropy = (certified.certify(ask("softplus", 2, TENTH, quantity=quantity), radius="1e-12") for quantity in ("information", "entropy"))
    assert entropy.value == entropy.entropy
    assert information.information.overlaps(entropy.information)
    assert entropy.gradient["s2"].compare(information.gradient["s2"].mid + 5, "1e-11") is Comparison.AGREES


def test_a_bounded_map_has_the_same_value_by_both_theorems() -> None:
    question = ig.CATALOGUE["tanh"].question
    with precision(128):
        found = growing_entropy(read_growing(question), question.wrt, 40.0)
        bounded = one_stage.certify(question, radius="1e-25")
        assert (found.value - noise_entropy()).contains(ball(bounded.information.mid))
        for name in question.wrt:
            assert found.slopes[name].contains(ball(bounded.gradient[name].mid))


@pytest.mark.parametrize(
    ("name", "gain", "variance"), [("cubic", 0, 1), ("softplus", 0, 1), ("mixed", 0, 1), ("cubic", "1e-13", 1), ("softplus", -1, "1e-3"), ("square", -1, 1)]
)
def test_no_gain_small_gains_and_small_noise_are_enclosed(name: str, gain: object, variance: object) -> None:
    certificate = certified.certify(ask(name, gain, variance), radius="1e-6")
    assert certificate.radius <= Fraction(1, 10**6)
    assert certificate.information.high >= 0


@pytest.mark.parametrize("name", ["softplus", "mixed", "cubic", "square"])
def test_huge_gains_give_what_holds_without_a_grid_at_once(name: str) -> None:
    begin = time.process_time()
    with pytest.raises(certified.RadiusError, match="at most") as caught:
        certified.certify(ask(name, 10**13, 1), radius="1e-6")
    assert time.process_time() - begin < 5
    assert 0 <= caught.value.best.information.mid <= 120
    assert -Fraction(1, 10**6) < caught.value.best.information.low <= 0


@pytest.mark.parametrize(("module", "cap"), [(growing_inner, "NODES"), (growing_panels, "CELLS"), (growing_panels, "PANELS")])
def test_the_caps_on_work_are_heeded(module: Any, cap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, cap, 10)
    with pytest.raises(certified.RadiusError, match=r"at most|more than"):
        certified.certify(ask("softplus", 1, 1), radius="1e-6")


def test_a_leading_coefficient_that_may_vanish_gives_what_holds_without_a_grid() -> None:
    x, a = ig.Source("X", ig.Normal(0, 1)), ig.Parameter("a")
    y = ig.Gate("Y", a * x**3 - x**3 / 3 + ig.tanh(x), noise=ig.Normal(0, 1))
    question = ig.Question(ig.Channel(x, y), ("X", "Y"), at={"a": Fraction(1, 3)})
    with pytest.raises(certified.RadiusError) as caught:
        certified.certify(question, radius="1e-6")
    truth = certified.certify(ig.Question(ig.Channel(x, ig.Gate("Y", ig.tanh(x), noise=ig.Normal(0, 1))), ("X", "Y")))
    assert caught.value.best.information.contains(truth.information.mid)


def test_a_softplus_of_points_is_a_finite_sum() -> None:
    question = ask("softplus", 2, TENTH, ig.Points((-1, 0, Fraction(3, 2)), (Fraction(1, 4), Fraction(1, 4), Fraction(1, 2))), order=2)
    certificate, reply = certified.certify(question), numeric.answer(question)
    assert certificate.radius <= Fraction(1, 10**20)
    assert isinstance(reply, ig.Answer)
    assert certificate.gradient["a"].compare(reply.gradient["a"].value, "1e-10") is Comparison.AGREES  # type: ignore[arg-type]  # a scalar


def test_second_derivatives_of_a_map_that_grows_are_refused() -> None:
    reply = certified.answer(ask("softplus", 1, 1, order=2))
    assert isinstance(reply, ig.Refusal)
    assert "first derivatives" in reply.reason
