"""Enclosures of cascades of two bounded stages: published digits, nested radii, a second room, each lemma's bound with a planted fault, and refusals."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from flint import acb, arb

import infograd as ig
from infograd import numeric
from infograd.numeric.certified import certify
from infograd.numeric.certified.balls import precision
from infograd.numeric.certified.enclosures import Certificate
from infograd.numeric.certified.multiple_access_entropy import facts_of
from infograd.numeric.certified.signal import Atoms
from infograd.numeric.certified.two_hop import theorem as two_hop
from infograd.numeric.certified.two_hop.average import chebyshev_means, chebyshev_table, coefficients, interpolation_error
from infograd.numeric.certified.two_hop.ellipse import Ellipse, phase_ellipse, posterior_ellipse, posterior_ranges
from infograd.numeric.certified.two_hop.information import outer_of
from infograd.numeric.certified.two_hop.kernel import Kernel, SecondStage, kernel

theta, b, s1, s2 = map(ig.Parameter, ("theta", "b", "s1", "s2"))
DEFAULTS: dict[str, int | str] = {"theta": 1, "b": "3/2", "s1": "1/10", "s2": "1/10"}
X = ig.Source("X", ig.Normal(0, 1))
V = ig.Gate("V", ig.tanh(theta * X), noise=ig.Normal(0, s1))
Y = ig.Gate("Y", ig.tanh(b * V), noise=ig.Normal(0, s2))


def asked(*nodes: Any, wrt: Any = ("b", "theta"), **at: object) -> ig.Question:
    return ig.Question(ig.Channel(*(nodes or (X, V, Y)), defaults={**DEFAULTS, **at}), between=("X", "Y"), wrt=wrt)


def enclosed(question: ig.Question, radius: Fraction = Fraction(1, 10**12)) -> Certificate:
    found = two_hop.enclose(question, radius)
    assert isinstance(found, Certificate), found
    assert found.radius <= radius
    return found


@pytest.mark.parametrize(
    ("at", "information", "first", "second"),
    [
        ({}, ".5192781585024432", ".2267472154079583", ".063934885455572"),
        ({"theta": 5, "b": 2}, ".6786903108198", ".0027852801972", ".003154650907"),
    ],
)
def test_the_cascade_has_its_digits(at: dict[str, object], information: str, first: str, second: str) -> None:
    found = enclosed(asked(**at))
    for enclosure, digits in ((found.information, information), (found.gradient["theta"], first), (found.gradient["b"], second)):
        last = Fraction(1, 10 ** (len(digits) - 1))
        assert abs(enclosure.mid - Fraction(digits)) <= enclosure.rad + last


def test_nested_radii_overlap() -> None:
    found = [enclosed(asked(), Fraction(1, 10**digits)) for digits in (3, 6, 9, 13)]
    for wide, narrow in pairwise(found):
        assert wide.information.overlaps(narrow.information)
        assert wide.entropy.overlaps(narrow.entropy)
        assert all(wide.gradient[name].overlaps(narrow.gradient[name]) for name in wide.gradient)


def test_the_second_stage_loses_information() -> None:
    """The data processing inequality, I(X;Y) < I(X;V), between two theorems; X takes two values."""
    source = ig.Source("X", ig.Points((-1, 1)))
    found = enclosed(asked(source, V, Y, theta=3, s1="1/2"), Fraction(1, 10**8))
    direct = ig.Gate("V", ig.tanh(theta * source), noise=ig.Normal(0, s1))
    first = certify(ig.Question(ig.Channel(source, direct, defaults={"theta": 3, "s1": "1/2"}), ("X", "V")), radius=Fraction(1, 10**8))
    assert found.information.high < first.information.low
    assert found.information.low > 0


def test_gradients_are_the_slopes_of_enclosed_values() -> None:
    """(I(t + d) - I(t - d)) / 2d - I'(t) is d^2/6 times a third derivative, which the gradients' second difference gives to better than a factor 2."""
    step = Fraction(1, 10**4)
    question = asked(wrt=("b", "s1", "theta"))
    middle = enclosed(question, Fraction(1, 10**10))
    for name in question.wrt:
        high, low = (enclosed(question.at_point(**{name: Fraction(DEFAULTS[name]) + side * step}), Fraction(1, 10**10)) for side in (1, -1))
        slope = (high.information.mid - low.information.mid) / (2 * step)
        bend = abs(high.gradient[name].mid - 2 * middle.gradient[name].mid + low.gradient[name].mid)
        radii = high.radius + low.radius
        assert abs(slope - middle.gradient[name].mid) <= middle.radius + radii / (2 * step) + 2 * (bend + 2 * middle.radius + radii) / 6


@pytest.mark.parametrize("law", [ig.Points((-1, 0, 2)), ig.Normal("1/5", "3/2")])
def test_random_cascades_agree_with_quadrature_within_its_estimated_error(law: ig.Law) -> None:
    """The maps and places differ each run; the float's own rounding is 2^-50."""
    draw = random.Random()
    maps = [ig.tanh, ig.sin, ig.erf, ig.sigmoid]
    source = ig.Source("X", law)
    relay = ig.Gate("V", draw.choice(maps)(theta * source + Fraction(1, 3)), noise=ig.Normal(0, s1))
    output = ig.Gate("Y", 2 * draw.choice(maps)(b * relay), noise=ig.Normal(0, s2))
    at = {name: Fraction(draw.randint(low, high), 100) for name, low, high in (("theta", -200, 200), ("b", -150, 150), ("s1", 20, 100), ("s2", 20, 100))}
    question = ig.Question(ig.Channel(source, relay, output, defaults=at), between=("X", "Y"))
    found, reply = enclosed(question, Fraction(1, 10**8)), numeric.answer(question, error=1e-8)
    assert isinstance(reply, ig.Answer), reply
    pairs = [(found.information, reply.value), *((found.gradient[name], reply.gradient[name]) for name in question.wrt)]
    for enclosure, quantity in pairs:
        assert quantity is not None
        assert isinstance(quantity.value, float)
        assert isinstance(quantity.doubt.estimated, float)
        assert abs(float(enclosure.mid) - quantity.value) <= float(enclosure.rad) + quantity.doubt.estimated + 2.0**-50, (at, relay.map, output.map)


