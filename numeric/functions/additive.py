"""The law of the last additive noise as a function of its value: density, score and distribution, in logarithms where they underflow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from infograd.law import Exponential, Laplace, Logistic, Normal, StudentT, Uniform
from infograd.numeric.density import Density
from infograd.numeric.interpreter import Floats


def log_sum(logs: Floats, axis: int | tuple[int, ...]) -> Floats:
    """log sum exp over axes; -inf where every term is."""
    largest = np.asarray(logs.max(axis=axis, keepdims=True))
    shift = np.where(np.isfinite(largest), largest, 0.0)
    total = np.asarray(np.exp(logs - shift).sum(axis=axis, keepdims=True))
    found = np.log(total, out=np.full_like(total, -np.inf), where=total > 0) + shift
    return np.asarray(np.squeeze(found, axis=axis))


def log_of(values: Floats) -> Floats:
    """The logarithm, -inf at 0."""
    return np.log(values, out=np.full_like(values, -np.inf), where=values > 0)


@dataclass(frozen=True, slots=True)
class Additive:
    """A scalar law at fixed arguments, jumps of its density included; `density` holds the arguments."""

    density: Density

    @property
    def parts(self) -> list[Additive]:
        """A mixture's components."""
        return [Additive(part) for part in self.density.parts]

    def log_density(self, z: Floats) -> Floats:
        """log p(z), -inf off the support."""
        q = self.density.arguments
        match self.density.law:
            case Uniform():
                return np.where((z >= q["lower"]) & (z <= q["upper"]), -np.log(q["upper"] - q["lower"]), -np.inf)
            case Exponential():
                return np.where(z >= q["location"], -(z - q["location"]) / q["scale"] - np.log(q["scale"]), -np.inf)
            case _ if self.density.parts:
                return log_sum(np.stack([np.log(w) + part.log_density(z) for w, part in zip(q["weights"], self.parts, strict=True)]), 0)
            case _:
                return self.density.log_density(z)

    def score(self, z: Floats) -> Floats:
        """d log p(z) / dz between the jumps of p; 0 off the support."""
        q = self.density.arguments
        match self.density.law:
            case Uniform():
                return np.zeros_like(z)
            case Exponential():
                return np.where(z >= q["location"], -1 / q["scale"], 0.0)
            case _ if self.density.parts:
                logs = np.stack([np.log(w) + part.log_density(z) for w, part in zip(q["weights"], self.parts, strict=True)])
                total = log_sum(logs, 0)
                shares = np.exp(logs - np.where(np.isfinite(total), total, 0.0))
                return np.asarray((shares * np.stack([part.score(z) for part in self.parts])).sum(axis=0))
            case _:
                return self.density.score(z)

    def log_distribution(self, z: Floats, sign: float = 1.0) -> Floats:
        """log P(Z <= z) for sign = 1, log P(Z > z) for sign = -1."""
        q = self.density.arguments
        match self.density.law:
            case Normal():
                return np.asarray(special.log_ndtr(sign * (z - q["mean"]) / np.sqrt(q["covariance"])))
            case Logistic():
                return -np.logaddexp(0.0, -sign * (z - q["location"]) / q["scale"])
            case Laplace():
                u = sign * (z - q["location"]) / q["scale"]
                tail = 0.5 * np.exp(-np.abs(u))
                return np.where(u < 0, -np.abs(u) - np.log(2.0), np.log1p(-tail))
            case StudentT():
                return log_of(np.asarray(special.stdtr(q["freedom"], sign * (z - q["location"]) / q["scale"])))
            case Uniform():
                share = np.clip((z - q["lower"]) / (q["upper"] - q["lower"]), 0.0, 1.0)
                return log_of(share if sign > 0 else 1 - share)
            case Exponential():
                u = np.maximum((z - q["location"]) / q["scale"], 0.0)
                return log_of(-np.expm1(-u)) if sign > 0 else -u
            case _:
                return log_sum(np.stack([np.log(w) + part.log_distribution(z, sign) for w, part in zip(q["weights"], self.parts, strict=True)]), 0)
