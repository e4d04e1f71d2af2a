"""The verdict on the replies to one question: every pair of statements about one entry compared, and blame laid on a room.

Pure: no room is asked here, nothing is read or written, and no clock runs.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

from infograd.answer import Answer, Reply
from infograd.array import Shape
from infograd.quantity import Doubt, Quantity, Undefined
from infograd.question import Question
from infograd.verdict import Comparison, Expectation, Side, Status, Verdict
from infograd.verify.comparing import compare, magnitude
from infograd.verify.policy import STANDARD, Policy


def gradient_name(parameter: str, symbol: str = "I") -> str:
    """The name of a gradient among a verdict's quantities: dI/dtheta, or dh/dtheta of an entropy."""
    return f"d{symbol}/d{parameter}"


def _quantities(answer: Answer, symbol: str) -> Iterator[tuple[str, Quantity]]:
    if answer.value is not None:
        yield symbol, answer.value
    for parameter, quantity in answer.gradient.items():
        yield gradient_name(parameter, symbol), quantity
    for pair, quantity in answer.hessian.items():
        yield f"d2{symbol}/d{pair}", quantity


def _statements(answers: Sequence[Answer], symbol: str) -> dict[tuple[str, Shape], list[Side]]:
    """Who says what about each entry; an answer of another shape than the first states that the entry is undefined."""
    found: dict[tuple[str, Shape], list[Side]] = {}
    shapes: dict[str, Shape] = {}
    for answer in answers:
        for name, quantity in _quantities(answer, symbol):
            expected = shapes.setdefault(name, quantity.shape)
            if quantity.shape != expected:
                why = Undefined(f"the answer has shape {quantity.shape} where another has {expected}")
                entries = [(index, why, Doubt()) for quantity_name, index in found if quantity_name == name]
            else:
                entries = list(quantity.entries())
            for index, value, doubt in entries:
                found.setdefault((name, index), []).append(Side(answer.room, answer.method, value, doubt))
    return found


def _floors(statements: Mapping[tuple[str, Shape], list[Side]], policy: Policy, regime: float) -> dict[str, float]:
    """For the value the least scale; for each gradient the root mean square of the entries that were stated of it, or the regime's if larger."""
    squares: dict[str, list[float]] = {name: [] for name, _ in statements}
    for (name, _), sides in statements.items():
        squares[name] += [size**2 for size in (magnitude(side.value) for side in sides) if math.isfinite(size)]
    roots = {name: math.sqrt(sum(found) / len(found)) if found else 0.0 for name, found in squares.items()}
    return {name: max(policy.least_scale, rms, regime) if name.startswith(("dI/", "dh/")) else policy.least_scale for name, rms in roots.items()}


def _blame(comparisons: Sequence[Comparison]) -> tuple[tuple[str, ...], str]:
    """Rooms that two others agree against; failing that, a room at odds with itself; failing that, all rooms that clash."""
    decided: set[str] = set()
    suspects: set[str] = set()
    divided: set[str] = set()
    for _, group in itertools.groupby(comparisons, key=lambda each: (each.quantity, each.index)):
        pairs = list(group)
        clashes = [frozenset((each.left.room, each.right.room)) for each in pairs if each.status is Status.DISAGREE]
        harmonies = [frozenset((each.left.room, each.right.room)) for each in pairs if each.status is Status.AGREE]
        for clash in clashes:
            if len(clash) == 1:
                divided |= clash
                continue
            suspects |= clash
            for room in clash:
                others = frozenset(name for each in (*clashes, *harmonies) for name in each) - {room}
                if len(others) >= 2 and others in harmonies and others not in clashes and all(frozenset((room, other)) in clashes for other in others):
                    decided.add(room)
    if decided:
        names = tuple(sorted(decided))
        return names, f"{' and '.join(names)} disagree{'s' if len(names) == 1 else ''} with rooms that agree with one another."
    if divided:
        names = tuple(sorted(divided))
        return names, f"Methods of {' and '.join(names)} contradict one another."
    if suspects:
        names = tuple(sorted(suspects))
        return names, f"One of {' and '.join(names)} is wrong; no third room decides which."
    return (), ""


def _status(comparisons: Sequence[Comparison]) -> Status:
    if not any(each.left.room != each.right.room for each in comparisons):
        clash = any(each.status is Status.DISAGREE for each in comparisons)
        return Status.DISAGREE if clash else Status.UNANSWERED
    found = {each.status for each in comparisons}
    return next(status for status in (Status.DISAGREE, Status.POWERLESS, Status.AGREE) if status in found)


def judge(
    question: Question,
    replies: Sequence[Reply],
    policy: Policy = STANDARD,
    expected: Mapping[tuple[str, str], Expectation] | None = None,
    regime: float = 0.0,
) -> Verdict:
    """The verdict on the replies to a question.

    `expected` holds, by (room, method), the status that comparisons with that method are known to have, and why. `regime` is
    the root mean square gradient (nats) of the regime that the question is one point of, the least scale for its gradients.
    """
    answers = [reply for reply in replies if isinstance(reply, Answer)]
    statements = _statements(answers, question.symbol)
    floors = _floors(statements, policy, regime)
    pairs = [(name, index, left, right) for (name, index), sides in statements.items() for left, right in itertools.combinations(sides, 2)]
    known = expected or {}
    comparisons = tuple(
        compare(
            name,
            index,
            left,
            right,
            floor=floors[name],
            alpha=policy.alpha / len(pairs),
            policy=policy,
            expected=known.get((left.room, left.method)) or known.get((right.room, right.method)),
        )
        for name, index, left, right in pairs
    )
    blame, note = _blame(comparisons)
    return Verdict(_status(comparisons), comparisons, blame, note)
