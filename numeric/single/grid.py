"""The method "adaptive panels" where two trapezoid grids serve: smooth maps with Gaussian noise, Gaussian branches and points of mass.

    p = sum_i w_i phi(b - f_i; c),   d/df phi = He_1 phi/s,   d/dc phi = He_2 phi/(2 s^2)   (heat equation)

so that every derivative of p is a sum of Hermite functions and costs one row of a matrix product. Every second and every fourth node of the
same grids give the coarser resolutions whose changes the error is estimated from.
Source: trapezoid rule, Trefethen and Weideman, SIAM Review 56 (2014) 385.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from infograd.law import Normal
from infograd.numeric.interpreter import Floats
from infograd.numeric.single.evaluation import Evaluation
from infograd.numeric.single.found import EPS, Found
from infograd.numeric.single.jet import Jet, crossed
from infograd.numeric.single.plan import Branch, Plan
from infograd.question import Question

REACH = 9.0
LOOK = np.linspace(-REACH, REACH, 17)
PRIMITIVE_STEP, OUTPUT_STEP = 0.28, 0.28
CELLS = 150_000
ATTEMPTS = 3
FINER = 0.6
ROOT = math.sqrt(2 * math.pi)


def suits(plan: Plan) -> bool:
    """Whether the grids apply to the plan: every branch Gaussian or a point, one Gaussian noise, a map whose steps vary at known rates."""
    return (
        plan.smooth
        and not plan.decided
        and len(plan.parts) == 1
        and plan.parts[0].kind is Normal
        and all(branch.kind is None or (branch.kind is Normal and branch.layers is not None) for branch in plan.branches)
    )


def _scale(evaluation: Evaluation, branch: Branch, width: float) -> float:
    """The scale on which the integrand varies in the primitive: of its own law, of the steps of the map, and of the noise behind its slope."""
    known = evaluation.traced(branch, LOOK)
    length = 2 * REACH
    rate = max((abs(float(known[argument][-1] - known[argument][0])) / (length * reach) for argument, reach in branch.layers or ()), default=0.0)
    value = known[branch.location]
    leap = 0.0 if np.ndim(value) == 0 else float(np.abs(value[1:] - value[:-1]).max())
    return 1 / math.hypot(1.0, rate, leap * max(16 / length, rate) / width)


class _Nodes:
    """Nodes over the source: f with its derivatives, weights, and the masks of the coarser grids."""

    def __init__(self, evaluation: Evaluation, width: float, step: float) -> None:
        places, weights, locations, masks = [], [], [], []
        for branch in evaluation.plan.branches:
            weight = evaluation.fixed[branch.weight]
            if branch.kind is None:
                locations.append(evaluation.fixed[branch.location])
                places.append(np.ones(1))
                masks.append(np.ones((3, 1)))
            else:
                half = math.ceil(min(REACH / (step * _scale(evaluation, branch, width)), CELLS))
                spacing = REACH / half
                primitive: Floats = np.arange(-half, half + 1, dtype=np.float64) * spacing
                locations.append(evaluation.location(branch, primitive))
                places.append(np.exp(-0.5 * primitive * primitive) * (spacing / ROOT))
                mask = np.zeros((3, primitive.size))
                mask[0], mask[1, half % 2 :: 2], mask[2, half % 4 :: 4] = 1.0, 2.0, 4.0
                masks.append(mask)
            weights.append(weight)
        alone = len(places) == 1
        self.masks = masks[0] if alone else np.concatenate(masks, axis=1)
        sizes = [place.size for place in places]
        self.location = _joined(locations, [None] * len(sizes), sizes)
        self.weight = _joined(weights, places, sizes)


def _spread(jet: Jet, factor: Any, size: int) -> Jet:
    """The jet times a factor, over that many nodes."""

    def at(value: Any) -> Any:
        value = value if factor is None else factor * value
        return value if np.ndim(value) else np.full(size, value)

    first = {key: at(slope) for key, slope in jet.first.items()}
    return Jet(at(jet.value), first, None if jet.second is None else {key: at(turn) for key, turn in jet.second.items()})


def _joined(jets: list[Jet], factors: list[Any], sizes: list[int]) -> Jet:
    """The jets times factors, one behind another."""
    if len(jets) == 1:
        return _spread(jets[0], factors[0], sizes[0])

    parts = [_spread(jet, factor, size) for jet, factor, size in zip(jets, factors, sizes, strict=True)]

    def joined(rows: list[dict[Any, Any]]) -> dict[Any, Any]:
        keys = dict.fromkeys(key for row in rows for key in row)
        return {key: np.concatenate([row[key] if key in row else np.zeros(size) for row, size in zip(rows, sizes, strict=True)]) for key in keys}

    second = None if parts[0].second is None else joined([part.second or {} for part in parts])
    return Jet(np.concatenate([part.value for part in parts]), joined([part.first for part in parts]), second)


def _coefficients(nodes: _Nodes, rate: Jet) -> Iterator[tuple[int, Any, Any]]:
    """Which multiples of the Hermite functions every derivative of p consists of: (order, key, multiple); `rate` is half the noise's variance."""
    w, f = nodes.weight, nodes.location
    weight = w.value
    yield 0, "value", weight
    for key, slope in w.first.items():
        yield 0, key, slope
    for key, slope in f.first.items():
        yield 1, key, weight * slope
    for key, slope in rate.first.items():
        yield 2, key, weight * slope
    if w.second is None:
        return
    for order, factor, turns in (
        (0, 1.0, w.second),
        (1, 1.0, crossed(w.first, f.first)),
        (1, weight, f.second or {}),
        (2, 0.5 * weight, crossed(f.first, f.first)),
        (2, 1.0, crossed(w.first, rate.first)),
        (2, weight, rate.second or {}),
        (3, weight, crossed(f.first, rate.first)),
        (4, 0.5 * weight, crossed(rate.first, rate.first)),
    ):
        for pair, turn in turns.items():
            yield order, pair, factor * turn


