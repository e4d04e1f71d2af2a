"""Questions whose output has a law, and what its functions are held to."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import stats

import infograd as ig
from infograd.law import Law
from infograd.numeric.functions import OutputLaw, Values, output_law

EPS = float(np.finfo(np.float64).eps)

PLACES = np.array([-1.7, -0.4, 0.3, 2.6])

NOISES: dict[str, tuple[Law, Any]] = {
    "normal": (ig.Normal("1/5", "1/4"), stats.norm(0.2, 0.5)),
    "laplace": (ig.Laplace("1/5", "1/2"), stats.laplace(0.2, 0.5)),
    "logistic": (ig.Logistic("1/5", "1/2"), stats.logistic(0.2, 0.5)),
    "student": (ig.StudentT(3, "1/5", "1/2"), stats.t(3, 0.2, 0.5)),
    "uniform": (ig.Uniform(-3, 2), stats.uniform(-3, 5)),
    "exponential": (ig.Exponential(-3, 1), stats.expon(-3, 1)),
    "mixture": (ig.Mixture(("1/4", "3/4"), (ig.Normal(-1, "1/4"), ig.Logistic(1, 1))), None),
}


def tanh_question(noise: Law, source: Law | None = None) -> ig.Question:
    x = ig.Source("X", ig.Normal(0, 1) if source is None else source)
    return ig.Question(ig.Channel(x, ig.Gate("Y", ig.tanh(2 * x), noise=noise)), ("X", "Y"))


def linear_question(gain: object = 2, noise: object = "1/4", source: Law | None = None) -> ig.Question:
    x, a = ig.Source("X", ig.Normal(0, 1) if source is None else source), ig.Parameter("a")
    return ig.Question(ig.Channel(x, ig.Gate("Y", a * x, noise=ig.Normal(0, noise))), ("X", "Y"), at={"a": gain})


def law_of(question: ig.Question, error: float = 1e-11) -> OutputLaw:
    found = output_law(question, error=error)
    assert isinstance(found, OutputLaw), found
    return found


def values(reply: Values | ig.Refusal) -> Values:
    assert isinstance(reply, Values), reply
    return reply


def reason(reply: object) -> str:
    assert isinstance(reply, ig.Refusal), reply
    return reply.reason


def check(reply: Values | ig.Refusal, truth: Any, truth_error: Any = 0.0) -> None:
    """The stated error covers the distance to the truth, up to the truth's own rounding and error."""
    found = values(reply)
    assert np.all(np.abs(found.values - truth) <= found.error + 8 * EPS * np.abs(truth) + truth_error)
