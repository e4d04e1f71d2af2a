"""Exact sampling of every node of a channel: each law by its own transformation, each map evaluated draw by draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from infograd.answer import Refusal
from infograd.channel import Channel, Source, check_domain
from infograd.error import SpecificationError
from infograd.law import Exponential, Laplace, Law, Logistic, Mixture, Normal, Points, StudentT, Uniform
from infograd.mapping import Point
from infograd.numeric.interpreter import Floats, Interpreter
from infograd.numeric.limit import LimitError

METHOD = "sampling"


def sample(
    channel: Channel, at: Mapping[str, object] | None, n: int, rng: np.random.Generator | int | None = None, nodes: Iterable[str] | None = None
) -> dict[str, Floats] | Refusal:
    """n independent draws of the channel's nodes, of shape (n,) for a scalar node and (n, d) for a vector, or a refusal for an opaque module.

    `at` overrides the channel's defaults. All nodes are drawn, in the channel's order, whichever are named, so that the draws of a node
    depend on the seed and n alone; `rng` is a generator, a seed, or None for fresh entropy.
    Raises: SpecificationError for unknown nodes, parameters without a value or outside their domain, and n below 1.
    """
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise SpecificationError(f"n is {n!r}; draw a whole number of samples, at least 1.")
    wanted = channel.names if nodes is None else tuple(channel.node(name).name for name in ([nodes] if isinstance(nodes, str) else nodes))
    values = _values(channel, at or {})
    generator = np.random.default_rng(rng)
    drawn: dict[str, Floats] = {}
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            for node in channel.nodes:
                law = node.law if isinstance(node, Source) else node.noise
                own = None if law is None else _drawn(law, Interpreter(values, {}, 0), generator, n)
                if isinstance(node, Source):
                    assert own is not None  # a source has a law
                    drawn[node.name] = own
                    continue
                moved = np.broadcast_to(Interpreter({**values, **drawn}, {}, 1)(node.map)[0], (*node.shape, n))
                drawn[node.name] = moved.copy() if own is None else moved + own
    except LimitError as reason:
        return Refusal("numeric", METHOD, f"{reason}.")
    except FloatingPointError as fault:
        return Refusal("numeric", METHOD, f"a map leaves the range of numbers on a draw of its input ({fault}).")
    return {name: np.ascontiguousarray(np.moveaxis(drawn[name], -1, 0)) for name in wanted}


def _values(channel: Channel, at: Mapping[str, object]) -> dict[str, Floats]:
    point = Point({**channel.defaults, **Point(at)})
    channel.check_values(point)
    missing = [parameter.name for parameter in channel.parameters if parameter.name not in point]
    if missing:
        raise SpecificationError(f"Parameter {missing[0]!r} has no value; write at={{{missing[0]!r}: ...}} or give the channel a default.")
    for node in channel.nodes:
        check_domain(node, point)
    return {name: np.asarray(value, dtype=np.float64) for name, value in point.items()}


def _drawn(law: Law, interpreter: Interpreter, generator: np.random.Generator, n: int) -> Floats:
    """Draws along the last axis, the law's own shape before it."""
    shape = (*law.shape, n)
    q = {name: interpreter(argument)[0] for name, argument in law.arguments.items()}
    stood = {name: value[..., None] for name, value in q.items()}
    match law:
        case Normal():
            normal = generator.standard_normal(shape)
            turned = np.linalg.cholesky(q["covariance"]) @ normal if law.shape else np.sqrt(q["covariance"]) * normal
            return np.asarray(stood["mean"] + turned)
        case Uniform():
            return np.asarray(stood["lower"] + (stood["upper"] - stood["lower"]) * generator.random(shape))
        case Exponential():
            return np.asarray(stood["location"] + stood["scale"] * generator.standard_exponential(shape))
        case Laplace():
            return np.asarray(stood["location"] + stood["scale"] * generator.laplace(size=shape))
        case Logistic():
            return np.asarray(stood["location"] + stood["scale"] * generator.logistic(size=shape))
        case StudentT():
            return np.asarray(stood["location"] + stood["scale"] * generator.standard_t(np.broadcast_to(stood["freedom"], shape)))
        case Points():
            return np.moveaxis(q["values"][generator.choice(len(q["weights"]), size=n, p=_shares(q["weights"]))], 0, -1)
        case Mixture():
            chosen = generator.choice(len(law.components), size=n, p=_shares(q["weights"]))
            parts = np.stack([_drawn(component, interpreter, generator, n) for component in law.components])
            return np.asarray(np.take_along_axis(parts, np.broadcast_to(chosen, (1, *shape)), axis=0)[0])
        case _:
            raise LimitError(f"the law {type(law).__name__} has no sampler here")


def _shares(weights: Floats) -> Floats:
    """The weights with the rounding of their sum taken out."""
    return np.asarray(weights / weights.sum())
