"""Samples that come from outside: arrays with their Jacobians, or a sampler of somebody else's, differentiable in torch.

Of such a channel no graph is known, so that what the two-score form needs of it is checked on the samples: the nodes that are conditioned on
stand still while the parameters move.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor

from infograd.error import SpecificationError
from infograd.learned.samples.views import Gradient, Pathwise
from infograd.question import Names

Sampler: TypeAlias = Callable[[Mapping[str, Tensor], int, torch.Generator], Mapping[str, Tensor]]
"""From parameters by name, a number of samples and a generator to the nodes' samples by name, shape `(count, *shape)`."""

FEWEST, MOST = 20, 100


def batches(rows: int) -> int:
    """Into how many equal batches, from 20 to 100, that many independent samples are split.

    Raises: SpecificationError where no such number divides them.
    """
    found = [count for count in range(MOST, FEWEST - 1, -1) if rows % count == 0]
    if rows < FEWEST:
        raise SpecificationError(f"{rows} samples are too few for a standard error; give at least {FEWEST}.")
    if not found:
        raise SpecificationError(f"{rows} samples do not split into {FEWEST} to {MOST} equal batches; leave out {rows % FEWEST} of them.")
    return found[0]


def _rows(name: str, value: Any) -> Tensor:
    """A node's samples as doubles, shape `(rows, dimension)`."""
    node = value if isinstance(value, Tensor) else torch.from_numpy(np.array(value, dtype=np.float64))
    node = node.double()
    if node.dim() == 0:
        raise SpecificationError(f"Samples of {name!r} are a single number; give an array with one row for each sample.")
    node = node.reshape(len(node), -1)
    broken = int((~torch.isfinite(node.detach())).sum())
    if broken:
        raise SpecificationError(f"Samples of {name!r} are no finite numbers at {broken} of {node.numel()} values; leave those samples out.")
    return node


def _checked(samples: Mapping[str, Tensor], asked: Names) -> dict[str, Tensor]:
    missing = [name for name in asked if name not in samples]
    if missing:
        raise SpecificationError(f"There are no samples of {missing[0]!r}; samples were given of {', '.join(map(repr, samples)) or 'nothing'}.")
    found = {name: _rows(name, samples[name]) for name in asked}
    sizes = {name: len(node) for name, node in found.items()}
    if len(set(sizes.values())) > 1:
        raise SpecificationError(f"The nodes have different numbers of samples: {', '.join(f'{name!r} {size}' for name, size in sizes.items())}.")
    return found


