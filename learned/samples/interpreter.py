"""The value of an expression in torch, differentiable, in double precision.

Every value carries a leading axis over samples: nodes have shape `(n, *shape)`, constants `(1, *shape)`, parameters either.
At a kink the derivative is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from infograd.array import Array
from infograd.error import SpecificationError
from infograd.expression import Apply, Constant, Expression, Opaque, Parameter


def tensor(array: Array) -> Tensor:
    """The nested tuple of numbers as a tensor of doubles of its shape."""
    return torch.tensor(_floats(array), dtype=torch.float64)


def _floats(array: Array) -> float | list[object]:
    return [_floats(row) for row in array] if isinstance(array, tuple) else float(array)


def _aligned(left: Tensor, right: Tensor) -> tuple[Tensor, Tensor]:
    """Both with the same number of axes: a scalar's sample axis stays first."""
    rank = max(left.dim(), right.dim())
    return left.reshape(left.shape + (1,) * (rank - left.dim())), right.reshape(right.shape + (1,) * (rank - right.dim()))


def _entrywise(function: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda left, right: function(*_aligned(left, right))


def _matrix_product(left: Tensor, right: Tensor) -> Tensor:
    row = left.unsqueeze(1) if left.dim() == 2 else left
    column = right.unsqueeze(2) if right.dim() == 2 else right
    product = row @ column
    if right.dim() == 2:
        product = product.squeeze(2)
    return product.squeeze(1) if left.dim() == 2 else product


def _clip(x: Tensor, low: Tensor, high: Tensor) -> Tensor:
    inside = (x > low.item()) & (x < high.item())
    return torch.where(inside, x, x.detach().clamp(low.item(), high.item()))


def _stack(*rows: Tensor) -> Tensor:
    count = max(row.shape[0] for row in rows)
    return torch.stack([row.expand(count, *row.shape[1:]) for row in rows], dim=1)


_OPERATIONS: dict[str, Callable[..., Tensor]] = {
    "add": _entrywise(torch.add),
    "subtract": _entrywise(torch.sub),
    "multiply": _entrywise(torch.mul),
    "divide": _entrywise(torch.div),
    "negative": torch.neg,
    "power": lambda x, exponent: x ** int(exponent.item()),
    "matmul": _matrix_product,
    "dot": lambda left, right: (left * right).sum(dim=1),
    "sum": lambda x: x.flatten(start_dim=1).sum(dim=1) if x.dim() > 1 else x,
    "stack": _stack,
    "index": lambda x, position: x[:, int(position.item())],
    "transpose": lambda x: x.transpose(1, 2),
    "tanh": torch.tanh,
    "sin": torch.sin,
    "cos": torch.cos,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "erf": torch.erf,
    "sigmoid": torch.sigmoid,
    "softplus": lambda x: torch.logaddexp(x, torch.zeros_like(x)),
    "abs": torch.abs,
    "relu": torch.relu,
    "clip": _clip,
    "sign": torch.sign,
}


def evaluate(expression: Expression, nodes: Mapping[str, Tensor], parameters: Mapping[str, Tensor], modules: Mapping[str, torch.nn.Module]) -> Tensor:
    """The expression's value, shape `(n, *shape)`, or `(1, *shape)` where it uses no node.

    `parameters` have shape `(1, *shape)`, or `(n, *shape)` with a value for every sample. A module of an opaque expression is called with its
    inputs of shape `(n, *input shape)`, in double precision, and returns `(n, *shape)`.
    """
    known: dict[int, Tensor] = {}

    def value(part: Expression) -> Tensor:
        if id(part) not in known:
            known[id(part)] = compute(part)
        return known[id(part)]

    def compute(part: Expression) -> Tensor:
        if isinstance(part, Constant):
            return tensor(part.value).unsqueeze(0)
        if isinstance(part, Parameter):
            return parameters[part.name]
        if isinstance(part, Apply):
            return _OPERATIONS[part.operation](*(value(argument) for argument in part.arguments))
        if isinstance(part, Opaque):
            return _run(part, modules[part.name], [value(each) for each in part.inputs], [parameters[each.name].squeeze(0) for each in part.parameters])
        return nodes[part.name]

    return value(expression)


def _run(opaque: Opaque, module: torch.nn.Module, inputs: list[Tensor], weights: list[Tensor]) -> Tensor:
    """The module's output with its own parameters replaced, in their order, by `weights` (all of them, or none)."""
    own = dict(module.named_parameters())
    if weights and [tuple(each.shape) for each in weights] != [tuple(each.shape) for each in own.values()]:
        raise SpecificationError(
            f"Opaque module {opaque.name!r} states parameters of shapes {[tuple(each.shape) for each in weights]} and the module handed in "
            f"has {[tuple(each.shape) for each in own.values()]}; state them in the module's order."
        )
    bound = dict(zip(own, weights, strict=True)) if weights else {name: each.detach().double() for name, each in own.items()}
    buffers = {name: each.double() if each.is_floating_point() else each for name, each in module.named_buffers()}
    count = max(each.shape[0] for each in inputs)
    output = torch.func.functional_call(module, {**bound, **buffers}, tuple(each.expand(count, *each.shape[1:]) for each in inputs))
    if not isinstance(output, Tensor) or tuple(output.shape) != (count, *opaque.shape):
        got = tuple(output.shape) if isinstance(output, Tensor) else type(output).__name__
        raise SpecificationError(f"Opaque module {opaque.name!r} returned {got} for {count} samples; it must return shape {(count, *opaque.shape)}.")
    return output
