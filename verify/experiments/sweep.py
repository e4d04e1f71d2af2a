"""Sweeps: one parameter of a question moved over a grid, the same replies wanted at every point.

What the experiments share: asking a method at all points of a grid, the comparisons along it, and the curves.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from infograd.answer import Answer, Reply
from infograd.quantity import Doubt, Quantity
from infograd.question import Question
from infograd.record import Curve
from infograd.verdict import Comparison, Expectation, Side, Status, Verdict
from infograd.verify.comparing import compare
from infograd.verify.experiments.work import Task
from infograd.verify.judging import gradient_name, judge
from infograd.verify.policy import STANDARD

POINTS = 41
TRAINED = 5
PIECE = 11
Seeded = Callable[[Question, int], Reply]


@dataclass(frozen=True, slots=True)
class Sweep:
    """A question with one parameter on a grid; the gradient is asked in that parameter alone."""

    name: str
    question: Question
    parameter: str
    grid: tuple[Fraction, ...]

    def at(self, value: Fraction) -> Question:
        """The question at one grid point."""
        base = self.question
        return Question(base.channel, base.between, base.given, (self.parameter,), {**base.at, self.parameter: value})

    def subset(self, count: int) -> tuple[int, ...]:
        """`count` grid positions, evenly spread, both ends among them."""
        last = len(self.grid) - 1
        return tuple(sorted({round(last * position / (count - 1)) for position in range(count)}))


def even_grid(low: int, high: int, points: int) -> tuple[Fraction, ...]:
    """Equidistant rationals, both ends included."""
    return tuple(low + Fraction((high - low) * position, points - 1) for position in range(points))


def tasks_along(sweeps: Mapping[str, Sweep], function: Callable[[str, tuple[int, ...], str], list[Reply]], whole: Sequence[str], *, full: bool) -> list[Task]:
    """`function(key, positions, method)` as work: the `whole` methods along each grid, "learned" in pieces, "paper" point by point.

    The paper's recipe is trained at 5 points of each sweep, or with `full` at every point.
    """
    found = []
    for key, sweep in sweeps.items():
        every = tuple(range(len(sweep.grid)))
        pieces = [every[start : start + PIECE] for start in range(0, len(every), PIECE)]
        trained = every if full else sweep.subset(TRAINED)
        found += [Task((sweep.name, method), function, (key, every, method), 2.0) for method in whole]
        found += [Task((sweep.name, "learned"), function, (key, piece, "learned"), 3.0) for piece in pieces]
        found += [Task((sweep.name, "paper"), function, (key, (position,), "paper"), 8.0) for position in trained]
    return found


def replies_along(sweep: Sweep, positions: Sequence[int], method: Seeded) -> list[Reply]:
    """The method's replies at some positions of a grid, each with the position as its seed."""
    return [method(sweep.at(sweep.grid[position]), position) for position in positions]


def symbol(parameter: str) -> str:
    """The parameter as figures print it."""
    return {"alpha": "α", "beta": "β", "theta": "θ"}.get(parameter, parameter)


def gathered(results: Sequence[Sequence[Reply]], tasks: Sequence[Task]) -> dict[tuple[str, str], dict[int, Reply]]:
    """Replies by (sweep, method) and grid position, from tasks whose arguments are (sweep, positions, method)."""
    replies: dict[tuple[str, str], dict[int, Reply]] = {}
    for result, task in zip(results, tasks, strict=True):
        key, positions, method = task.arguments
        replies.setdefault((key, method), {}).update(zip(positions, result, strict=True))
    return {pair: dict(sorted(found.items())) for pair, found in replies.items()}


def slope(sweep: Sweep, reply: Reply | None) -> Quantity | None:
    """The gradient in the swept parameter, where the reply has one."""
    return reply.gradient.get(sweep.parameter) if isinstance(reply, Answer) else None


def number(quantity: Quantity | None) -> float:
    """The value as a float; NaN, which no curve shows, where there is none."""
    return math.nan if quantity is None else float(quantity.value)  # type: ignore[arg-type]  # sweeps ask for scalars


def half_width(quantity: Quantity | None) -> float:
    """What a band shows: bound, estimate and three standard errors together."""
    if quantity is None:
        return math.nan
    doubt = quantity.doubt
    return float(doubt.proved) + float(doubt.estimated) + 3 * float(doubt.stderr)  # type: ignore[arg-type]


