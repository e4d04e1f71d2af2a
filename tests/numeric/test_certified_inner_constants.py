"""The constants of the maps and of the sums over the input against the truth at coarse steps, where they bite, and wrong ones planted one by one."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from flint import arb
from numpy.typing import NDArray
from scipy import integrate, special

import infograd as ig
from infograd.numeric.certified import inner, maps, nodes, posterior, trapezoid
from infograd.numeric.certified.balls import precision
from infograd.numeric.certified.lattice import lattice_sums
from infograd.numeric.certified.maps import LineBounds
from infograd.numeric.certified.nodes import Straight, Weight
from infograd.numeric.certified.polynomials import at
from infograd.numeric.certified.signal import Derivative, read_signal
from tests.numeric.planted import Check, Fault, named, times

Complexes = NDArray[np.complex128]
ROUNDING = 1e-11
SLOPE: Derivative = ("theta",)
BEND: Derivative = ("theta", "theta")
WEIGHTS = {
    "p": Weight(),
    "E[T N]": Weight((), 1),
    "E[J N]": Weight((SLOPE,)),
    "E[J T N]": Weight((SLOPE,), 1),
    "E[J^2 N]": Weight((SLOPE, SLOPE)),
    "E[J^2 T N]": Weight((SLOPE, SLOPE), 1),
    "E[J^2 T^2 N]": Weight((SLOPE, SLOPE), 2),
    "E[J' N]": Weight((BEND,)),
    "E[J' T N]": Weight((BEND,), 1),
}
FUNCTIONS = {"tanh": ig.tanh, "sin": ig.sin, "erf": ig.erf}
COARSE = ((1, 0.6, 1.6), (1, 0.6, 0.8), (1, 0.78, 1.6), (1, 0.78, 1.2), (1, 0.78, 0.8), (Fraction(1, 5), 0.78, 0.4), (1, 0.78, 0.4))


def question(name: str, theta: object, variance: object, law: ig.Law | None = None) -> ig.Question:
    """Y = f(theta X) + Z, second order in theta."""
    x = ig.Source("X", law or ig.Normal(0, 1))
    y = ig.Gate("Y", FUNCTIONS[name](ig.Parameter("theta") * x), noise=ig.Normal(0, ig.Parameter("s2")))
    return ig.Question(ig.Channel(x, y), ("X", "Y"), wrt="theta", at={"theta": theta, "s2": variance}, order=2)


def inner_ratios(name: str, variance: object, choice: Any) -> dict[str, float]:
    """The largest true error over bound, by functional, of sums on a coarse grid."""
    with precision(128):
        signal = read_signal(question(name, 1, variance))
        law = signal.law
        fine = nodes.rule_of(law, (SLOPE, BEND), 60)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(nodes, "choose", lambda *arguments: choice)
            coarse = nodes.rule_of(law, (SLOPE, BEND), 1)
        step = (law.half_range + 4) / 12
        kept, exact = (lattice_sums(rule.locations, [rule.vector(each) for each in WEIGHTS.values()], step, -12, 25, arb(1)) for rule in (coarse, fine))
        scale = [inner.envelope(step * position, law.half_range, coarse.rho, arb(1)) for position in range(-12, 13)]
        found = {}
        for title, left, right in zip(WEIGHTS, kept, exact, strict=True):
            bound = coarse.error(WEIGHTS[title])
            found[title] = max(float(abs(x - y).mid()) / float(bound * g) for x, y, g in zip(left, right, scale, strict=True))
        return found


def check_inner_sums() -> None:
    """Error <= bound for each functional and map, and error >= bound/100 somewhere."""
    for name in FUNCTIONS:
        table = [inner_ratios(name, variance, Straight(width, step, math.ceil(12 / step))) for variance, width, step in COARSE]
        for title in WEIGHTS:
            largest = max(row[title] for row in table)
            assert 1e-2 <= largest <= 1, (name, title, largest)


def check_hyperbolas() -> None:
    """The same on the grids kappa sinh(jh)."""
    for name in ("tanh", "erf"):
        largest = 0.0
        for angle, start, step in ((0.7, 0.3, 0.8), (0.6, 0.1, 0.8), (0.6, 0.5, 0.8), (0.4, 0.5, 0.4)):
            kappa = start / math.sin(angle)
            count = math.ceil(math.asinh(12 / kappa) / step)
            ratios = inner_ratios(name, 1, nodes.Hyperbola(kappa, angle, step, count, count))
            assert max(ratios.values()) <= 1, (name, ratios)
            largest = max(largest, ratios["p"])
        assert largest >= 1e-2, (name, largest)


def check_lemma_t() -> None:
    """The normal density at a = 2 pi / h attains the bound: sum h phi(jh) - 1 = 2 exp(-2 pi^2 / h^2) (1 + ...)."""
    with precision(128):
        for step in (2.5, 2.0, 1.5):
            h = arb(step)
            truth = float(sum((h * (-(h * j) * (h * j) / 2).exp() for j in range(-40, 41)), arb(0)) / (2 * arb.pi()).sqrt() - 1)
            width = 2 * arb.pi() / h
            bound = float(trapezoid.discretisation_error(inner.edge_moments(width)[0], width, h))
            assert 0.98 <= truth / bound <= 1, (step, truth / bound)


def check_edge_moments() -> None:
    """A_0 and A_2 are equalities, A_1 a bound."""
    for width in (0.3, 0.8, 1.5):
        for power, bound in enumerate(inner.edge_moments(arb(width))):
            whole = integrate.quad(lambda x, k=power, a=width: abs(complex(x, a)) ** k * abs(np.exp(-(complex(x, a) ** 2) / 2)), -12, 12)[0]
            truth = whole / math.sqrt(2 * math.pi)
            assert (0.7 if power == 1 else 1 - 1e-9) <= truth / float(bound) <= 1 + 1e-9, (width, power)


def check_tail_moments() -> None:
    """The sums beyond the last node at a fine step come close to their bounds."""
    for reach in (1.6, 2.5, 4.0):
        for power, bound in enumerate(inner.tail_moments(arb(reach))):
            x = reach + 0.01 * np.arange(1, 2000)
            truth = 2 * 0.01 * float(np.sum(x**power * np.exp(-x * x / 2))) / math.sqrt(2 * math.pi)
            assert 0.9 <= truth / float(bound) <= 1, (reach, power)


def complex_map(name: str, z: Complexes) -> tuple[Complexes, Complexes, Complexes]:
    """f, f' and f'' of complex numbers, by numpy and scipy."""
    if name == "tanh":
        value = np.tanh(z)
        return value, 1 - value**2, -2 * value * (1 - value**2)
    if name == "sin":
        return np.sin(z), np.cos(z), -np.sin(z)
    slope = (2 / math.sqrt(math.pi) * np.exp(-z * z)).astype(np.complex128)
    return np.asarray(special.erf(z), dtype=np.complex128), slope, -2 * z * slope