def _hermite(u: Floats, bell: Floats, order: int) -> Floats:
    """He_n(u) times the bell exp(-u^2/2)."""
    match order:
        case 0:
            return bell
        case 1:
            return u * bell
        case 2:
            return (u * u - 1) * bell
        case 3:
            return (u * u - 3) * u * bell
        case _:
            return ((u * u - 6) * u * u + 3) * bell


def entropy_terms(rows: Floats, keys: dict[Any, int]) -> Floats:
    """-p log p, -(log p + 1) dp, and -(log p + 1) d2p - dp dp/p, for rows (..., row, output)."""
    density: Floats = rows[..., 0, :]
    positive = density > 0
    if not positive.all():
        density = np.where(positive, density, 1.0)
    log = np.log(density)
    terms: Floats = rows * -(log + 1)[..., None, :]
    terms[..., 0, :] = rows[..., 0, :] * -log
    for key, row in keys.items():
        if isinstance(key, tuple):
            terms[..., row, :] -= rows[..., keys[key[0]], :] * rows[..., keys[key[1]], :] / density * positive
    return terms


def left_over(fine: Floats, middle: Floats, coarse: Floats, size: Floats, rounding: Floats) -> Floats:
    """The error of the finest of three resolutions, each half as fine as the one before: at most the change that the last halving made.

    Errors M q, M q^2, M q^4 (or falling faster) leave changes d = M q and e = M q^2. A change e that came out smaller than d^2/size may be an
    accident of sign and is not believed; changes within rounding are agreement.
    """
    wide, narrow = np.abs(middle - coarse), np.abs(fine - middle)
    return np.asarray(np.where(np.maximum(wide, narrow) <= rounding, 0.0, np.maximum(narrow, wide * wide / size)))


