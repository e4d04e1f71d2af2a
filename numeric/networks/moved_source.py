"""The nodes and weights of a source with their first and second derivatives: those of `source_rule`, moved by the law's arguments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infograd.law import Exponential, Law, Mixture, Normal, Points, StudentT, Uniform
from infograd.numeric.density import Density
from infograd.numeric.interpreter import Floats
from infograd.numeric.networks.curved_density import Reading, grown, log_density
from infograd.numeric.networks.expansion import mapped, spread, steady, together
from infograd.numeric.networks.rule import primitive_rule
from infograd.numeric.single.jet import JETS, Jet, add, multiply, subtract

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class MovedSource:
    """Nodes, weights, and the places of the nodes where a tail was cut off."""

    nodes: Jet
    weights: Jet
    tails: Indices


def moved_source(law: Law, density: Density, reading: Reading, spacing: float) -> MovedSource:
    """The rule of `source_rule` at the same spacing, with derivatives in the parameters."""
    match law:
        case Points():
            return MovedSource(reading(law.values), reading(law.weights), np.zeros(0, dtype=np.intp))
        case Mixture():
            shares = reading(law.weights)
            parts = [moved_source(component, inner, reading, spacing) for component, inner in zip(law.components, density.parts, strict=True)]
            weights = [multiply(mapped(shares, lambda field, k=k: field[k]), part.weights) for k, part in enumerate(parts)]  # type: ignore[misc]  # the default binds the loop's number
            sizes = [part.nodes.value.size for part in parts]
            starts = np.cumsum([0, *sizes[:-1]])
            tails = np.concatenate([part.tails + start for part, start in zip(parts, starts, strict=True)])
            return MovedSource(_behind([part.nodes for part in parts], sizes), _behind(weights, sizes), tails)
        case _:
            places, masses, _ = primitive_rule(law, density, spacing / density.width())
            location, scale = _location_and_scale(law, reading)
            nodes = add(location, multiply(scale, steady(places)))
            return MovedSource(spread(nodes, places.shape), spread(_turned(law, reading, places, masses), places.shape), _tails(law, places.size))


def _behind(jets: list[Jet], sizes: list[int]) -> Jet:
    return together([spread(jet, (size,)) for jet, size in zip(jets, sizes, strict=True)], np.concatenate)


def _location_and_scale(law: Law, reading: Reading) -> tuple[Jet, Jet]:
    match law:
        case Normal():
            return reading(law.mean), JETS["sqrt"](reading(law.covariance))
        case Uniform():
            lower = reading(law.lower)
            return lower, subtract(reading(law.upper), lower)
        case _:
            return reading(law.location), reading(law.scale)  # type: ignore[attr-defined]  # every other law has both


def _turned(law: Law, reading: Reading, places: Floats, masses: Floats) -> Jet:
    """The weights, which move with the freedom of a StudentT alone: exp(log p) at the primitive's nodes."""
    if not isinstance(law, StudentT):
        return steady(masses)
    standard = StudentT(law.freedom)
    log = log_density(standard, steady(places), reading)
    return Jet(masses, {key: masses * term for key, term in log.first.items()}, {pair: masses * term for pair, term in grown(log).items()})


def _tails(law: Law, size: int) -> Indices:
    match law:
        case Uniform():
            return np.zeros(0, dtype=np.intp)
        case Exponential():
            return np.array([size - 1])
        case _:
            return np.array([0, size - 1])
