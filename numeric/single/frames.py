"""Tables that every question shares: nodes over a standard normal source, and outputs in blocks around centres.

With z = c + d, c a centre and d the place within its block,

    exp(-(z - g)^2/2) = exp(-(c - g)^2/2) exp(d g) exp(-(d c + d^2/2))

so that a sum over sources at every output is one matrix product, with exponentials for every centre and every place and not for every output.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from infograd.numeric.interpreter import Floats

REACH = 9.0
OUTER = 8.7
TAILS = math.erfc(REACH / math.sqrt(2))
BLOCK = 20
ROOT = math.sqrt(2 * math.pi)
BAND = (1.0, 0.96, 0.9, 0.82)


@dataclass(frozen=True, slots=True)
class Nodes:
    """Places of a trapezoid rule over [-9, 9], those of twice the step first, with their standard normal weights and the logarithms of these.

    `outermost` is the mass beyond the ends at the places next to them, and 0 elsewhere.
    """

    places: Floats
    weights: Floats
    logarithms: Floats
    outermost: Floats
    coarse: int


@dataclass(frozen=True, slots=True)
class Outputs:
    """Outputs z, the exponents' factors by rows [c, -1, 0] and [0, d, 1], d and the last exponential by output, and the weights of sums.

    The first column of `weights` sums over z, the others are the cosines and sines of frequencies at and below half the sampling rate.
    """

    places: Floats
    factors: Floats
    shifts: Floats
    falls: Floats
    weights: Floats
    blocks: int


def rounded(count: float) -> int:
    """The next number of a sequence in steps of at most 1/16, so that tables meet again."""
    whole = math.ceil(count)
    unit = 1 << max(0, whole.bit_length() - 5)
    return -(-whole // unit) * unit


@lru_cache(maxsize=256)
def nodes(half: int, bend: float = 0.0, centre: float = 0.0) -> Nodes:
    """The rule with 2 `half` steps; with a bend k they are even in t where v = centre + sinh(k t)/k, and so denser around the centre."""
    order: Floats = np.concatenate([np.arange(half % 2 - half, half + 1, 2), np.arange((half + 1) % 2 - half, half + 1, 2)]).astype(np.float64)
    if bend == 0:
        spacing = REACH / half
        places: Floats = order * spacing
        logarithms = -0.5 * places * places + math.log(spacing / ROOT)
    else:
        low, high = (math.asinh(bend * (end - centre)) for end in (-REACH, REACH))
        spacing = (high - low) / (2 * half)
        t = (low + high) / 2 + order * spacing
        places = centre + np.sinh(t) / bend
        logarithms = -0.5 * places * places + np.log(np.cosh(t)) + math.log(spacing / bend / ROOT)
    return Nodes(places, np.exp(logarithms), logarithms, np.where(np.abs(places) > OUTER, TAILS, 0.0), 2 * (half // 2) + 1)


@lru_cache(maxsize=256)
def outputs(step: float, blocks: int, even: bool = False) -> Outputs:
    """`blocks` blocks of 20 outputs at that step, around 0; for even integrands above 0, where each stands for two."""
    centres = step * BLOCK * (np.arange(blocks) + 0.5 - (0 if even else blocks / 2))
    within: Floats = step * (np.arange(BLOCK, dtype=np.float64) - (BLOCK - 1) / 2)
    factors = np.zeros((blocks + BLOCK, 3))
    factors[:blocks, 0], factors[:blocks, 1] = centres, -1.0
    factors[blocks:, 1], factors[blocks:, 2] = within, 1.0
    places = (centres[:, None] + within).ravel()
    falls = np.exp(-(within * centres[:, None] + 0.5 * within * within)).ravel()
    turns = [math.pi / step * share * places for share in BAND]
    weight = (2 if even else 1) * step / ROOT
    sines = 0.0 if even else 2 * weight
    waves = [factor * wave(turn) for turn in turns for factor, wave in ((2 * weight, np.cos), (sines, np.sin))]
    return Outputs(places, factors, np.tile(within, blocks), falls, np.stack([np.full(places.size, weight), *waves], axis=1), blocks)