class _Attempt:
    """The information at one pair of steps, and the errors that each grid leaves."""

    def __init__(self, evaluation: Evaluation, keys: dict[Any, int], primitive_step: float, output_step: float) -> None:
        part = evaluation.plan.parts[0]
        scale = evaluation.fixed[part.scale]
        width = float(scale.value)
        nodes = _Nodes(evaluation, width, primitive_step)
        middle = evaluation.fixed[part.location]
        f = nodes.location
        if middle.value or middle.first:
            f.value = f.value + middle.value
            for key, slope in middle.first.items():
                f.first[key] = f.first.get(key, 0.0) + np.broadcast_to(slope, f.value.shape)
            for pair, turn in (middle.second or {}).items():
                assert f.second is not None  # of one order with the noise
                f.second[pair] = f.second.get(pair, 0.0) + np.broadcast_to(turn, f.value.shape)
        low, high = float(f.value.min()) - REACH * width, float(f.value.max()) + REACH * width
        count = math.ceil(min((high - low) / (output_step * width * 4), CELLS)) * 4
        self.cells = (count + 1) * f.value.size
        if self.cells > CELLS:
            return
        spacing = (high - low) / count
        outputs = low + spacing * np.arange(count + 1)
        rows, magnitudes = self._rows(nodes, scale, outputs / width - (f.value / width)[:, None], keys)
        terms = entropy_terms(rows, keys)
        size = np.maximum(1.0, np.abs(terms[0]).sum(axis=1) * spacing)
        tails = np.abs(terms[0, :, [0, -1]]).sum(axis=0) * width
        walk = math.sqrt(f.value.size) / 2
        self.rounding = tails + 4 * EPS * (1 + size) + EPS * max(1.0, walk) * magnitudes + EPS * max(abs(low), abs(high)) / width * size
        along = terms.sum(axis=2) * spacing
        middle_sums = np.array([along[1], terms[0, :, ::2].sum(axis=1) * (2 * spacing)])
        coarse_sums = np.array([along[2], terms[0, :, ::4].sum(axis=1) * (4 * spacing)])
        self.values = along[0]
        self.by_primitive, self.by_output = left_over(along[0], middle_sums, coarse_sums, size, self.rounding)

    @staticmethod
    def _rows(nodes: _Nodes, scale: Jet, u: Floats, keys: dict[Any, int]) -> tuple[Floats, Floats]:
        """p and its derivatives on the three grids of the source, and the magnitudes of what each is a sum of."""
        width = float(scale.value)
        second = None if scale.second is None else {pair: turn * width for pair, turn in scale.second.items()}
        if second is not None:
            for pair, turn in crossed(scale.first, scale.first).items():
                second[pair] = second.get(pair, 0.0) + 0.5 * turn
        rate = Jet(0.5 * width * width, {key: width * slope for key, slope in scale.first.items()}, second)
        blocks: dict[int, dict[int, Any]] = {}
        for order, key, multiple in _coefficients(nodes, rate):
            block = blocks.setdefault(order, {})
            row = keys[key]
            block[row] = block[row] + multiple if row in block else multiple
        bell = u * u
        bell *= -0.5
        np.exp(bell, out=bell)
        rows, magnitudes = np.zeros((3, len(keys), u.shape[1])), np.zeros(len(keys))
        for order, block in blocks.items():
            chosen = list(block)
            multiples = np.array([block[row] for row in chosen]) * (width**-order / (ROOT * width))
            magnitudes[chosen] += np.abs(multiples).sum(axis=1) * (ROOT * width)
            masked = (nodes.masks[:, None, :] * multiples).reshape(-1, u.shape[0])
            rows[:, chosen] += (masked @ _hermite(u, bell, order)).reshape(3, len(chosen), -1)
        return rows, magnitudes


def information(plan: Plan, question: Question, error: float) -> Found | None:
    """I(A;B) in nats with its derivatives, or None where a few attempts on small grids do not meet `error`."""
    evaluation = Evaluation(plan, question)
    keys = evaluation.rows
    primitive_step, output_step, cells = PRIMITIVE_STEP, OUTPUT_STEP, 0
    for _ in range(ATTEMPTS):
        attempt = _Attempt(evaluation, keys, primitive_step, output_step)
        cells += attempt.cells
        if attempt.cells > CELLS:
            return None
        values = attempt.values - _noise_entropy(evaluation, keys)
        allowed = error * np.maximum(1.0, np.abs(values))
        doubt = attempt.by_primitive + attempt.by_output + attempt.rounding
        if (doubt <= allowed).all():
            return Found(values, doubt, cells)
        if (attempt.by_primitive > allowed / 4).any():
            primitive_step *= FINER
        if (attempt.by_output > allowed / 4).any():
            output_step *= FINER
    return None


def _noise_entropy(evaluation: Evaluation, keys: dict[Any, int]) -> Floats:
    """h(N) = 1/2 log(2 pi e s^2) with its derivatives."""
    scale = evaluation.fixed[evaluation.plan.parts[0].scale]
    total = np.zeros(len(keys))
    total[0] = 0.5 * math.log(2 * math.pi * math.e) + math.log(scale.value)
    for key, slope in scale.first.items():
        total[keys[key]] = slope / scale.value
    for pair, turn in (scale.second or {}).items():
        total[keys[pair]] = turn / scale.value
    for pair, turn in (crossed(scale.first, scale.first) if scale.second is not None else {}).items():
        total[keys[pair]] -= 0.5 * turn / scale.value**2
    return total
