"""Figure 6: Y = tanh(theta X) + Z, information and gradient over theta, at a noise where I saturates and at one where it peaks.

The reference is the numeric room; beside it the paper's own way (Gauss-Hermite and central differences), where that resolves
the map, the default of the learned room at every grid point, and the paper's recipe with both scores calibrated.
Source: arXiv:2601.01789, VII-C, eqs. (84)-(85).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from infograd.answer import Answer, Refusal, Reply
from infograd.catalogue import CATALOGUE
from infograd.quantity import Quantity
from infograd.record import Figure, Panel, Record
from infograd.verify.experiments.sweep import (
    POINTS,
    Sweep,
    comparisons_along,
    curve,
    error_curve,
    even_grid,
    gathered,
    replies_along,
    slope,
    tasks_along,
    verdict_of,
)
from infograd.verify.experiments.work import Task

NOISES = {"1": Fraction(1), "1/10": Fraction(1, 10)}
METHODS = ("numeric", "Gauss-Hermite", "learned", "paper")


def sweeps() -> dict[str, Sweep]:
    """One sweep of theta on [-4, 4] for each noise variance."""
    grid = even_grid(-4, 4, POINTS)
    return {noise: Sweep(f"figure 6, s2 = {noise}", CATALOGUE["tanh"].question.at_point(s2=value), "theta", grid) for noise, value in NOISES.items()}


def _along(noise: str, positions: tuple[int, ...], method: str) -> list[Reply]:
    from infograd import learned, numeric

    methods: dict[str, Any] = {
        "numeric": lambda question, seed: numeric.answer(question),
        "Gauss-Hermite": lambda question, seed: numeric.answer(question, method="Gauss-Hermite"),
        "learned": lambda question, seed: learned.answer(question, budget=learned.LIGHT, seed=seed),
        "paper": lambda question, seed: learned.answer(question, recipe=learned.PaperRecipe(calibration="both"), seed=seed),
    }
    return replies_along(sweeps()[noise], positions, methods[method])


def tasks(full: bool) -> list[Task]:
    """The work of Figure 6."""
    return tasks_along(sweeps(), _along, ("numeric", "Gauss-Hermite"), full=full)


def findings(results: Sequence[Sequence[Reply]], tasks: Sequence[Task]) -> tuple[list[Record], list[Figure]]:
    """A record and a figure for each noise."""
    replies = gathered(results, tasks)
    parts = {noise: {method: replies[noise, method] for method in METHODS} for noise in NOISES}
    return [_record(noise, part) for noise, part in parts.items()], [_figure(noise, part) for noise, part in parts.items()]


def _record(noise: str, replies: dict[str, dict[int, Reply]]) -> Record:
    sweep = sweeps()[noise]
    refusals = tuple(reply for reply in replies["learned"].values() if isinstance(reply, Refusal))[:1]
    groups = {position: tuple(replies[method][position] for method in ("numeric", "Gauss-Hermite", "learned")) for position in replies["numeric"]}
    return Record(sweep.name, sweep.question, refusals, verdict_of(comparisons_along(sweep, groups)), (), "infograd verify")


def _value(reply: Reply) -> Quantity | None:
    return reply.value if isinstance(reply, Answer) else None


def _figure(noise: str, replies: dict[str, dict[int, Reply]]) -> Figure:
    sweep = sweeps()[noise]
    slopes = {method: {position: slope(sweep, reply) for position, reply in replies[method].items()} for method in METHODS}
    values = {method: {position: _value(reply) for position, reply in replies[method].items()} for method in ("numeric", "Gauss-Hermite")}
    truth = slopes["numeric"]
    information = (
        curve("quadrature", sweep, values["numeric"]),
        curve("Gauss-Hermite, where it resolves the map", sweep, values["Gauss-Hermite"], marker=True),
    )
    gradient = (
        curve("quadrature", sweep, truth),
        curve("Gauss-Hermite and central difference", sweep, slopes["Gauss-Hermite"], marker=True),
        curve("learned, default", sweep, slopes["learned"], marker=True),
        curve("learned, the paper's recipe", sweep, slopes["paper"], marker=True),
    )
    distances = (
        error_curve("Gauss-Hermite and central difference", sweep, slopes["Gauss-Hermite"], truth),
        error_curve("learned, default", sweep, slopes["learned"], truth),
        error_curve("learned, the paper's recipe", sweep, slopes["paper"], truth, marker=True),
    )
    value_errors = (error_curve("Gauss-Hermite, where it resolves the map", sweep, values["Gauss-Hermite"], values["numeric"]),)
    panels = (
        Panel(f"I(X;Y) at s2 = {noise}", "θ", "I (nats)", information),
        Panel(f"dI/dθ at s2 = {noise}", "θ", "dI/dθ (nats)", gradient),
        Panel("Error of I", "θ", "absolute error (nats)", value_errors, log_y=True),
        Panel("Error of dI/dθ", "θ", "absolute error (nats)", distances, log_y=True),
    )
    worst = "; ".join(f"{each.label} at most {max(each.y):.1e}" for each in distances if each.y)
    caption = f"Figure 6 at noise variance {noise}: the information of tanh(θX) + Z and its gradient. Largest errors of the gradient in nats: {worst}."
    return Figure(f"figure-6-{noise.replace('/', '-')}", f"Figure 6, s2 = {noise}", caption, panels)
