"""Log-densities of scalar laws with their derivatives, and how far their tails reach.

For a law with arguments q, `log_density` is log p(z; q), `score` its derivative in z, and `argument_scores` its
derivatives in q, all over arrays of z.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import special

from infograd.law import Exponential, Laplace, Law, Logistic, Mixture, Normal, StudentT, Uniform
from infograd.numeric.interpreter import Floats, Interpreter

TAIL = 1e-19


@dataclass(frozen=True, slots=True)
class Density:
    """A scalar law at fixed arguments; `parts` are a mixture's components."""

    law: Law
    arguments: Mapping[str, Floats]
    parts: tuple[Density, ...] = ()

    def log_density(self, z: Floats) -> Floats:
        """log p(z)."""
        q = self.arguments
        match self.law:
            case Normal():
                return -0.5 * (z - q["mean"]) ** 2 / q["covariance"] - 0.5 * np.log(2 * np.pi * q["covariance"])
            case Laplace():
                return np.asarray(-np.abs(z - q["location"]) / q["scale"] - np.log(2 * q["scale"]))
            case Logistic():
                u = np.abs(z - q["location"]) / q["scale"]
                return np.asarray(-u - 2 * np.log1p(np.exp(-u)) - np.log(q["scale"]))
            case StudentT():
                n, u = q["freedom"], (z - q["location"]) / q["scale"]
                constant = special.gammaln((n + 1) / 2) - special.gammaln(n / 2) - 0.5 * np.log(np.pi * n) - np.log(q["scale"])
                return constant - (n + 1) / 2 * np.log1p(u**2 / n)
            case Uniform():
                return np.where((z > q["lower"]) & (z < q["upper"]), -np.log(q["upper"] - q["lower"]), -np.inf)
            case Exponential():
                u = (z - q["location"]) / q["scale"]
                return np.where(u > 0, -u - np.log(q["scale"]), -np.inf)
            case _:
                return log_sum(self._weighted(z))

    def score(self, z: Floats) -> Floats:
        """d log p(z) / dz."""
        q = self.arguments
        match self.law:
            case Normal():
                return -(z - q["mean"]) / q["covariance"]
            case Laplace():
                return -np.sign(z - q["location"]) / q["scale"]
            case Logistic():
                return -np.tanh((z - q["location"]) / (2 * q["scale"])) / q["scale"]
            case StudentT():
                u = (z - q["location"]) / q["scale"]
                return -(q["freedom"] + 1) * u / ((q["freedom"] + u**2) * q["scale"])
            case Uniform():
                return np.zeros_like(z)
            case Exponential():
                return np.where(z > q["location"], -1 / q["scale"], 0.0)
            case _:
                return np.asarray((self._responsibilities(z) * np.stack([part.score(z) for part in self.parts])).sum(axis=0))

    def argument_scores(self, z: Floats) -> dict[str, Floats]:
        """d log p(z) / dq for every argument q; those of a mixture's components under "0.mean", "1.mean", ..."""
        q = self.arguments
        match self.law:
            case Normal():
                u = (z - q["mean"]) / q["covariance"]
                return {"mean": u, "covariance": 0.5 * (u**2 - 1 / q["covariance"])}
            case Laplace() | Logistic() | Exponential():
                return self._location_and_scale(z)
            case Uniform():
                rate = 1 / (q["upper"] - q["lower"])
                return {"lower": np.full_like(z, rate), "upper": np.full_like(z, -rate)}
            case StudentT():
                n, u = q["freedom"], (z - q["location"]) / q["scale"]
                digamma = special.digamma((n + 1) / 2) - special.digamma(n / 2) - 1 / n
                freedom = 0.5 * (digamma - np.log1p(u**2 / n) + (n + 1) * u**2 / (n * (n + u**2)))
                return {"freedom": freedom, **self._location_and_scale(z)}
            case _:
                return self._mixture_scores(z)

    def _location_and_scale(self, z: Floats) -> dict[str, Floats]:
        score = self.score(z)
        u = (z - self.arguments["location"]) / self.arguments["scale"]
        return {"location": -score, "scale": -score * u - 1 / self.arguments["scale"]}

    def _weighted(self, z: Floats) -> Floats:
        return np.stack([part.log_density(z) + np.log(weight) for part, weight in zip(self.parts, self.arguments["weights"], strict=True)])

    def _responsibilities(self, z: Floats) -> Floats:
        weighted = self._weighted(z)
        total = log_sum(weighted)
        return np.exp(weighted - np.where(np.isfinite(total), total, 0.0))

    def _mixture_scores(self, z: Floats) -> dict[str, Floats]:
        shares = self._responsibilities(z)
        weights = self.arguments["weights"].reshape(-1, *(1,) * z.ndim)
        scores = {"weights": shares / weights}
        for position, part in enumerate(self.parts):
            for name, value in part.argument_scores(z).items():
                scores[f"{position}.{name}"] = shares[position] * value
        return scores

    def span(self) -> tuple[float, float]:
        """An interval outside which the law has mass below 1e-19 on each side."""
        q = self.arguments
        match self.law:
            case Normal():
                reach = -float(special.ndtri(TAIL)) * float(np.sqrt(q["covariance"]))
                return float(q["mean"]) - reach, float(q["mean"]) + reach
            case Mixture():
                spans = [part.span() for part in self.parts]
                return min(low for low, _ in spans), max(high for _, high in spans)
            case StudentT():
                reach = -float(special.stdtrit(float(q["freedom"]), TAIL)) * float(q["scale"])
            case Uniform():
                return float(q["lower"]), float(q["upper"])
            case Exponential():
                return float(q["location"]), float(q["location"]) - float(np.log(TAIL)) * float(q["scale"])
            case _:
                reach = -float(np.log(TAIL)) * float(q["scale"])
        return float(q["location"]) - reach, float(q["location"]) + reach

    def reach(self, loss: Floats) -> tuple[Floats, Floats]:
        """The interval outside which the density is at least a factor exp(-loss) below its largest value, for each loss."""
        q = self.arguments
        match self.law:
            case Normal():
                half = np.sqrt(2 * loss * q["covariance"])
                return q["mean"] - half, q["mean"] + half
            case Mixture():
                ends = [part.reach(loss) for part in self.parts]
                return np.minimum.reduce([low for low, _ in ends]), np.maximum.reduce([high for _, high in ends])
            case StudentT():
                low, high = self.span()
                return np.full_like(loss, low), np.full_like(loss, high)
            case Uniform():
                return np.full_like(loss, q["lower"]), np.full_like(loss, q["upper"])
            case Exponential():
                return np.full_like(loss, q["location"]), q["location"] + loss * q["scale"]
            case _:
                half = (loss + np.log(4)) * q["scale"]
                return q["location"] - half, q["location"] + half

    def highest(self, low: Floats, high: Floats) -> Floats:
        """The largest log-density between `low` and `high`; of a mixture a bound on it."""
        q = self.arguments
        match self.law:
            case Mixture():
                return log_sum(np.stack([part.highest(low, high) + np.log(weight) for part, weight in zip(self.parts, q["weights"], strict=True)]))
            case Uniform():
                return self.log_density(np.clip((q["lower"] + q["upper"]) / 2, low, high))
            case Exponential():
                return np.where(high > q["location"], -np.maximum(low - q["location"], 0.0) / q["scale"] - np.log(q["scale"]), -np.inf)
            case Normal():
                return self.log_density(np.clip(q["mean"], low, high))
            case _:
                return self.log_density(np.clip(q["location"], low, high))

    def width(self) -> float:
        """The scale on which the density varies: the deviation of a Gaussian, the least one of a mixture."""
        match self.law:
            case Normal():
                return float(np.sqrt(self.arguments["covariance"]))
            case Mixture():
                return min(part.width() for part in self.parts)
            case Uniform():
                return float(self.arguments["upper"] - self.arguments["lower"])
            case _:
                return float(self.arguments["scale"])

    @property
    def heavy(self) -> bool:
        """Whether the tails decay like a power."""
        return isinstance(self.law, StudentT) or any(part.heavy for part in self.parts)


def log_sum(logs: Floats) -> Floats:
    """log sum exp over the first axis; -inf where all terms are."""
    peak = np.asarray(logs.max(axis=0))
    finite = np.isfinite(peak)
    total = np.exp(logs - np.where(finite, peak, 0.0)).sum(axis=0)
    return np.where(finite, peak + np.log(np.where(finite, total, 1.0)), -np.inf)


def read(law: Law, interpreter: Interpreter) -> tuple[Density, dict[str, Floats]]:
    """The law at the interpreter's parameter values, and the tangents of those arguments that move along its direction.

    Tangents stand under the names that `Density.argument_scores` uses.
    """
    duals = {name: interpreter(argument) for name, argument in law.arguments.items()}
    tangents = {name: tangent for name, (_, tangent) in duals.items() if tangent is not None}
    parts = []
    for position, component in enumerate(law.components if isinstance(law, Mixture) else ()):
        part, inner = read(component, interpreter)
        parts.append(part)
        tangents |= {f"{position}.{name}": tangent for name, tangent in inner.items()}
    return Density(law, {name: value for name, (value, _) in duals.items()}, tuple(parts)), tangents
