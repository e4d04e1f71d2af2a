"""Published values of channels of one stage, each within half a unit of its last printed digit unless the source cuts instead of rounding.

The sources are cited from memory: only the distance of 0.0045 dB at rate 1/2 was compared with a printed page, so a reader who relies on another
of the digits should look it up.
"""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

import infograd as ig
from infograd import numeric

v = ig.Parameter("v")


def bits(points: list[int], variance: float) -> float:
    """I of equiprobable points in Gaussian noise, in bits."""
    x = ig.Source("X", ig.Points(points))
    question = ig.Question(ig.Channel(x, ig.Gate("Y", x + 0, noise=ig.Normal(0, v))), ("X", "Y"), at={"v": variance}, order=0)
    return information(question) / math.log(2)


def information(question: ig.Question) -> float:
    """I in nats; what the room states as its error is far below any printed digit."""
    reply = numeric.answer(question)
    assert isinstance(reply, ig.Answer), reply
    assert reply.value is not None
    assert isinstance(reply.value.value, float)
    assert isinstance(reply.value.doubt.estimated, float)
    assert reply.value.doubt.estimated <= 1e-12 * max(1.0, abs(reply.value.value))
    return reply.value.value


def variance(decibels: float, rate: float) -> float:
    """The variance of the noise of a symbol of energy 1 at that Eb/N0, for `rate` bits a symbol: N0/2."""
    return 1 / (2 * rate * 10 ** (decibels / 10))


@pytest.mark.parametrize(
    ("rate", "decibels", "digits"),
    [
        (Fraction(1, 2), 0.187, 3),  # Chung, Forney, Richardson and Urbanke, IEEE Communications Letters 5 (2001) 58
        (Fraction(1, 3), -0.495, 3),  # Divsalar, Jin and McEliece, Allerton 1998: limits of repeat-accumulate codes, of rate 1/3
        (Fraction(1, 4), -0.794, 3),  # the same table, of rate 1/4
        (Fraction(2, 3), 1.059, 3),  # Ryan and Lin, Channel Codes, Cambridge 2009, chapter 1: limits of the binary-input channel
        (Fraction(3, 4), 1.626, 3),  # the same
        (Fraction(4, 5), 2.040, 3),  # the same
    ],
)
def test_binary_input_reaches_the_rate_at_the_published_signal_to_noise_ratio(rate: Fraction, decibels: float, digits: int) -> None:
    """I rises with Eb/N0, so the limit lies within half a unit iff I is below the rate at one end of it and above at the other."""
    half = 0.5 * 10**-digits
    below, above = (bits([-1, 1], variance(decibels + sign * half, float(rate))) for sign in (-1, 1))
    assert below <= float(rate) <= above


def test_half_a_bit_goes_through_at_the_published_noise() -> None:
    """Rate 1/2 ends at sigma = 0.97869, 0.0045 dB from the threshold 0.9781869 of the code of Chung, Forney, Richardson and Urbanke (2001)."""
    assert bits([-1, 1], 0.978695**2) < 0.5 < bits([-1, 1], 0.978685**2)
    for distance, above in ((0.00445, True), (0.00455, False)):
        assert (bits([-1, 1], (0.9781869 * 10 ** (distance / 20)) ** 2) > 0.5) is above


def test_four_levels_carry_one_bit_at_the_published_signal_to_noise_ratio() -> None:
    """4-PAM is one axis of 16-QAM, whose constrained capacity is 2 bits at Eb/N0 = 2.1 dB.

    Source: Caire, Taricco and Biglieri, IEEE Transactions on Information Theory 44 (1998) 927, coded modulation, 16-QAM.
    """
    below, above = (bits([-3, -1, 1, 3], 5 * variance(decibels, 1.0)) for decibels in (2.05, 2.15))
    assert below < 1 < above


def test_two_points_stop_being_optimal_at_the_amplitude_of_smith() -> None:
    """A third point at 0 begins to help at A/sigma = 1.665, printed cut, not rounded: dI/dw changes its sign within one unit.

    Source: Smith, Information and Control 18 (1971) 203; the digits in Sharma and Shamai, Problems of Information Transmission 46 (2010) 3.
    """
    a, w = ig.Parameter("a"), ig.Parameter("w")
    x = ig.Source("X", ig.Points([-a, 0 * a, a], [(1 - w) / 2, w, (1 - w) / 2]))
    channel = ig.Channel(x, ig.Gate("Y", x + 0, noise=ig.Normal(0, 1)))
    slopes = []
    for amplitude in ("1.665", "1.666"):
        reply = numeric.answer(ig.Question(channel, ("X", "Y"), wrt="w", at={"a": amplitude, "w": "1e-9"}))
        assert isinstance(reply, ig.Answer)
        slope, doubt = reply.gradient["w"].value, reply.gradient["w"].doubt.estimated
        assert isinstance(slope, float)
        assert isinstance(doubt, float)
        assert doubt < abs(slope)
        slopes.append(slope)
    assert slopes[0] < 0 < slopes[1]


@pytest.mark.parametrize("ratio", ["1/10000", "1/10", 1, 10, 1000])
def test_a_gaussian_input_has_shannons_capacity(ratio: object) -> None:
    """I = log(1 + S/N)/2. Source: Shannon, Bell System Technical Journal 27 (1948) 623, theorem 17."""
    s = ig.Parameter("s")
    x = ig.Source("X", ig.Normal(0, s))
    question = ig.Question(ig.Channel(x, ig.Gate("Y", x + 0, noise=ig.Normal(0, 1))), ("X", "Y"), at={"s": ratio})
    power = float(question.at["s"])
    assert abs(information(question) - 0.5 * math.log1p(power)) <= 1e-12 * max(1.0, math.log1p(power))


@pytest.mark.parametrize(("ratio", "expected"), [("1/4", 1 / 8), (1, 1 / 2), (4, math.log(4) + 1 / 8)])
def test_uniform_noise_under_a_uniform_input_is_a_trapezoid(ratio: object, expected: float) -> None:
    """X uniform of length r, N uniform of length 1: I = r/2 for r <= 1 and log r + 1/(2 r) beyond, from the entropy of the trapezoid.

    Source: Cover and Thomas, Elements of Information Theory, 2nd edition, chapter 8, problems on sums of uniform variables.
    """
    r = ig.Parameter("r")
    x = ig.Source("X", ig.Uniform(0, 1))
    question = ig.Question(ig.Channel(x, ig.Gate("Y", r * x, noise=ig.Uniform(0, 1))), ("X", "Y"), at={"r": ratio})
    assert abs(information(question) - expected) <= 1e-12 * max(1.0, expected)


def test_three_levels_two_apart_are_told_exactly_in_uniform_noise() -> None:
    """Of the inputs -2 to 2 in noise uniform on [-1, 1] the three that cannot be confused reach the capacity log 3.

    Source: Cover and Thomas, Elements of Information Theory, 2nd edition, problem 8.5.
    """
    x = ig.Source("X", ig.Points([-2, 0, 2]))
    question = ig.Question(ig.Channel(x, ig.Gate("Y", x + 0, noise=ig.Uniform(-1, 1))), ("X", "Y"))
    assert abs(information(question) - math.log(3)) <= 1e-12 * math.log(3)