def stage() -> SecondStage:
    cascade, _ = two_hop.read_cascade(asked())
    return SecondStage(cascade.second, ("b",))


OUTPUTS = tuple(arb(each) for each in (-6, -3, 0, 1, 2, 4, 7))


def densities(mesh: Kernel, means: list[arb]) -> list[list[arb]]:
    rows = mesh.rows(means)
    values, _ = mesh.values
    peak = (2 * arb.pi()).sqrt()
    return [
        [sum((w * (-((y - place) * (y - place)) / 2).exp() / peak for w, place in zip(row, values, strict=True)), arb(0)) for y in mesh.outputs] for row in rows
    ]


def test_the_sum_between_the_stages_errs_within_its_bound_and_comes_near_it() -> None:
    """Planted: a strip of twice the width (the step's factor squared) and a forgotten tail are both caught."""
    with precision(140):
        second, means = stage(), [arb(-3), arb(-1), arb(0), arb(2), arb(3)]
        true = densities(kernel(second, OUTPUTS, 3.0, 70.0), means)
        ratios, wide, without_tail = [], [], []
        for nats, count in ((3.0, 60), (6.0, 60), (40.0, 0)):
            chosen = kernel(second, OUTPUTS, 3.0, nats)
            last = count or int(5.5 / float(chosen.step))
            mesh = Kernel(second, OUTPUTS, chosen.width, chosen.step, last)
            errors = mesh.moment_errors(0, arb(3))
            edge_only = [mesh.factor * g for g in mesh.envelopes[0]]
            for row, exact in zip(densities(mesh, means), true, strict=True):
                for value, target, error, edge, g in zip(row, exact, errors, edge_only, mesh.envelopes[0], strict=True):
                    gap = abs(value - target)
                    assert gap < error
                    ratios.append(float(gap / error))
                    wide.append(gap > mesh.factor * mesh.factor * g)
                    without_tail.append(count == 0 and bool(gap > edge))
        assert max(ratios) >= 1e-2
        assert any(wide)
        assert any(without_tail)


