"""The method "Monte Carlo sandwich": answers from the bounds, or a refusal with the interval that was reached."""

from __future__ import annotations

import math

import numpy as np

from infograd.answer import Access, Answer, Refusal
from infograd.array import Array, with_shape
from infograd.error import SpecificationError
from infograd.graph import d_separated
from infograd.mapping import FrozenMapping
from infograd.numeric.limit import LimitError
from infograd.numeric.sandwich.estimate import OUTER, Run, Sandwich, Slope
from infograd.numeric.sandwich.laws import uniforms_needed
from infograd.numeric.sandwich.model import Entry, Model, model
from infograd.numeric.sandwich.slopes import entries
from infograd.numeric.sandwich.structure import candidates
from infograd.quantity import Doubt, Quantity
from infograd.question import Question

METHOD = "Monte Carlo sandwich"
CITATION = "bounds: van den Oord et al., arXiv:1807.03748, with the true density; confidence sequences: Wang and Ramdas, arXiv:2310.03722"
LIMIT = 3e8
CONFIDENCE = 0.99
LEAST = 16
PILOT, PILOT_OUTER = 8, 256
FIRST = 64
MARGIN = 1.25
EPS = float(np.finfo(np.float64).eps)

Generator = np.random.Generator | int | None


def reading(question: Question, exact: bool = True) -> Model:
    """The question's log-marginals, written so that the fewest random numbers have to be averaged over by sampling.

    Raises: LimitError where neither side's density is known given its parents.
    """

    def burden(each: Model) -> int:
        laws = [each.law(name) for found in each.readings if found.sampled for name in found.left]
        return sum(uniforms_needed(law) for law in laws if law is not None)

    return min((model(question, terms, exact) for terms in candidates(question)), key=burden)


def sandwich(
    question: Question,
    *,
    inner: int = 1024,
    blocks: int = 64,
    outer: int = OUTER,
    rng: Generator = 0,
    confidence: float = CONFIDENCE,
    error: float | None = None,
    exact: bool = True,
) -> Sandwich | Refusal:
    """A lower and an upper bound on I(A;B|C) in nats, in expectation, from `blocks` blocks of `outer` true runs against `inner` hidden runs.

    With an error it stops as soon as half of the interval is no longer than that; the confidence sequences allow it. Without `exact` nothing is
    integrated out or summed over, and all hidden randomness is sampled. `outer` is a power of 2; `rng` is a generator, a seed, or None for fresh entropy.
    Raises: SpecificationError for counts below 2 or a confidence outside (0, 1).
    """
    for name, count in (("inner", inner), ("blocks", blocks), ("outer", outer)):
        if isinstance(count, bool) or not isinstance(count, int) or count < 2:
            raise SpecificationError(f"{name} is {count!r}; take a whole number, at least 2.")
    if outer & (outer - 1):
        raise SpecificationError(f"outer is {outer}; take a power of 2, for example {1 << outer.bit_length()}.")
    _check_confidence(confidence)
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            run = Run(reading(question, exact), [], outer, inner, np.random.default_rng(rng))
            while run.blocks < blocks:
                run.step()
                if error is not None and run.blocks >= 2 and _half(run.sandwich(confidence)) <= error:
                    break
            return run.sandwich(confidence)
    except (LimitError, FloatingPointError, np.linalg.LinAlgError) as fault:
        return _refusal(fault)


def answer(question: Question, *, error: float, rng: Generator = 0, limit: float = LIMIT, confidence: float = CONFIDENCE) -> Answer | Refusal:
    """I(A;B|C) in nats with its gradient, each to `error` (relative where the magnitude exceeds 1), or a refusal with the interval reached.

    The error is met with that confidence, by the value and by every entry of a gradient for itself. The value is the midpoint of the bounds. Its
    `estimated` doubt is half the gap between them, which bounds the bias in expectation, its `stderr` the larger standard error of the two, over
    independent blocks. A derivative is the mean slope of the bounds, which is no bound
    itself: its `estimated` doubt is what doubling the hidden runs changed. `limit` is the most likelihoods that may be evaluated
    beyond the least sample, of 24 blocks.
    Raises: SpecificationError for an error or a limit that is not positive.
    """
    if not error > 0:
        raise SpecificationError(f"error is {error!r}; ask for a positive number of nats.")
    if not limit > 0:
        raise SpecificationError(f"limit is {limit!r}; allow a positive number of likelihoods.")
    _check_confidence(confidence)
    try:
        with np.errstate(over="raise", divide="raise", invalid="raise", under="ignore"):
            return _answer(question, error, np.random.default_rng(rng), limit, confidence)
    except (LimitError, FloatingPointError, np.linalg.LinAlgError) as fault:
        return _refusal(fault)


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise SpecificationError(f"confidence is {confidence!r}; take a number between 0 and 1, for example 0.99.")


def _refusal(fault: Exception) -> Refusal:
    if isinstance(fault, LimitError):
        return Refusal("numeric", METHOD, f"{fault}.")
    return Refusal("numeric", METHOD, f"a map or a density leaves the range of numbers on a draw of its input ({fault}).")


def _half(found: Sandwich) -> float:
    """Half the length of the interval."""
    low, high = found.interval
    return 0.5 * (high - low)


