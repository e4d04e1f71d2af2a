"""Figure 4: the multipath channel in both readings, its gradient along alpha and along beta, three ways.

The exact gradient, Algorithm 1 with exact scores on 10,000 independent samples (eq. 82), and Algorithm 1 with both scores
learned: by the default of the learned room at every grid point, and by the paper's recipe. The recipe's pooled error is
held against the sampling limit, which the text's "nearly indistinguishable" would have it meet.
Source: arXiv:2601.01789, VII-A, eqs. (42)-(49), (81)-(83).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from infograd.answer import Refusal, Reply
from infograd.catalogue import CATALOGUE
from infograd.quantity import Quantity
from infograd.question import Question
from infograd.record import Figure, Panel, Record
from infograd.verify.experiments.sweep import (
    POINTS,
    Sweep,
    comparisons_along,
    curve,
    error_curve,
    even_grid,
    gathered,
    largest_error,
    number,
    recipe_error,
    replies_along,
    slope,
    symbol,
    tasks_along,
    verdict_of,
)
from infograd.verify.experiments.work import Task
from infograd.verify.recording import closed_forms

if TYPE_CHECKING:
    from torch import Tensor

TARGET = 0.005
SAMPLES = 10_000
CLAIM = "the text of VII-A calls the learned curve nearly indistinguishable from the exact one; its error exceeds what its samples alone would leave"
FORMS = {"A": "multipath-a", "B": "multipath-b"}


def sweeps() -> dict[str, Sweep]:
    """The four sweeps: both forms, alpha with beta = 1 and beta with alpha = 1, on [-2, 2]."""
    return {
        f"{form} {parameter}": Sweep(f"figure 4, form {form}, {parameter}", CATALOGUE[case].question, parameter, even_grid(-2, 2, POINTS))
        for form, case in FORMS.items()
        for parameter in ("alpha", "beta")
    }


def _gain_and_noise(form: str, question: Question) -> tuple[float, float]:
    """The end-to-end gain g and the variance of the effective noise (eqs. 42-44)."""
    alpha, beta, s1, s2, s3 = (float(question.at[name]) for name in ("alpha", "beta", "s1", "s2", "s3"))
    if form == "A":
        return alpha + beta, s1 + beta**2 * s2 + s3
    return alpha * beta + 1, beta**2 * s1 + s2 + s3


def exact_scores(form: str, question: Question, seed: int) -> Reply:
    """Algorithm 1 with s_Y(y) = -y/Var Y and s_{Y|X}(y|x) = -(y - g x)/Var N_eff (eq. 82)."""
    from infograd import learned

    gain, noise = _gain_and_noise(form, question)
    output = gain**2 * float(question.at["P"]) + noise

    def marginal(y: Tensor, _: Tensor) -> Tensor:
        return -y / output

    def conditional(y: Tensor, x: Tensor, _: Tensor) -> Tensor:
        return -(y - gain * x) / noise

    return learned.gradient_with_scores(question, marginal, conditional, samples=SAMPLES, seed=seed)


def _along(key: str, positions: tuple[int, ...], method: str) -> list[Reply]:
    from infograd import analytic, learned

    methods: dict[str, Any] = {
        "analytic": lambda question, seed: analytic.answer(question),
        "exact scores": lambda question, seed: exact_scores(key[0], question, seed),
        "learned": lambda question, seed: learned.answer(question, budget=learned.LIGHT, seed=seed),
        "paper": lambda question, seed: learned.answer(question, recipe="paper", seed=seed),
    }
    return replies_along(sweeps()[key], positions, methods[method])


def tasks(full: bool) -> list[Task]:
    """The work of Figure 4."""
    return tasks_along(sweeps(), _along, ("analytic", "exact scores"), full=full)


def findings(results: Sequence[Sequence[Reply]], tasks: Sequence[Task]) -> tuple[list[Record], list[Figure]]:
    """A record for each sweep, one for the recipe, and a figure for each form."""
    replies = gathered(results, tasks)
    return _records(replies), [_figure(form, replies) for form in FORMS]


def _slopes(key: str, replies: dict[tuple[str, str], dict[int, Reply]], method: str) -> dict[int, Quantity | None]:
    sweep = sweeps()[key]
    return {position: slope(sweep, reply) for position, reply in replies[key, method].items()}


def _records(replies: dict[tuple[str, str], dict[int, Reply]]) -> list[Record]:
    records = []
    errors: list[float] = []
    limits: list[float] = []
    command = "infograd verify"
    for key, sweep in sweeps().items():
        exact, learned = replies[key, "analytic"], replies[key, "learned"]
        truth, fitted = _slopes(key, replies, "analytic"), _slopes(key, replies, "learned")
        refusals = tuple(reply for reply in learned.values() if isinstance(reply, Refusal))[:1]
        comparisons = [] if refusals else comparisons_along(sweep, {position: (exact[position], learned[position]) for position in exact})
        if not refusals:
            comparisons.insert(0, largest_error(sweep, fitted, truth, TARGET, "default"))
        records.append(Record(sweep.name, sweep.question, refusals, verdict_of(comparisons), closed_forms(sweep.at(sweep.grid[-1])), command))
        limit = _slopes(key, replies, "exact scores")
        for position, quantity in _slopes(key, replies, "paper").items():
            at_limit = limit[position]
            if quantity is not None and at_limit is not None:
                errors.append(number(quantity) - number(truth[position]))
                limits.append(float(at_limit.doubt.stderr))  # type: ignore[arg-type]  # sweeps ask for scalars
    scale = max(abs(number(each)) for key in sweeps() for each in _slopes(key, replies, "analytic").values())
    recipe = [recipe_error(errors, limits, scale, CLAIM)] if errors else []
    records.append(Record("figure 4, the paper's recipe", CATALOGUE["multipath-b"].question, (), verdict_of(recipe), (), command))
    return records


def _figure(form: str, replies: dict[tuple[str, str], dict[int, Reply]]) -> Figure:
    panels, errors, notes = [], [], []
    for parameter in ("alpha", "beta"):
        key = f"{form} {parameter}"
        sweep = sweeps()[key]
        truth, scores, fitted, paper = (_slopes(key, replies, method) for method in ("analytic", "exact scores", "learned", "paper"))
        fixed = "β = 1" if parameter == "alpha" else "α = 1"
        curves = (
            curve("exact", sweep, truth),
            curve("exact scores, 10,000 samples", sweep, scores, band=True),
            curve("learned, default", sweep, fitted, marker=True),
            curve("learned, the paper's recipe", sweep, paper, marker=True),
        )
        distances = (
            error_curve("exact scores, 10,000 samples", sweep, scores, truth),
            error_curve("learned, default", sweep, fitted, truth),
            error_curve("learned, the paper's recipe", sweep, paper, truth, marker=True),
        )
        name = f"dI/d{symbol(parameter)}"
        panels.append(Panel(f"{name} at {fixed}", symbol(parameter), f"{name} (nats)", curves))
        errors.append(Panel(f"Error of {name}", symbol(parameter), "absolute error (nats)", distances, log_y=True))
        notes.append(f"{name}: " + "; ".join(f"{each.label} at most {max(each.y):.1e}" for each in distances if each.y))
    caption = f"Figure 4, form {form}: the gradient of the multipath channel along both parameters, and how far each estimate is from it. Largest errors in nats: {'. '.join(notes)}."
    return Figure(f"figure-4-{form.lower()}", f"Figure 4, form {form}", caption, (*panels, *errors))
