"""The certified enclosures in numbers: seconds for a radius, and a nested mpmath quadrature of the same digits in the same run.

    python benchmarks/certified.py

Prints the radius, the seconds (of this process, so that other work on the machine does not count) and the nodes for the tanh, sin and erf
channels at the hard corners of 0 < theta <= 5, s2 >= 1/100, for maps that grow at radius 1e-10, for radius 1e-100, and for Y = tanh(X) + Z at s2 = 1/10 against mpmath.quad
within mpmath.quad, written with care: half of the even integrand, pieces of unit length, tails cut where they fall below the target.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath

import infograd as ig
from infograd.numeric import certified

DIGITS = 20
TENTH, HUNDREDTH = Fraction(1, 10), Fraction(1, 100)
GROWING_RADIUS = Fraction(1, 10**10)
GROWING: dict[str, Callable[[Any], Any]] = {
    "softplus(x)": ig.softplus,
    "x + tanh(2x)": lambda x: x + ig.tanh(2 * x),
    "x^2": lambda x: x**2,
    "x^3": lambda x: x**3,
}


def question(function: Callable[[Any], Any], theta: object, variance: object) -> ig.Question:
    """Y = f(theta X) + Z."""
    x = ig.Source("X", ig.Normal(0, 1))
    y = ig.Gate("Y", function(ig.Parameter("theta") * x), noise=ig.Normal(0, ig.Parameter("s2")))
    return ig.Question(ig.Channel(x, y), ("X", "Y"), wrt="theta", at={"theta": theta, "s2": variance})


def seconds(call: Callable[[], object], repeats: int) -> float:
    """The least process time of a call."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def nested_mpmath(digits: int) -> Any:
    """I of Y = tanh(X) + Z at s2 = 1/10, by a quad within a quad at `digits` digits."""
    with mpmath.workdps(digits + 5):
        variance = mpmath.mpf(1) / 10
        scale = 1 / (2 * mpmath.pi * mpmath.sqrt(variance))
        inputs = [mpmath.mpf(place) for place in range(-10, 11, 2)]
        outputs = [mpmath.mpf(place) / 2 for place in range(9)]

        def density(y: Any) -> Any:
            return scale * mpmath.quad(lambda x: mpmath.exp(-x * x / 2 - (y - mpmath.tanh(x)) ** 2 / (2 * variance)), inputs)

        def entropy(y: Any) -> Any:
            p = density(y)
            return -p * mpmath.log(p)

        return 2 * mpmath.quad(entropy, outputs) - mpmath.log(2 * mpmath.pi * mpmath.e * variance) / 2


def main() -> None:
    """Measure and print."""
    corners = [(1, TENTH), (5, HUNDREDTH), (5, TENTH), (Fraction(3, 2), HUNDREDTH), (Fraction(1, 20), HUNDREDTH), (Fraction(1, 100), HUNDREDTH), (5, 1)]
    for function in (ig.tanh, ig.sin, ig.erf):
        for theta, variance in corners:
            asked = question(function, theta, variance)
            certificate = certified.certify(asked)
            cost = certificate.cost
            taken = seconds(lambda asked=asked: certified.certify(asked), 3)  # type: ignore[misc]  # a default binds the question
            print(
                f"{function.__name__:5} theta={theta!s:6} s2={variance!s:6} radius {float(certificate.radius):.0e}   "
                f"{taken:6.3f} s   {cost['inputs']} x {cost['outputs']} nodes"
            )
    for title, function in GROWING.items():
        asked = question(function, 1, 1)
        certificate = certified.certify(asked, radius=GROWING_RADIUS)
        taken = seconds(lambda asked=asked: certified.certify(asked, radius=GROWING_RADIUS), 1)  # type: ignore[misc]  # as above
        print(f"{title:20} radius {float(certificate.radius):.0e}   {taken:6.3f} s   {dict(certificate.cost)}")
    asked = question(ig.tanh, 1, TENTH)
    hundred = seconds(lambda: certified.certify(asked, radius=Fraction(1, 10**100)), 3)
    print(f"radius 1e-100 for I and dI at (1, 1/10): {hundred:.3f} s")
    radius = Fraction(1, 10**DIGITS)
    ours = seconds(lambda: certified.certify(asked, radius=radius), 5)
    start = time.process_time()
    value = nested_mpmath(DIGITS)
    theirs = time.process_time() - start
    truth = certified.certify(asked, radius=Fraction(1, 10 ** (2 * DIGITS))).information.mid
    error = abs(Fraction(str(value)) - truth)
    print(f"I and dI, proven to {DIGITS} digits: {ours:.3f} s; nested mpmath, I alone at {DIGITS} digits: {theirs:.1f} s, its error {float(error):.1e}")
    print(f"ratio: {theirs / ours:.0f}")


if __name__ == "__main__":
    main()
