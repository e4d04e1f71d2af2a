"""Scrambled Sobol points whose normal scores have mean 0 and covariance I exactly in every replicate.

Averages of quadratic functions of Gaussian primitives are then exact; for others the move is of the size of the points' own error. It is
the quadratic resampling of Barraquand (Management Science 41 (1995) 1882). Uniforms that choose a component or a point stay as they are.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from infograd.law import Law, Mixture, Points
from infograd.learned.samples.laws import uniforms_needed
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.uniforms import seeds, sobol

_LEAST_POINTS = 16
_KEPT = 4


def balanced(simulator: Simulator, samples: int, replicates: int, seed: int) -> Tensor:
    """The replicates' points one after another, shape `(replicates * samples, dimension)`.

    Points are not moved where there are fewer than 16 in a replicate for each dimension.
    """
    moved = tuple(each for node in simulator.channel.nodes if node.name in simulator.laws for each in _continuous(simulator.laws[node.name]))
    return _points(moved, samples, replicates, seed)


def _continuous(law: Law) -> tuple[bool, ...]:
    return (not isinstance(law, Points | Mixture),) * uniforms_needed(law)


@lru_cache(maxsize=_KEPT)
def _points(moved: tuple[bool, ...], samples: int, replicates: int, seed: int) -> Tensor:
    """The same points for all questions of a sweep."""
    points = torch.cat([sobol(len(moved), samples, each) for each in seeds(seed, replicates)])
    columns = torch.tensor(moved).nonzero().squeeze(1)
    if not len(columns) or samples < _LEAST_POINTS * len(columns):
        return points
    scores = torch.special.ndtri(points[:, columns]).reshape(replicates, samples, -1)
    centred = scores - scores.mean(dim=1, keepdim=True)
    factor = torch.linalg.cholesky(centred.transpose(1, 2) @ centred / samples)
    whitened = torch.linalg.solve_triangular(factor, centred.transpose(1, 2), upper=False).transpose(1, 2)
    points[:, columns] = torch.special.ndtr(whitened.reshape(len(points), -1))
    return points