def line_ratios(name: str, z: Complexes, bounds: LineBounds) -> list[float]:
    """Sampled suprema over bounds: of rho, |Im f|, |f'| and |f''|."""
    value, slope, bend = complex_map(name, z)
    away = np.maximum(np.abs(value.real) - 1, 0)
    pairs = ((away, bounds.rho), (np.abs(value.imag), bounds.beta), (np.abs(slope), bounds.d1), (np.abs(bend), bounds.d2))
    return [float(np.max(sample)) / float(bound) if bound > 0 else float(np.max(sample) > 1e-12) * 2 for sample, bound in pairs]


def check_lines() -> None:
    """The table of maps on Im z = v: below 1, and |Im f| and |f'| attained."""
    x = np.linspace(-6, 6, 4801).astype(np.complex128)
    for name in FUNCTIONS:
        for v in (0.2, 0.5, 0.75):
            ratios = line_ratios(name, x + 1j * v, maps.MAPS[name]().line(arb(v)))
            assert max(ratios) <= 1 + ROUNDING, (name, v, ratios)
            assert min(ratios[1], ratios[2]) >= 0.9, (name, v, ratios)
            assert ratios[3] >= 0.25, (name, v, ratios)


def check_hyperbola_lines() -> None:
    """The table on kappa sinh(r + i angle)."""
    r = np.linspace(-6, 6, 24001)
    for name in ("tanh", "erf"):
        for angle, start in ((0.3, 0.4), (0.6, 0.3), (0.7, 0.7)):
            kappa = start / math.sin(angle)
            bounds = maps.MAPS[name]().hyperbola(arb(kappa), arb(angle), 48)
            assert bounds is not None
            z = (kappa * np.sinh(r + 1j * angle)).astype(np.complex128)
            ratios = line_ratios(name, z[np.abs(z.real) < 25], bounds)
            assert max(ratios) <= 1 + ROUNDING, (name, angle, ratios)
            assert ratios[1] >= 0.25, (name, angle, ratios)


