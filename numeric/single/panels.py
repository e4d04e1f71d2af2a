"""The method "adaptive panels" where the map or a law has kinks, jumps or heavy tails, or the map is steep: I = h(B) - h(N).

    h(B) = -int p log p db,   dh = -int (log p + 1) dp db + sum over moving jumps of p of speed * (change of p log p)

over panels in b that begin at the images of all ends, bends and breaks and are halved where their error estimates ask for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from scipy import special

from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError
from infograd.numeric.single.adaptive import integrate
from infograd.numeric.single.found import EPS, Found
from infograd.numeric.single.jet import Jet
from infograd.numeric.single.output import Output
from infograd.numeric.single.plan import Plan
from infograd.numeric.single.rule import COARSE, NODES
from infograd.numeric.single.stage import Input
from infograd.numeric.single.standard import TAIL
from infograd.question import Question

FINENESSES = (1.0, 2.0, 4.0)
ASIDE = 2.0**-44
LEAST = 2.5
BLUR = EPS / 4


def entropy_terms(rows: Floats, keys: dict[Any, int]) -> Floats:
    """-p log p, -(log p + 1) dp, and -(log p + 1) d2p - dp dp/p, for rows (row, output)."""
    density = rows[0]
    positive = density > 0
    safe = np.where(positive, density, 1.0)
    log = np.log(safe)
    terms: Floats = rows * -(log + 1)
    terms[0] = density * -log
    for key, row in keys.items():
        if isinstance(key, tuple):
            terms[row] -= rows[keys[key[0]]] * rows[keys[key[1]]] / safe * positive
    return terms


@dataclass(frozen=True, slots=True)
class _Jump:
    """A place where p jumps, with its speed in every direction."""

    place: float
    speeds: dict[int, float]


def _images(given: Input, output: Output) -> Floats:
    if given.cells is None:
        return np.array([float(output.evaluation.fixed[given.branch.location].value)])
    return given.cells.ends


def _edges(output: Output) -> Floats:
    """Where panels begin: the images of ends, bends and masses, moved by the noise's breaks exactly and by its levels roughly; images of cells in between."""
    exact, rough = [], []
    width = LEAST * min(float(noise.scale.value) for noise in output.noise)
    for given in output.inputs:
        images = _images(given, output)
        marked = images if given.cells is None else given.cells.marked
        for noise in output.noise:
            middle, scale, law = float(noise.location.value), float(noise.scale.value), noise.law
            exact.append((marked[:, None] + middle + scale * np.array(law.breaks)).ravel())
            exact.append(np.array([images.min() + middle + scale * law.low, images.max() + middle + scale * law.high]))
            rough.append(((marked[:, None] + middle) + scale * np.array(law.levels)).ravel())
            rough.append(images + middle)
    fixed, loose = np.unique(np.concatenate(exact)), np.unique(np.concatenate(rough))
    loose = loose[np.unique(np.floor(loose / width), return_index=True)[1]]
    after = np.clip(np.searchsorted(fixed, loose), 1, fixed.size - 1)
    loose = loose[(np.minimum(loose - fixed[after - 1], fixed[after] - loose) > width / 2) & (loose > fixed[0]) & (loose < fixed[-1])]
    edges = np.sort(np.concatenate([fixed, loose]))
    return np.asarray(edges[np.concatenate([[True], np.diff(edges) > 4 * EPS * np.abs(edges[1:])])])


def _atoms(output: Output) -> list[tuple[Jet, Input]]:
    """Locations that have mass: points of the source, and the values that the map keeps over a cell."""
    found = []
    for given in output.inputs:
        if given.cells is None:
            found.append((output.evaluation.fixed[given.branch.location], given))
            continue
        flat = given.cells.first == given.cells.last
        seen: set[float] = set()
        for left, right, value in zip(given.cells.left[flat], given.cells.right[flat], given.cells.first[flat], strict=True):
            if float(value) not in seen:
                seen.add(float(value))
                jet = output.evaluation.location(given.branch, np.array([(left + right) / 2]))
                found.append((Jet(float(np.ravel(jet.value)[0]), {key: float(np.ravel(slope)[0]) for key, slope in jet.first.items()}, None), given))
    return found


def _jumps(output: Output) -> list[_Jump]:
    """The jumps of p: where a location that has mass meets a jump of the noise's density."""
    found: list[_Jump] = []
    for location, _ in _atoms(output):
        for noise in output.noise:
            for level, _ in noise.law.jumps:
                place = float(location.value + noise.location.value + noise.scale.value * level)
                speeds = dict.fromkeys(output.evaluation.directions.values(), 0.0)
                for factor, jet in ((1.0, location), (1.0, noise.location), (level, noise.scale)):
                    for key, slope in jet.first.items():
                        speeds[key] += factor * float(slope)
                found.append(_Jump(place, speeds))
    return sorted(found, key=lambda jump: jump.place)


def _beside(output: Output, place: float, step: float) -> tuple[float, float]:
    """p log p at the limit towards a jump, by the line through two places beside it, with its error.

    Rounding of f and of the jump's place moves all places alike, and h = p log p by its slope; that of p counts |p (log p + 1)| and that of h |h|, three
    times in the line. A line from twice as far tells whether h is smooth to there: behind a sixth root it differs by an eighth of the error.
    """
    density = output(place + step * np.array([1.0, 2.0, 4.0]))[0]
    heights = special.xlogy(density, density)
    near, far = 2 * heights[0] - heights[1], 2 * heights[1] - heights[2]
    moved = (output.reach + abs(place)) * abs((heights[1] - heights[0]) / step) / 2
    rounding = EPS * (6 * abs(heights[0]) + 12 * abs(heights[0] + density[0]) + moved)
    gap = abs(near - far)
    return float(near), float(rounding + (8 * gap if gap > 2 * rounding else 0.0))