def from_arrays(samples: Mapping[str, Any], jacobians: Mapping[str, Mapping[str, Any]], asked: Names) -> Pathwise:
    """A view of independent samples by node, shape `(n,)` or `(n, dimension)`, with Jacobians by parameter and node, `(n, dimension, *shape)`.

    A Jacobian of a scalar node in a scalar parameter may have shape `(n,)`; a node that a parameter's table leaves out does not move with it.

    Raises: SpecificationError for missing nodes, sizes that differ and numbers that are not finite.
    """
    nodes = _checked(samples, asked)
    count = len(next(iter(nodes.values())))
    tables: dict[str, dict[str, Tensor]] = {}
    for parameter, table in jacobians.items():
        tables[parameter] = {}
        for name, value in table.items():
            if name not in nodes:
                raise SpecificationError(f"The Jacobian in {parameter!r} names {name!r}, of which no samples were asked.")
            slopes = torch.from_numpy(np.array(value, dtype=np.float64)) if not isinstance(value, Tensor) else value.detach().double()
            if slopes.shape == (count,) and nodes[name].shape[1] == 1:
                slopes = slopes.unsqueeze(1)
            if slopes.shape[:2] != nodes[name].shape:
                raise SpecificationError(
                    f"The Jacobian of {name!r} in {parameter!r} has shape {tuple(slopes.shape)}; its first two axes must be {tuple(nodes[name].shape)}."
                )
            if not bool(torch.isfinite(slopes).all()):
                raise SpecificationError(f"The Jacobian of {name!r} in {parameter!r} holds numbers that are not finite; leave those samples out.")
            tables[parameter][name] = slopes
    shapes = {parameter: next((tuple(each.shape[2:]) for each in table.values()), ()) for parameter, table in tables.items()}
    replicates = batches(count)

    def vjp(cotangents: Mapping[str, Tensor]) -> Gradient:
        found = {}
        for parameter, table in tables.items():
            total = torch.zeros(count, *shapes[parameter], dtype=torch.float64)
            for name in cotangents.keys() & table.keys():
                total = total + torch.einsum("nd...,nd->n...", table[name], cotangents[name])
            found[parameter] = total.reshape(replicates, count // replicates, *shapes[parameter]).mean(dim=1)
        return found

    def jacobian(name: str) -> Gradient:
        still = {parameter: torch.zeros(*nodes[name].shape, *shape, dtype=torch.float64) for parameter, shape in shapes.items()}
        return {parameter: table.get(name, still[parameter]) for parameter, table in tables.items()}

    return Pathwise({name: node.detach() for name, node in nodes.items()}, replicates, vjp, jacobian)


def from_sampler(sampler: Sampler, at: Mapping[str, Tensor], asked: Names, count: int, generator: torch.Generator) -> Pathwise:
    """A view of `count` independent samples of a black box, drawn batch by batch with parameters of their own in each.

    Raises: SpecificationError for missing nodes, numbers that are not finite, and parameters in which the sampler is not differentiable.
    """
    replicates = batches(count)
    size = count // replicates
    leaves = [{name: value.detach().double().clone().requires_grad_() for name, value in at.items()} for _ in range(replicates)]
    runs = [_checked(sampler(each, size, generator), asked) for each in leaves]
    wrong = next((len(node) for run in runs for node in run.values() if len(node) != size), None)
    if wrong is not None:
        raise SpecificationError(f"The sampler returned {wrong} samples and was asked for {size}.")
    _check_differentiable(runs[0], leaves[0])

    def vjp(cotangents: Mapping[str, Tensor]) -> Gradient:
        rows = []
        for position, (run, leaf) in enumerate(zip(runs, leaves, strict=True)):
            part = slice(position * size, (position + 1) * size)
            moved = [(run[name], each[part]) for name, each in cotangents.items() if run[name].requires_grad]
            rows.append(_products(moved, list(leaf.values())))
        return {name: torch.stack([row[position] for row in rows]) / size for position, name in enumerate(at)}

    samples = {name: torch.cat([run[name].detach() for run in runs]) for name in asked}
    return Pathwise(samples, replicates, vjp, lambda name: None)


def _products(moved: list[tuple[Tensor, Tensor]], leaves: list[Tensor]) -> list[Tensor]:
    """sum_i J_i^T cotangent_i for every leaf."""
    if not moved:
        return [torch.zeros_like(leaf) for leaf in leaves]
    loss = torch.stack([(node * cotangent).sum() for node, cotangent in moved]).sum()
    return list(torch.autograd.grad(loss, leaves, retain_graph=True, materialize_grads=True))


def _check_differentiable(nodes: Mapping[str, Tensor], leaves: Mapping[str, Tensor]) -> None:
    moved = [node.sum() for node in nodes.values() if node.requires_grad]
    found = torch.autograd.grad(torch.stack(moved).sum(), list(leaves.values()), retain_graph=True, allow_unused=True) if moved else [None] * len(leaves)
    for name, each in zip(leaves, found, strict=True):
        if each is None:
            raise SpecificationError(
                f"The sampler is not differentiable in {name!r}: no sample depends on it through torch; draw a primitive and move it by {name!r}."
            )


def moved_nodes(view: Pathwise, names: Names) -> tuple[str, ...]:
    """Those of the nodes that move with some parameter, as random cotangents show."""
    generator = torch.Generator().manual_seed(0)
    found = []
    for name in names:
        cotangent = torch.randn(view.samples[name].shape, generator=generator, dtype=torch.float64)
        if any(bool((each != 0).any()) for each in view.vjp({name: cotangent}).values()):
            found.append(name)
    return tuple(found)
