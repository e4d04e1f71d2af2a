"""The score of outputs given other nodes as that of a mixture of inner draws, at any point and in any dimension.

What is given and the outputs are held at their values, and the randomness that is left is drawn:
log p(u, w) = log mean_m prod_k q_k(value_k - map_k(draw m)), over the outputs' own noises q_k. Where the given nodes d-separate the outputs
from the randomness behind them, that is log p(u | w) and the draws do not depend on w; elsewhere the noises of the given nodes
belong to the product, and weigh the draws by how well they explain what is given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from infograd.answer import Access
from infograd.channel import Channel, Gate, laws_within, node_law, node_parents
from infograd.error import SpecificationError
from infograd.graph import ancestors, d_separated, primitive
from infograd.learned.gradient.decomposition import Term
from infograd.learned.samples.interpreter import evaluate
from infograd.learned.samples.laws import draw, uniforms_needed
from infograd.learned.samples.noise import log_density
from infograd.learned.samples.simulator import Simulator
from infograd.learned.samples.views import Model, View
from infograd.learned.scores.mixture.design import LEAST, least_size, points, weighed
from infograd.learned.scores.mixture.signal import columns_of
from infograd.learned.scores.model import Fitted, Score
from infograd.question import Names

FEW = 0.05
MOST_VALUES = 1 << 17
MOST_PROBED = 512
MOST_SUMMED = 1 << 13


@dataclass(frozen=True, slots=True)
class Structure:
    """The nodes whose own laws make the product, the nodes that are held, those between that are run, and the random ones of them, which are drawn."""

    weighed: Names
    held: Names
    between: Names
    inner: Names


def structure_of(channel: Channel, term: Term) -> Structure | str:
    """How the term's outputs are a mixture given their condition, or why they are none, as a sentence."""
    random = [node.name for node in channel.nodes if node_law(node) is not None]
    behind = {primitive(name) for name in random} & ancestors(channel, term.given)
    clean = not term.given or d_separated(channel, term.outputs, behind, term.given)
    weighed = term.outputs if clean else (*term.outputs, *term.given)
    for name in weighed:
        law = node_law(channel.node(name))
        if law is None or law.atomic:
            why = "" if name in term.outputs else f", and {', '.join(map(repr, term.outputs))} depends on the randomness behind it around it"
            return f"{name!r} has no additive noise with a density of its own{why}, so that inner draws do not give the score."
        jumping = next((type(each).__name__ for each in laws_within(law) if each.jumps), None)
        if jumping is not None:
            return f"the density of {name!r} may jump, because its noise is {jumping}; a score then misses the jump's share."
    held = (*term.outputs, *term.given)
    pending, found = [parent for name in weighed for parent in node_parents(channel.node(name))], set()
    while pending:
        name = pending.pop()
        if name not in held and name not in found:
            found.add(name)
            pending.extend(node_parents(channel.node(name)))
    between = tuple(node.name for node in channel.nodes if node.name in found)
    return Structure(weighed, held, between, tuple(name for name in random if name in found))


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws of the inner nodes' own randomness, shape `(draws, *shape)`, and the logarithms of their weights, shape `(draws,)`."""

    own: Mapping[str, Tensor]
    log_weights: Tensor

    @classmethod
    def of(cls, simulator: Simulator, structure: Structure, uniforms: Tensor, log_weights: Tensor) -> Draws:
        """From uniforms of the inner nodes, shape `(draws, dimension)`."""
        own, start = {}, 0
        for name in structure.inner:
            law = simulator.laws[name]
            columns = uniforms[:, start : start + uniforms_needed(law)]
            own[name] = draw(law, columns, lambda argument: evaluate(argument, {}, simulator.point, simulator.modules))
            start += columns.shape[1]
        return cls(own, log_weights)

    def part(self, rows: slice) -> Draws:
        """Some of the draws."""
        return Draws({name: each[rows] for name, each in self.own.items()}, self.log_weights[rows])


def log_products(simulator: Simulator, structure: Structure, draws: Draws, values: Mapping[str, Tensor]) -> Tensor:
    """The logarithm of each draw's weighted product, shape `(rows, draws)`, at values of the held nodes of shape `(rows, dimension)`."""
    channel, count = simulator.channel, len(draws.log_weights)
    rows = len(next(iter(values.values())))
    nodes = {name: each.repeat_interleave(count, dim=0).reshape(-1, *channel.node(name).shape) for name, each in values.items()}
    for node in channel.nodes:
        if node.name in structure.between:
            parts = [evaluate(node.map, nodes, simulator.point, simulator.modules)] if isinstance(node, Gate) else []
            if node.name in draws.own:
                own = draws.own[node.name]
                parts.append(own.repeat(rows, *(1,) * (own.dim() - 1)))
            nodes[node.name] = parts[0] + parts[1] if len(parts) == 2 else parts[0]
    found = draws.log_weights.repeat(rows)
    for name in structure.weighed:
        node = channel.node(name)
        left = nodes[name] - evaluate(node.map, nodes, simulator.point, simulator.modules) if isinstance(node, Gate) else nodes[name]
        found = found + log_density(simulator.laws[name], left, lambda argument: evaluate(argument, {}, simulator.point, simulator.modules))
    return found.reshape(rows, count)