def _boundary(output: Output) -> tuple[Floats, Floats]:
    """sum of speed * (change of p log p) over the jumps of p, by row, with its error.

    Raises: LimitError where jumps meet that move apart: the information has a corner there.
    """
    total, doubt = np.zeros((2, len(output.rows)))
    jumps = _jumps(output) if output.evaluation.directions else []
    width = min(float(noise.scale.value) for noise in output.noise)
    while jumps:
        first = jumps[0]
        aside = ASIDE * 2.0 ** math.ceil(math.log2(max(abs(first.place), width)))
        gaps = [after.place - before.place for before, after in pairwise(jumps)]
        size = next((number for number, gap in enumerate(gaps, 1) if gap > 8 * aside), len(jumps))
        group, jumps = jumps[:size], jumps[size:]
        if any(abs(jump.speeds[key] - speed) > 1e-12 * (1 + abs(speed)) for jump in group for key, speed in first.speeds.items()):
            raise LimitError(f"two jumps of the output's density meet at {first.place:g} and move apart, where the information has a corner; ask for order 0")
        (below, under), (above, over) = _beside(output, first.place, -aside), _beside(output, group[-1].place, aside)
        for key, speed in first.speeds.items():
            total[output.rows[key]] += speed * (above - below)
            doubt[output.rows[key]] += abs(speed) * (under + over)
    return total, doubt


def _noise_entropy(output: Output, plan: Plan, question: Question, error: float) -> tuple[Floats, Floats]:
    """h(N) with its derivatives, in closed form for one law, by panels for a mixture."""
    if len(output.noise) > 1:
        values, errors, _ = _entropy(Output(replace(plan, branches=(plan.still,)), question, 1.0), error)
        return values, errors
    (noise,) = output.noise
    scale = noise.scale
    total = np.zeros(len(output.rows))
    total[0] = noise.law.entropy + np.log(scale.value)
    for key, slope in scale.first.items():
        total[output.rows[key]] += slope / scale.value
    for key, slope in (noise.freedom.first if noise.freedom is not None else {}).items():
        total[output.rows[key]] += noise.law.freedom_entropy * slope
    for pair, turn in (scale.second or {}).items():
        total[output.rows[pair]] += turn / scale.value
    for key, row in output.rows.items():
        if isinstance(key, tuple):
            total[row] -= scale.first.get(key[0], 0.0) * scale.first.get(key[1], 0.0) / scale.value**2
    return total, 4 * EPS * np.abs(total)


def _tails(output: Output) -> Floats:
    """What the tails of the noise beyond its levels leave of the derivatives in its scale, by row: there p log p is that of the noise's own tail.

    With g = g(L) at a level L, dg/da counts (g + |L g'|) |s_a|/s and d2g/(da db) counts (2g + 4|L g'| + |L^2 g''|) |s_a s_b|/s^2.
    """
    left = np.zeros(len(output.rows))
    for noise in output.noise:
        law, scale = noise.law, noise.scale
        ends = np.array([level for level in (law.low, law.high) if level not in law.breaks])
        density = law.density(ends)
        steepness, curvature = np.abs(ends * law.slope(ends) / density), np.abs(ends**2 * law.turn(ends) / density)
        weight = TAIL * (1 - np.log(density))
        for key, row in output.rows.items():
            if isinstance(key, tuple):
                shares = scale.first.get(key[0], 0.0) * scale.first.get(key[1], 0.0) / scale.value**2 * (2 + 4 * steepness + curvature)
            else:
                shares = scale.first.get(key, 0.0) / scale.value * (1 + steepness)
            left[row] += np.dot(weight, np.abs(shares))
    return left


def _entropy(output: Output, error: float, offset: Floats | float = 0.0) -> tuple[Floats, Floats, Floats]:
    """h(B) with its derivatives, their errors (relative to what is left of the values less `offset`), and what of these the source's panels leave.

    Raises: LimitError when the error is not reached.
    """
    scale, reach = min(float(noise.scale.value) for noise in output.noise), output.reach
    found = integrate(
        lambda b: entropy_terms(output(b), output.rows), _edges(output), error / 4, lambda b: EPS * (1 + np.minimum(np.abs(b), reach) / (2 * scale)), offset
    )
    fine, coarse = (entropy_terms(output(found.nodes, nodes), output.rows) for nodes in (NODES, COARSE))
    inner = np.abs((fine - coarse) @ found.weights)
    blurred = np.abs(fine) @ (found.weights * np.minimum(1.0, BLUR * np.minimum(np.abs(found.nodes), reach) / scale))
    moved, left = _boundary(output)
    return found.values + moved, found.errors + inner + 8 * EPS * (1 + found.sizes) + blurred + _tails(output) + left, inner


def information(plan: Plan, question: Question, error: float) -> Found:
    """I(A;B) in nats with its derivatives up to the question's order, each to `error`, relative where it exceeds 1.

    Raises: LimitError when the error is not reached.
    """
    reached, cells = np.inf, 0
    for fineness in FINENESSES:
        output = Output(plan, question, fineness)
        noise, left = _noise_entropy(output, plan, question, error)
        values, errors, inner = _entropy(output, error, noise)
        cells += output.cells
        total, doubt = values - noise, errors + left
        excess = doubt / np.maximum(1.0, np.abs(total))
        reached = float(excess.max())
        if reached <= error:
            return Found(total, doubt, cells)
        if np.all(inner <= error / 8 * np.maximum(1.0, np.abs(total))):
            break
    raise LimitError(f"the error {error:g} was not reached: {reached:.1e} is left after {cells} cells; ask for a larger error")