def curve(label: str, sweep: Sweep, quantities: Mapping[int, Quantity | None], *, marker: bool = False, band: bool = False) -> Curve:
    """The curve of the quantities at their grid positions; positions without an answer are left out."""
    shown = {position: quantity for position, quantity in quantities.items() if quantity is not None}
    doubt = tuple(half_width(quantity) for quantity in shown.values()) if band else ()
    return Curve(label, tuple(float(sweep.grid[position]) for position in shown), tuple(number(each) for each in shown.values()), doubt, marker)


def error_curve(label: str, sweep: Sweep, quantities: Mapping[int, Quantity | None], truth: Mapping[int, Quantity | None], *, marker: bool = False) -> Curve:
    """The absolute distance to the truth along the grid."""
    shown = [position for position, quantity in quantities.items() if quantity is not None and truth[position] is not None]
    errors = tuple(abs(number(quantities[position]) - number(truth[position])) for position in shown)
    return Curve(label, tuple(float(sweep.grid[position]) for position in shown), errors, (), marker)


def comparisons_along(sweep: Sweep, replies: Mapping[int, Sequence[Reply]]) -> list[Comparison]:
    """The judge's comparisons at every grid point, the point written into the quantity's name.

    Alpha is shared among the points, and the scale of a gradient is at least its root mean square over the grid, as the first
    method states it.
    """
    slopes = [number(slope(sweep, each[0])) for each in replies.values()]
    regime = root_mean_square([value for value in slopes if math.isfinite(value)] or [0.0])
    policy = dataclasses.replace(STANDARD, alpha=STANDARD.alpha / len(replies))
    found = []
    for position, each in replies.items():
        value = sweep.grid[position]
        for comparison in judge(sweep.at(value), each, policy, regime=regime).comparisons:
            found.append(dataclasses.replace(comparison, quantity=f"{comparison.quantity} at {sweep.parameter} = {value}"))
    return found


def largest_error(sweep: Sweep, learned: Mapping[int, Quantity | None], truth: Mapping[int, Quantity | None], target: float, method: str) -> Comparison:
    """The learned curve's largest distance to the exact one, held against a declared target."""
    errors = [abs(number(learned.get(position)) - number(truth[position])) for position in truth]
    largest = math.nan if any(map(math.isnan, errors)) else max(errors)
    scale = root_mean_square([number(quantity) for quantity in truth.values()])
    return compare(
        f"largest error of {gradient_name(sweep.parameter)} over {len(errors)} points",
        (),
        Side("learned", method, largest, Doubt()),
        Side("target", "declared", 0.0, Doubt(proved=target)),
        floor=scale,
        alpha=STANDARD.alpha,
        policy=STANDARD,
    )


def root_mean_square(values: Sequence[float]) -> float:
    """The root of the mean square."""
    return math.sqrt(sum(value**2 for value in values) / len(values))


def recipe_error(errors: Sequence[float], stderrs: Sequence[float], scale: float, claim: str) -> Comparison:
    """The pooled error of the paper's recipe against what its sampling alone would leave.

    With exact scores the errors are independent with the standard errors of the exact-score estimator at as many samples, so
    sum (error/stderr)^2 is chi-square with as many degrees of freedom as points; what is allowed is that law's quantile.
    """
    from scipy import special

    count = len(errors)
    ratio = math.sqrt(float(special.chdtri(count, STANDARD.alpha)) / count)
    pooled, limit = root_mean_square(errors), root_mean_square(stderrs)
    left = Side("learned", "the paper's recipe", pooled, Doubt())
    right = Side("learned", "sampling limit with exact scores", limit, Doubt())
    status = Status.DISAGREE if not pooled <= ratio * limit else Status.AGREE
    quantity = f"root mean square error over {count} points, {pooled / limit:.1f} times the sampling limit"
    return Comparison(quantity, (), left, right, pooled - limit, (ratio - 1) * limit, scale, status, Expectation(Status.DISAGREE, claim))


def verdict_of(comparisons: Sequence[Comparison]) -> Verdict:
    """A verdict over comparisons gathered along grids: the worst status among them; rooms are blamed for unexpected ones."""
    found = {each.status for each in comparisons}
    status = next((kind for kind in (Status.DISAGREE, Status.POWERLESS, Status.AGREE) if kind in found), Status.UNANSWERED)
    rooms = {room for each in comparisons if not each.as_expected for room in (each.left.room, each.right.room)}
    return Verdict(status, tuple(comparisons), tuple(sorted(rooms)))
