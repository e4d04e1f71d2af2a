"""Nodes and logarithms of weights that reach as far into the tails of a law as an output far out pulls its causes.

The spacing does not depend on the reach, so that a longer reach only adds nodes.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from infograd.law import Exponential, Laplace, Law, Logistic, Mixture, Normal, Points, StudentT, Uniform
from infograd.numeric.density import Density
from infograd.numeric.interpreter import Floats
from infograd.numeric.limit import LimitError, node_count
from infograd.numeric.stage.stage import PANEL, panel_rule

FARTHEST = 300.0


def even(low: float, high: float, spacing: float) -> Floats:
    """The multiples of the spacing that cover an interval.

    Raises: LimitError for too many.
    """
    node_count(high - low, spacing, 4)
    return spacing * np.arange(math.floor(low / spacing), math.ceil(high / spacing) + 1, dtype=np.float64)


def _log_cosh(t: Floats) -> Floats:
    return np.asarray(np.logaddexp(t, -t) - math.log(2.0), dtype=np.float64)


def _primitive(law: Law, density: Density, fineness: float, step: float, loss: float) -> tuple[Floats, Floats]:
    """Nodes of the primitive and the logarithms of their weights, spaced by `fineness * step`."""
    spacing = fineness * step
    match law:
        case Normal():
            nodes = even(-math.sqrt(2 * loss), math.sqrt(2 * loss), spacing)
            return nodes, -0.5 * nodes**2 + math.log(spacing / math.sqrt(2 * math.pi))
        case Logistic():
            nodes = even(-loss - 2, loss + 2, spacing)
            return nodes, -np.abs(nodes) - 2 * np.log1p(np.exp(-np.abs(nodes))) + math.log(spacing)
        case StudentT():
            freedom = float(density.arguments["freedom"])
            reach = min(FARTHEST, loss / freedom + math.log(2 * math.sqrt(freedom) + 2))
            stretched = even(-reach, reach, spacing)
            nodes = np.sinh(stretched)
            constant = float(special.gammaln((freedom + 1) / 2) - special.gammaln(freedom / 2)) - 0.5 * math.log(math.pi * freedom)
            return nodes, constant - (freedom + 1) / 2 * np.log1p(nodes**2 / freedom) + _log_cosh(stretched) + math.log(spacing)
        case Uniform():
            nodes, lengths = panel_rule(0.0, 1.0, PANEL * fineness * step**0.5, step)
            return nodes, np.log(lengths)
        case Exponential() | Laplace():
            nodes, lengths = panel_rule(0.0, loss, PANEL * fineness * step**0.5, step)
            logs = np.log(lengths) - nodes
            if isinstance(law, Exponential):
                return nodes, logs
            return np.concatenate([-nodes[::-1], nodes]), np.concatenate([logs[::-1], logs]) - math.log(2.0)
        case _:
            raise LimitError(f"the source law {type(law).__name__} has no quadrature rule here")


def _place(density: Density) -> tuple[float, float]:
    q = density.arguments
    match density.law:
        case Normal():
            return float(q["mean"]), math.sqrt(float(q["covariance"]))
        case Uniform():
            return float(q["lower"]), float(q["upper"] - q["lower"])
        case _:
            return float(q["location"]), float(q["scale"])


def source_nodes(density: Density, scale: float, step: float, loss: float) -> tuple[Floats, Floats]:
    """Nodes of a source and the logarithms of their weights, `step * scale` apart, out to where the density has lost a factor exp(loss).

    Raises: LimitError for too many nodes.
    """
    match density.law:
        case Points():
            return density.arguments["values"], np.log(density.arguments["weights"])
        case Mixture():
            parts = [source_nodes(part, scale, step, loss) for part in density.parts]
            shares = np.log(density.arguments["weights"])
            return np.concatenate([nodes for nodes, _ in parts]), np.concatenate([logs + share for share, (_, logs) in zip(shares, parts, strict=True)])
        case _:
            location, width = _place(density)
            nodes, logs = _primitive(density.law, density, scale / width, step, loss)
            return location + width * nodes, logs


def stretched(middle: float, stretch: float, low: float, high: float, spacing: float) -> tuple[Floats, Floats]:
    """Nodes on an interval and the logarithms of their lengths, even near the middle and growing like the distance beyond `stretch`.

    Raises: LimitError for too many.
    """
    unit = spacing / stretch
    parameter = even(math.asinh((low - middle) / stretch), math.asinh((high - middle) / stretch), unit)
    return middle + stretch * np.sinh(parameter), math.log(stretch * unit) + _log_cosh(parameter)
