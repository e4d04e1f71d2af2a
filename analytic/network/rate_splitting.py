"""Rate splitting: layers that reach any point of a Gaussian multiple-access channel by decoding one codeword at a time.

The received powers fill an axis from the noise up. A layer that fills [a, b] of it is decoded against everything below, at the
rate 1/2 log(b/a). Each user takes a window of its own length in what is left of the axis, at the height where the window gives
exactly its rate, or at the top if that gives more. Why the users that are left still fit: a set S of them fits if its rate is at
most the measure db/(2b) of the lowest length p(S) of what is left. If the window starts above that length, nothing has changed
for S; if it starts within, S together with the user filled the lowest p(S) + p before, and the user took exactly its own rate.

Source: Rimoldi and Urbanke, IEEE Trans. Inf. Theory 42 (1996) 364: no time sharing is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias

from infograd.analytic.network.capacity_region import Layer

Interval: TypeAlias = tuple[Fraction, Fraction]


def split_layers(gains: Sequence[Fraction], noise: Fraction, powers: Sequence[Fraction], ratios: Sequence[Fraction]) -> tuple[Layer, ...] | None:
    """Layers of exactly these powers, the first to be decoded first, with rates of at least 1/2 log(ratio) per user; None where there are none."""
    lengths = [gain * power for gain, power in zip(gains, powers, strict=True)]
    free = [(noise, noise + sum(lengths))]
    taken: list[tuple[Interval, int]] = []
    for user, (length, ratio) in enumerate(zip(lengths, ratios, strict=True)):
        window = _window(free, length, ratio)
        if window is None:
            return None
        taken += [(interval, user) for interval in window]
        free = [rest for interval in free for rest in _without(interval, window)]
    return tuple(Layer(user, (high - low) / gains[user]) for (low, high), user in sorted(taken, reverse=True))


def _window(free: Sequence[Interval], length: Fraction, ratio: Fraction) -> list[Interval] | None:
    """The window of that length whose intervals' ratios multiply to at least `ratio`, as high as that allows."""
    if length == 0:
        return [] if ratio <= 1 else None
    top = _clipped(free, _start_of_top(free, length), free[-1][1])
    return top if _product(top) >= ratio else next(_exact_windows(free, length, ratio), None)


def _exact_windows(free: Sequence[Interval], length: Fraction, ratio: Fraction) -> Iterator[list[Interval]]:
    """Windows [a, a + span] less the gaps between, with (a + span)/a = ratio times the gaps' own ratios: a = span / (that - 1)."""
    for first in range(len(free)):
        for last in range(first, len(free)):
            gaps = [(free[position][1], free[position + 1][0]) for position in range(first, last)]
            span = length + sum(high - low for low, high in gaps)
            stretch = ratio * _product(gaps)
            low = span / (stretch - 1) if stretch > 1 else free[-1][1]
            if free[first][0] <= low < free[first][1] and free[last][0] < low + span <= free[last][1]:
                yield _clipped(free, low, low + span)


def _start_of_top(free: Sequence[Interval], length: Fraction) -> Fraction:
    for low, high in reversed(free):
        if high - low >= length:
            return high - length
        length -= high - low
    return free[0][0]


def _clipped(free: Sequence[Interval], low: Fraction, high: Fraction) -> list[Interval]:
    return [(max(start, low), min(end, high)) for start, end in free if max(start, low) < min(end, high)]


def _without(interval: Interval, window: Sequence[Interval]) -> Iterator[Interval]:
    low, high = interval
    for start, end in window:
        if low <= start and end <= high:
            if low < start:
                yield low, start
            low = end
    if low < high:
        yield low, high


def _product(intervals: Sequence[Interval]) -> Fraction:
    product = Fraction(1)
    for low, high in intervals:
        product *= high / low
    return product
