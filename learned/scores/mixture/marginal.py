"""The score of outputs by a smoothed histogram: for one number the signal's samples in bins, smoothed by the noise with one transform; else direct sums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.answer import Access
from infograd.error import SpecificationError
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.interpreter import evaluate
from infograd.learned.samples.noise import noise_score
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import sobol
from infograd.learned.samples.views import Model, View
from infograd.learned.scores.mixture.design import LEAST
from infograd.learned.scores.mixture.entropy import FLOOR, effective_size
from infograd.learned.scores.mixture.grid import AHEAD, BEHIND, Grid
from infograd.learned.scores.mixture.line import Kernel
from infograd.learned.scores.mixture.nested import direct_sums, no_score
from infograd.learned.scores.mixture.signal import Signal, signal_of
from infograd.learned.scores.mixture.sweep import SpreadError, Sweep, frame
from infograd.learned.scores.model import Fitted, Score


@dataclass(frozen=True, slots=True)
class MixtureMarginal:
    """The score of outputs of which nothing is given; the signals are the view's own samples without their last noise.

    The probes are a grid of twice the spacing, and at the view's rows, in their order, the fit to each row's own half of the replicates.
    Raises the alarm where 5 % of the outputs rest on fewer than 16 signals; in more dimensions also where there are too many samples for direct sums.
    """

    @property
    def method(self) -> str:
        """Its name in answers."""
        return "smoothed histogram"

    @property
    def access(self) -> Access:
        """The least that it needs."""
        return Access.MODEL

    def fit(self, view: View, term: Term, seed: int) -> Fitted:
        """The score of the term's outputs, from the view's signals; it takes no draws of its own, so that the seed does not matter."""
        if not isinstance(view, Model):
            raise SpecificationError(f"A smoothed histogram needs {Access.MODEL.meaning}, and the view shows {view.access.meaning}.")
        simulator = view.simulator
        if term.given:
            return Fitted(no_score, alarm="a smoothed histogram has no condition; fit a nested mixture to a conditional score.")
        if view.side(term.outputs).shape[1] > 1:
            return direct_sums(view, term)
        signal = signal_of(simulator.channel, term)
        if isinstance(signal, str):
            return Fitted(no_score, alarm=signal)
        sweep = Sweep(simulator, simulator.point, 1, ())
        kernel = sweep.kernel(signal)
        samples, _ = sweep.rows(signal, view.uniforms)
        try:
            score, size = histogram_score(sweep, signal, samples, kernel)
            coarse, _ = histogram_score(sweep, signal, samples, kernel.coarser())
            halves = [histogram_score(sweep, signal, half, kernel)[0] for half in samples.tensor_split([_middle(view)], dim=1)]
        except SpreadError as reason:
            return Fitted(no_score, alarm=str(reason))
        return Fitted(score, (coarse, _own_half(view, score, halves)), _alarm(signal, size()))


def drawn_marginal(sweep: Sweep, signal: Signal, count: int, seed: int) -> Fitted:
    """The score of a signal's output from `count` Sobol draws of its own; the probes are twice the spacing and half of the draws.

    Raises: SpreadError.
    """
    kernel = sweep.kernel(signal)
    samples, _ = sweep.rows(signal, sobol(sweep.simulator.dimension, count, seed))
    score, size = histogram_score(sweep, signal, samples, kernel)
    others = [(samples, kernel.coarser()), (samples[:, : count // 2], kernel)]
    return Fitted(score, tuple(histogram_score(sweep, signal, *each)[0] for each in others), _alarm(signal, size()))


def _alarm(signal: Signal, size: float) -> str | None:
    if size >= LEAST:
        return None
    return f"the score of {signal.output!r} rests on {size:.2g} samples at 5 % of the outputs, and needs {LEAST:g}; ask for more samples."


def _middle(view: View) -> int:
    """The first row of the second half of the replicates."""
    return view.rows // view.replicates * (view.replicates // 2) if view.replicates > 1 else view.rows // 2


def _own_half(view: View, whole: Score, halves: list[Score]) -> Score:
    def score(outputs: Tensor, given: Tensor) -> Tensor:
        if len(outputs) != view.rows:
            return whole(outputs, given)
        parts = zip(halves, outputs.tensor_split([_middle(view)]), strict=True)
        return torch.cat([half(part, given[: len(part)]) for half, part in parts])

    return score


def histogram_score(sweep: Sweep, signal: Signal, samples: Tensor, kernel: Kernel) -> tuple[Score, Callable[[], float]]:
    """The score s = p'/p as a table that is read by cubic interpolation, and the effective number of signals behind all but 5 % of the outputs, when asked."""
    count = samples.shape[1]
    weights = torch.full((1, 1, count), 1 / count, dtype=torch.float64)
    binned = sweep.binned(signal, (samples, {}), weights, kernel)
    origin, length = (float(each) for each in frame(samples.reshape(1, 1, 1, count), kernel))
    spacing = float(kernel.spacing)
    tables = kernel.tables(int(length), ())
    bins = torch.fft.rfft(binned.shares.flatten())
    p, slope = (torch.fft.irfft(bins * torch.fft.rfft(each[0]), n=int(length)) for each in (tables.density, tables.slope))
    nearest = _nearest_component(sweep.simulator, signal, samples[0])
    places = origin + spacing * torch.arange(int(length))
    table = torch.where(p > FLOOR * p.max(), slope / p, nearest(places))

    def score(outputs: Tensor, given: Tensor) -> Tensor:
        y = outputs[:, 0]
        steps = (y - origin) / spacing
        inside = (steps >= BEHIND) & (steps < length - AHEAD)
        read = Grid.of(torch.where(inside, steps, BEHIND), torch.zeros(1, dtype=torch.int64), int(length)).read(table)
        return (read if bool(inside.all()) else torch.where(inside, read, nearest(y))).unsqueeze(1)

    return score, lambda: float(effective_size(binned, kernel, 1 / count))


def _nearest_component(simulator: Simulator, signal: Signal, samples: Tensor) -> Callable[[Tensor], Tensor]:
    """The noise's own score about the nearest signal: what the mixture's score is where the density is too small to be summed."""
    ordered = samples.sort().values

    def score(y: Tensor) -> Tensor:
        above = torch.searchsorted(ordered, y.contiguous()).clamp(1, len(ordered) - 1)
        low, high = y - ordered[above - 1], y - ordered[above]
        left = torch.where(low.abs() < high.abs(), low, high).reshape(-1, *signal.noise.shape)
        return noise_score(signal.noise, left, lambda argument: evaluate(argument, {}, simulator.point, simulator.modules)).flatten()

    return score