def check_posterior_variance() -> None:
    """V is above a dense scan of Var(T | y) and within a third of it."""
    for theta, variance in ((1, Fraction(1, 10)), (3, Fraction(1, 20))):
        with precision(128):
            law = read_signal(question("tanh", theta, variance)).law
            bound = float(posterior.posterior_variance(nodes.rule_of(law, (), 80), law.half_range, True))
        x = np.linspace(-9, 9, 6001)
        t = np.tanh(float(theta) * x) / math.sqrt(variance)
        scan = 0.0
        for y in np.linspace(0, float(law.half_range) + 4, 400):
            exponent = -x * x / 2 - (y - t) ** 2 / 2
            masses = np.exp(exponent - exponent.max())
            masses /= masses.sum()
            scan = max(scan, float((masses * t * t).sum() - (masses * t).sum() ** 2))
        assert scan * (1 - 1e-9) <= bound <= 4 / 3 * scan, (theta, scan, bound)


CHECKS = (
    check_inner_sums,
    check_hyperbolas,
    check_lemma_t,
    check_edge_moments,
    check_tail_moments,
    check_lines,
    check_hyperbola_lines,
    check_posterior_variance,
)


@pytest.mark.parametrize("check", CHECKS, ids=named)
def test_every_input_bound_holds_and_is_approached(check: Check) -> None:
    check()


def _line_without(**changes: Callable[[LineBounds], arb]) -> Callable[[Callable[[arb], LineBounds]], Callable[[arb], LineBounds]]:
    def faulty(original: Callable[[arb], LineBounds]) -> Callable[[arb], LineBounds]:
        def line(v: arb) -> LineBounds:
            bounds = original(v)
            values = {name: getattr(bounds, name) for name in ("rho", "beta", "d1", "d2")}
            return LineBounds(**{**values, **{name: change(bounds) for name, change in changes.items()}})

        return line

    return faulty


FAULTS = {
    "Lemma T has no factor 2": Fault(trapezoid, "strip_factor", times(0.5), check_lemma_t),
    "A_k has no growth exp(a^2/2)": Fault(inner, "edge_moments", lambda original: lambda a: (arb(1), (2 / arb.pi()).sqrt() + a, 1 + a * a), check_edge_moments),
    "A_2 has no a^2": Fault(inner, "edge_moments", lambda original: lambda a: (*original(a)[:2], original(a)[0]), check_edge_moments),
    "tails are one-sided": Fault(inner, "tail_moments", times(0.5), check_tail_moments),
    "beta is left out of q": Fault(nodes, "inner_factor", lambda original: lambda a, h, beta, s2: original(a, h, arb(0), s2), check_inner_sums),
    "q is a tenth": Fault(nodes, "inner_factor", times(0.1), check_hyperbolas),
    "rho of sin is 0": Fault(maps, "_sine_line", _line_without(rho=lambda bounds: arb(0)), check_lines),
    "beta of tanh is v": Fault(maps, "_tanh_line", lambda original: lambda v: LineBounds(arb(0), v, original(v).d1, original(v).d2), check_lines),
    "d1 of tanh is 1": Fault(maps, "_tanh_line", _line_without(d1=lambda bounds: arb(1)), check_lines),
    "d2 of erf is a quarter": Fault(maps, "_error_line", _line_without(d2=lambda bounds: bounds.d2 / 4), check_lines),
    "rho of erf is a half": Fault(maps, "_error_line", _line_without(rho=lambda bounds: bounds.rho / 8, beta=lambda bounds: bounds.beta / 2), check_lines),
    "V is a half": Fault(posterior, "posterior_variance", times(0.5), check_posterior_variance),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_input_constant_is_caught(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault].must_be_caught(monkeypatch)


def test_a_signal_is_read_in_units_of_the_noise() -> None:
    with precision(128):
        signal = read_signal(question("tanh", 2, Fraction(1, 4)))
        assert signal.law.half_range == 2
        assert float(signal.law.mean(SLOPE)) == pytest.approx(2 * math.sqrt(2 / math.pi), rel=1e-12)


def test_a_polynomial_takes_its_value() -> None:
    assert at((arb(1), arb(2), arb(3)), arb(2)) == 17
