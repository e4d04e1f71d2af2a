"""A lower and an upper bound, in expectation, on the logarithm of a mean of weights.

Let s be the values of weighed nodes, u_0 the hidden randomness that made them, u_1 ... u_K independent draws of it, w(s, u) the density of s
given u, and p(s) = E w(s, u) the density that is sought. Further known nodes c may stand beside s: then all densities of s are multiplied by the
densities of the nodes of c given their parents, which do not depend on u, to densities of (s, c), and the factor drops out of every ratio below.

Leave the true one out. For fixed u_1 ... u_K and a density q that they may choose, m(s) = (1 - e)/K sum_{k=1..K} w(s, u_k) + e q(s) is a density, so by
Gibbs' inequality E log m(s) <= E log p(s): a *lower* bound on E log p. The u_k need not be independent of one another, only of s. The small share
e = 1/K^2 of a wide q (Cauchy, placed by the u_k) keeps -log m below 2 log K - log q(s), which grows with the logarithm of s: finite, with a finite
variance, for noises with an edge and for heavy tails too. It moves the bound by about 1/K^2.

Leave the true one in. Let r be the law of K + 1 independent draws, q_j the law in which draw j comes from p(u|s) instead. Then
q_j/r = w(s, u_j)/p(s), and the mixture Q = sum_j q_j/(K + 1) has Q/r = v(s)/p(s) with v(s) = 1/(K + 1) sum_{k=0..K} w(s, u_k). As v is symmetric in the draws,
E log v(s)/p(s) = E_Q log Q/r, a Kullback-Leibler divergence, so E log v(s) >= E log p(s): an *upper* bound. (Sobolev and Vetrov,
Importance Weighted Hierarchical Variational Inference, NeurIPS 2019; as a bound on information: van den Oord et al., arXiv:1807.03748, with the true density.)

With x the variance of w/p(s) the two lie about x/K apart, evenly about the truth: the midpoint's bias falls like 1/K^2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from infograd.numeric.interpreter import Dual, Floats


@dataclass(frozen=True, slots=True)
class LogMean:
    """Bounds on log p(s) for every true run, and the slopes of both from all draws and from the first half of them (None: without a direction)."""

    lower: Floats
    upper: Floats
    slopes: Floats | None

    @classmethod
    def joined(cls, parts: list[LogMean]) -> LogMean:
        """Parts for consecutive true runs as one."""
        slopes = [part.slopes for part in parts if part.slopes is not None]
        return cls(
            np.concatenate([part.lower for part in parts]), np.concatenate([part.upper for part in parts]), np.concatenate(slopes, axis=-1) if slopes else None
        )


def _logarithm(positive: Floats) -> Floats:
    """The logarithm, minus infinity at 0."""
    return np.log(positive, out=np.full_like(positive, -np.inf), where=positive > 0)


def exact(weights: Dual, logarithms: Floats) -> LogMean:
    """log sum_k exp(weights_k + logarithms_k): both bounds where all hidden randomness is summed over or integrated out."""
    value = weights[0] + logarithms
    shift = value.max(axis=1, keepdims=True)
    shares = np.exp(value - shift)
    total = shares.sum(axis=1)
    found = shift[:, 0] + np.log(total)
    if weights[1] is None:
        return LogMean(found, found, None)
    slope = (shares * weights[1]).sum(axis=1) / total
    return LogMean(found, found, np.broadcast_to(slope, (2, 2, slope.size)))


def bounded(weights: Dual, true: Dual, wide: Floats) -> LogMean:
    """The bounds from weights (n, K) of the draws, those (n, 1) of the true run, and log q of shape (n,).

    Slopes are of shape (2, 2, n): all draws and half of them, lower and upper.
    """
    shift = np.maximum(weights[0].max(axis=1, keepdims=True), true[0])
    shares, own = np.exp(weights[0] - shift), np.exp(true[0] - shift)[:, 0]
    shift = shift[:, 0]
    count = shares.shape[1]

    def bounds(draws: int, total: Floats) -> tuple[Floats, Floats]:
        small = draws**-2.0
        lower = np.logaddexp(np.log1p(-small) - np.log(draws) + _logarithm(total), np.log(small) + wide - shift)
        return lower, np.log((total + own) / (draws + 1))

    half = count // 2
    first = shares[:, :half].sum(axis=1)
    total = first + shares[:, half:].sum(axis=1)
    lower, upper = bounds(count, total)
    if weights[1] is None and true[1] is None:
        return LogMean(lower + shift, upper + shift, None)
    weighted = shares * (0.0 if weights[1] is None else weights[1])
    first_slope = weighted[:, :half].sum(axis=1)
    total_slope = first_slope + weighted[:, half:].sum(axis=1)
    own_slope = own * (0.0 if true[1] is None else np.broadcast_to(true[1], true[0].shape)[:, 0])

    def slopes(draws: int, mass: Floats, slope: Floats) -> tuple[Floats, Floats]:
        density = np.exp(bounds(draws, mass)[0])
        return (1 - draws**-2.0) / draws * slope / density, (slope + own_slope) / (mass + own)

    return LogMean(lower + shift, upper + shift, np.array([slopes(count, total, total_slope), slopes(half, first, first_slope)]))


def log_wide(values: Floats, sample: Floats) -> Floats:
    """log q: Cauchy laws for every entry of values (d, n), placed at the medians and quartiles of a sample (d, K)."""
    quartiles = np.quantile(sample, [0.25, 0.5, 0.75], axis=1)
    location, scale = quartiles[1][:, None], (quartiles[2] - quartiles[0])[:, None] / 2
    return np.asarray(-(np.log1p(((values - location) / scale) ** 2) + np.log(np.pi * scale)).sum(axis=0))