def complex_density(mesh: Kernel, y: arb, mean: acb) -> acb:
    values, _ = mesh.values
    scale = mesh.step / (2 * arb.pi())
    total = acb(0)
    for v, place in zip(mesh.places, values, strict=True):
        total += (-(acb(v) - mean) * (acb(v) - mean) / 2 - (y - place) * (y - place) / 2).exp()
    return total * scale


def test_the_posterior_variance_bounds_how_near_the_density_comes_to_zero() -> None:
    """Lemma V' at small w: 1 - |p(mu + iw)| / (exp(w^2/2) p(mu)) is at most w^2 V/2 and comes near it; with w^2 V/4, a lost factor 2, it does not hold."""
    with precision(140):
        mesh = kernel(stage(), OUTPUTS, 4.0, 60.0)
        reach, w = arb(3), arb(1) / 50
        for j, (variance, _) in enumerate(posterior_ranges(mesh, reach, range(len(OUTPUTS)))):
            assert variance.is_finite()
            losses = []
            for place in range(-30, 31):
                mean = arb(place) / 10
                turned, plain = (abs(complex_density(mesh, OUTPUTS[j], acb(mean, side))) for side in (w, arb(0)))
                losses.append(float(1 - turned / ((w * w / 2).exp() * plain)))
            bound = float(w * w * variance / 2)
            assert max(losses) <= bound
            assert max(losses) > bound / 2, "a bound with a lost factor 2 would pass unseen"


def test_the_density_and_its_logarithm_keep_their_bounds_on_the_ellipses() -> None:
    """Lemmas V' and P: |p| and |log p|, the logarithm followed from the real axis, at the top of each ellipse."""
    with precision(140):
        second, half_range = stage(), arb(10).sqrt()
        mesh, facts = kernel(second, OUTPUTS, 5.0, 60.0), facts_of(second.half_range)
        reach = (half_range * half_range + 4).sqrt()
        for j, (variance, shift) in enumerate(posterior_ranges(mesh, reach, range(len(OUTPUTS)))):
            y = OUTPUTS[j]
            for found in (posterior_ellipse(second, facts, y, variance, shift, half_range, arb(2)), phase_ellipse(second, facts, y, half_range)):
                assert found is not None
                for mean in (arb(-3), arb(-1), arb(0), arb(2)):
                    before = complex_density(mesh, y, acb(mean))
                    logarithm = acb(before.log())
                    for part in range(1, 41):
                        after = complex_density(mesh, y, acb(mean, found.w * part / 40))
                        logarithm += (after / before).log()
                        before = after
                    assert abs(before) < found.size
                    assert abs(logarithm) < found.log_size


def test_the_line_integrals_stay_below_their_majorants() -> None:
    """int |p log p| and int |dp log p| on the edge Im y = b, for X = -1, 1, by floats; log p = log p(y) + b^2/2 - iby + Log E_b (Lemma L).

    No sum over a lattice comes near E1, for the true zeros of p lie far beyond the strip; these integrals do: a majorant of the entropy that lost a factor 5 is seen.
    """
    source = ig.Source("X", ig.Points((-1, 1)))
    with precision(100):
        cascade, _ = two_hop.read_cascade(asked(source, V, Y))
        second, half_range = SecondStage(cascade.second, cascade.second_names), cascade.first.half_range
        firsts = {name: cascade.first.mean((name,)) for name in cascade.first_names}
        outer = outer_of(cascade, second, firsts, half_range, 30.0)
        width, majorants = float(outer.strip.half_width), {name: float(value) for name, value in outer.majorants.items()}
        assert isinstance(cascade.first, Atoms)
        atoms = [(float(place.value), float(place.slope("theta"))) for place in cascade.first.places]
        v = np.linspace(-14, 14, 1401)
        found = [second.law.values(second.component, arb(each), (("b",),)) for each in v.tolist()]
        places, slopes = np.array([float(value) for value, _ in found]), np.array([float(moves[("b",)]) for _, moves in found])
    y = np.linspace(-14, 14, 2801)
    grid, step = y + 1j * width, 0.02 / (2 * np.pi)
    rows = [np.exp(-((v - mean) ** 2) / 2) * step / 2 for mean, _ in atoms]

    def summed(weights: Any, at: Any) -> Any:
        return (weights[:, None] * np.exp(-((at[None, :] - places[:, None]) ** 2) / 2)).sum(axis=0)

    plain, turned = summed(sum(rows), y), summed(sum(rows), grid)
    logarithm = np.log(plain) + width**2 / 2 - 1j * width * y + np.log(turned / (np.exp(width**2 / 2 - 1j * width * y) * plain))
    by_theta = summed(sum(move * row * (v - mean) for (mean, move), row in zip(atoms, rows, strict=True)), grid)
    shared = sum(rows) * slopes
    by_b = grid * summed(shared, grid) - summed(shared * places, grid)
    ratios = {
        name: float((np.abs(values * logarithm)).sum() * (y[1] - y[0])) / majorants[name] for name, values in ((None, turned), ("theta", by_theta), ("b", by_b))
    }
    assert all(ratio <= 1 for ratio in ratios.values())
    assert ratios[None] > 1 / 5
    assert min(ratios.values()) > 1e-3