def effective_size(log_products: Tensor) -> Tensor:
    """(sum w)^2 / sum w^2 over the draws of each row."""
    return torch.exp(2 * torch.logsumexp(log_products, dim=1) - torch.logsumexp(2 * log_products, dim=1))


@dataclass(frozen=True, slots=True)
class NestedMixture:
    """Scores by `inner` draws: equidistant points with the tails drawn more often where one number is drawn, else scrambled Sobol points.

    The alarm is raised where 5 % of the samples have a smaller effective number of draws than the rule needs; the probes are the two halves of the draws.
    """

    inner: int = 128

    @property
    def method(self) -> str:
        """Its name in answers."""
        return "nested Sobol mixture"

    @property
    def access(self) -> Access:
        """The least that it needs."""
        return Access.MODEL

    def __post_init__(self) -> None:
        if isinstance(self.inner, bool) or not isinstance(self.inner, int) or self.inner < 2 or self.inner % 2:
            raise SpecificationError(f"A nested mixture's inner draws are {self.inner!r}; write an even whole number of at least 2.")

    def fit(self, view: View, term: Term, seed: int) -> Fitted:
        """The score of the term's outputs given its condition; nothing is learned from the samples but whether the draws suffice for them."""
        if not isinstance(view, Model):
            raise SpecificationError(f"A nested mixture needs {Access.MODEL.meaning}, and the view shows {view.access.meaning}.")
        simulator = view.simulator
        structure = structure_of(simulator.channel, term)
        if isinstance(structure, str):
            return Fitted(no_score, alarm=structure)
        columns = columns_of(simulator.channel, structure.inner)
        uniforms, weights = weighed(simulator.channel, structure.inner, points(self.inner, len(columns), seed))
        return fitted(view, term, structure, Draws.of(simulator, structure, uniforms, weights.log()), least_size(simulator.channel, structure.inner))


def direct_sums(view: Model, term: Term) -> Fitted:
    """The score of the term's outputs with the view's own samples as the draws of the mixture, as long as they are few."""
    structure = structure_of(view.simulator.channel, term)
    if isinstance(structure, str):
        return Fitted(no_score, alarm=structure)
    if view.rows > MOST_SUMMED:
        return Fitted(no_score, alarm=f"direct sums over {view.rows} samples for each of them are too many; ask for at most {MOST_SUMMED}.")
    uniforms = view.uniforms[:, columns_of(view.simulator.channel, structure.inner)]
    draws = Draws.of(view.simulator, structure, uniforms, torch.zeros(view.rows, dtype=torch.float64))
    return fitted(view, term, structure, draws, LEAST)


def fitted(view: Model, term: Term, structure: Structure, draws: Draws, least: float) -> Fitted:
    """The score by these draws, whose halves are its probes, with the alarm where they are effectively fewer than `least`."""
    if not structure.inner:
        return Fitted(_score(view.simulator, structure, term, Draws({}, torch.zeros(1, dtype=torch.float64))))
    some = {name: view.samples[name][:: -(-view.rows // MOST_PROBED)] for name in structure.held}
    with torch.no_grad():
        size = float(effective_size(log_products(view.simulator, structure, draws, some)).quantile(FEW))
    count = len(draws.log_weights)
    alarm = None
    if size < least:
        outputs = ", ".join(map(repr, term.outputs))
        alarm = f"the score of {outputs} rests on {size:.2g} of {count} draws at 5 % of the samples, and needs {least:g}; ask for more draws."
    parts = (slice(count // 2), slice(count // 2, None))
    probes = tuple(_score(view.simulator, structure, term, draws.part(rows)) for rows in parts)
    return Fitted(_score(view.simulator, structure, term, draws), probes, alarm)


def no_score(outputs: Tensor, given: Tensor) -> Tensor:
    """The score of a fit whose alarm says that there is none."""
    raise SpecificationError("This score was not fitted, and its alarm says why; ask for the alarm first.")


def _score(simulator: Simulator, structure: Structure, term: Term, draws: Draws) -> Score:
    """The gradient of the logarithm of the mean product in the outputs, some rows at a time."""
    widths = {name: math.prod(simulator.channel.node(name).shape) for name in structure.held}
    most = max(1, MOST_VALUES // len(draws.log_weights))

    def part(outputs: Tensor, given: Tensor) -> Tensor:
        leaf = outputs.detach().clone().requires_grad_()
        with torch.enable_grad():
            values = dict(zip(term.outputs, torch.split(leaf, [widths[name] for name in term.outputs], dim=1), strict=True))
            if term.given:
                values |= dict(zip(term.given, torch.split(given, [widths[name] for name in term.given], dim=1), strict=True))
            (found,) = torch.autograd.grad(torch.logsumexp(log_products(simulator, structure, draws, values), dim=1).sum(), leaf)
        return found

    return lambda outputs, given: torch.cat([part(u, w) for u, w in zip(torch.split(outputs, most), torch.split(given, most), strict=True)])