def _answer(question: Question, error: float, rng: np.random.Generator, limit: float, confidence: float) -> Answer:
    if question.order > 1:
        raise LimitError("second derivatives are not among what this method gives; ask for order 1")
    read = reading(question)
    along = entries(read)
    if d_separated(question.channel, *question.between, question.given):
        nothing = {name: Quantity(with_shape(iter([0.0] * _size(question, name)), _shape(question, name))) for name in (question.wrt if question.order else ())}
        return Answer("numeric", METHOD, Access.MODEL, Quantity(0.0), FrozenMapping(nothing), citation=CITATION)
    inner, spent = _inner(read, error, limit, rng)
    run = Run(read, along, OUTER, inner, rng)
    if spent + LEAST * run.cost > limit:
        run = Run(read, along, PILOT_OUTER, inner, rng)
    if along and spent + LEAST * run.cost > limit:
        _refuse_derivatives(Run(read, [], PILOT_OUTER, inner, rng), run.cost, limit, confidence)
    while True:
        run.step()
        if run.blocks < LEAST:
            continue
        found, slopes = run.sandwich(confidence), list(run.slopes(confidence))
        if _half(found) <= _target(error, found.value) and all(each.radius + each.bias <= _target(error, each.mean) for each in slopes):
            break
        spent += run.cost
        _check_reach(found, slopes, along, error, limit, run.cost)
    return Answer(
        "numeric",
        METHOD,
        Access.MODEL,
        _value(found),
        _gradient(question, along, slopes, found.blocks),
        citation=CITATION,
        cost=FrozenMapping({"likelihoods": found.evaluations, "blocks": found.blocks, "inner": inner}),
    )


def _refuse_derivatives(run: Run, cost: int, limit: float, confidence: float) -> None:
    """Raise LimitError with the interval of the value alone, where the fewest blocks with all derivatives take more than the limit."""
    for _ in range(LEAST):
        run.step()
    raise LimitError(
        f"{_reached(run.sandwich(confidence))}; {LEAST} blocks with every derivative take {LEAST * cost:.1e} likelihoods, more than the limit of {limit:.0e}"
    )


def _reached(found: Sandwich) -> str:
    low, high = found.interval
    return f"I lies in [{low:.6g}, {high:.6g}] with {found.confidence:.6g} confidence"


def _target(error: float, value: float) -> float:
    return error * max(1.0, abs(value))


def _inner(read: Model, error: float, limit: float, rng: np.random.Generator) -> tuple[int, int]:
    """How many hidden runs leave half the gap below half the error (or as many as the limit allows), from blocks that are thrown away, and their cost."""
    if not any(each.sampled for each in read.readings):
        return 1, 0
    inner, spent = FIRST, 0
    while True:
        run = Run(read, [], PILOT_OUTER, inner, rng)
        for _ in range(PILOT):
            run.step()
        spent += PILOT * run.cost
        found = run.sandwich(CONFIDENCE)
        ratio = MARGIN * found.gap / _target(error, found.value)
        step = 2 ** min(4, max(1, math.ceil(math.log2(max(ratio, 1)))))
        if ratio <= 1 or spent + step * run.cost * (PILOT + LEAST) > limit:
            return inner, spent
        inner *= step


def _check_reach(found: Sandwich, slopes: list[Slope], along: list[Entry], error: float, limit: float, cost: int) -> None:
    """Raise LimitError with what was reached, where the error is out of reach of the limit: now, or by how the radius falls with the blocks."""
    allowed = limit / (cost * found.blocks)
    target = _target(error, found.value)
    reached = _reached(found)
    after = f"after {found.evaluations:.1e} likelihoods, and an error of {target:.1e} takes more than the limit of {limit:.0e}"
    half = 0.5 * abs(found.gap)
    if half >= target:
        raise LimitError(f"{reached}; the bounds lie {found.gap:.2g} nats apart at {found.inner} hidden runs {after}")
    if not _reachable(_half(found) - half, target - half, allowed):
        raise LimitError(f"{reached}; sampling leaves {_half(found) - half:.2g} nats beside the gap of {found.gap:.2g} {after}")
    for (name, index), each in zip(along, slopes, strict=True):
        goal = _target(error, each.mean)
        place = name + "".join(f"[{position}]" for position in index)
        if each.bias >= goal or not _reachable(each.radius, goal - each.bias, allowed):
            raise LimitError(f"{reached}; the derivative in {place} is {each.mean:.6g} to {each.radius + each.bias:.2g} {after}")


def _reachable(radius: float, room: float, allowed: float) -> bool:
    """Whether a radius that falls like the root of the blocks, of which `allowed` times as many may be taken, gets there."""
    return radius <= room or (allowed > 1 and radius <= room * 2 * math.sqrt(allowed))


def _value(found: Sandwich) -> Quantity:
    rounding = EPS * max(1.0, abs(found.value))
    return Quantity(found.value, Doubt(estimated=0.5 * abs(found.gap) + rounding, stderr=found.stderr, dof=found.blocks - 1))


def _shape(question: Question, name: str) -> tuple[int, ...]:
    return np.asarray(question.at[name], dtype=np.float64).shape


def _size(question: Question, name: str) -> int:
    return math.prod(_shape(question, name))


def _gradient(question: Question, along: list[Entry], slopes: list[Slope], blocks: int) -> FrozenMapping[Quantity]:
    found = {}
    for name in question.wrt if question.order else ():
        mine = [slope for (owner, _), slope in zip(along, slopes, strict=True) if owner == name]

        def shaped(numbers: list[float], shape: tuple[int, ...] = _shape(question, name)) -> Array:
            return with_shape(iter(numbers), shape)

        biases = [slope.bias + EPS * max(1.0, abs(slope.mean)) for slope in mine]
        found[name] = Quantity(
            shaped([slope.mean for slope in mine]), Doubt(estimated=shaped(biases), stderr=shaped([slope.stderr for slope in mine]), dof=blocks - 1)
        )
    return FrozenMapping(found)