def test_interpolation_errs_within_its_bound_and_an_ellipse_beyond_the_pole_is_caught() -> None:
    """1/(mu^2 + c^2) on [-1, 1], bounded by 1/(c^2 - w^2) on the ellipse of semi-minor axis w < c."""
    with precision(120):
        c, one = arb(1) / 2, arb(1)
        for degree in (10, 20, 40):
            values = [1 / (mean * mean + c * c) for mean in chebyshev_means(one, degree)]
            ((kept, _),) = coefficients([values], 0.0)
            places = [arb(place) / 50 for place in range(-49, 50)]
            table = chebyshev_table(places, len(kept))
            found = [sum((weight * row[i] for weight, row in zip(kept, table, strict=True)), arb(0)) for i in range(len(places))]
            gap = max(float(abs(value - 1 / (place * place + c * c))) for value, place in zip(found, places, strict=True))

            def bound(w: arb, size: arb, degree: int = degree) -> float:
                return float(interpolation_error([Ellipse(w, size, arb(1), arb(0), {})], arb(1), degree, arb(1), None, arb(0)))

            below = bound(c * 15 / 16, 1 / (c * c - (c * 15 / 16) * (c * 15 / 16)))
            assert gap <= below
            assert gap >= 1e-4 * below
        assert gap > bound(c * 5 / 4, arb(1)), "an ellipse beyond the pole would pass unseen"


def refusal(question: ig.Question) -> str:
    found = two_hop.enclose(question, Fraction(1, 10**6))
    assert isinstance(found, ig.Refusal), found
    return found.reason


def test_what_breaks_a_hypothesis_is_refused_with_its_name() -> None:
    assert "unbounded in 'X'" in refusal(asked(X, ig.Gate("V", theta * X, noise=ig.Normal(0, s1)), Y))
    assert "Laplace" in refusal(asked(X, V, ig.Gate("Y", ig.tanh(b * V), noise=ig.Laplace(0, s2))))
    assert "relu" in refusal(asked(X, V, ig.Gate("Y", ig.relu(b * V), noise=ig.Normal(0, s2))))
    assert "'X'" in refusal(asked(X, V, ig.Gate("Y", ig.tanh(b * V) + ig.tanh(X), noise=ig.Normal(0, s2))))
    assert "Uniform" in refusal(asked(ig.Source("X", ig.Uniform(-1, 1)), V, Y))
    assert "noisy gates" in refusal(ig.Question(asked().channel, ("X", "V")))


def test_a_second_gain_of_zero_leaves_no_information() -> None:
    """Y is noise alone: the enclosures of I and of its gradient hold 0, and h is that of the noise."""
    found = enclosed(asked(b=0), Fraction(1, 10**9))
    assert found.information.contains(Fraction(0))
    assert found.gradient["theta"].contains(Fraction(0))
    assert math.isclose(float(found.entropy.mid), math.log(2 * math.pi * math.e / 10) / 2, abs_tol=1e-9)
