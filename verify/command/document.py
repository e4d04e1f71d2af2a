"""Answers and records as JSON-ready data. Doubles as numbers, infinities as "infinite", exact points as integers or "1/10"."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from infograd.answer import Answer, Reply
from infograd.array import Array
from infograd.convention import Unit, in_unit
from infograd.quantity import Infinite, Quantity, Undefined
from infograd.question import Question
from infograd.record import Record
from infograd.verdict import Comparison, Side
from infograd.verify.command.unit import as_doubles, reshaped

_KINDS = ("proved", "estimated", "stderr")


def _number(value: float | Infinite | Undefined) -> float | str:
    if isinstance(value, Infinite):
        return "infinite"
    if isinstance(value, Undefined) or math.isnan(value):
        return "undefined"
    return value if math.isfinite(value) else "infinite"


def _listed(value: Any) -> Any:
    return [_listed(row) for row in value] if isinstance(value, tuple) else value


def exact_json(value: Array) -> Any:
    """An exact number as an integer or a text, or nested lists of them."""
    if isinstance(value, tuple):
        return [exact_json(row) for row in value]
    return int(value) if value == int(value) else str(value)


def _content(quantity: Quantity, unit: Unit) -> tuple[Any, dict[str, Any], str | None]:
    """The value, its doubt by kind, and the reason where it is no number."""
    found = as_doubles(quantity, unit)
    doubt = {kind: _listed(reshaped(quantity, tuple(_number(getattr(entry, kind)) for entry in found))) for kind in _KINDS}
    reason = quantity.value.why if isinstance(quantity.value, Infinite | Undefined) else None
    return _listed(reshaped(quantity, tuple(_number(entry.value) for entry in found))), doubt, reason


def _contents(name: str, quantities: Mapping[str, Quantity], unit: Unit) -> dict[str, Any]:
    found = {key: _content(quantity, unit) for key, quantity in quantities.items()}
    content: dict[str, Any] = {
        name: {key: value for key, (value, _, _) in found.items()},
        f"{name}_doubt": {key: doubt for key, (_, doubt, _) in found.items()},
    }
    reasons = {key: reason for key, (_, _, reason) in found.items() if reason is not None}
    return {**content, f"{name}_reason": reasons} if reasons else content


def question_json(name: str, question: Question) -> dict[str, Any]:
    """What was asked."""
    return {
        "name": name,
        "quantity": question.quantity,
        "between": [list(side) for side in question.between],
        "given": list(question.given),
        "wrt": list(question.wrt),
        "at": {parameter: exact_json(value) for parameter, value in question.at.items()},
    }


def _rigor(answer: Answer) -> str:
    """Whether every number is bounded by a theorem, estimated, or sampled."""
    quantities = [*answer.gradient.values(), *answer.hessian.values(), *([] if answer.value is None else [answer.value])]
    doubts = [doubt for quantity in quantities for _, _, doubt in quantity.entries()]
    return "sampled" if any(doubt.stderr for doubt in doubts) else "estimated" if any(doubt.estimated for doubt in doubts) else "proven"


def _enclosure(quantity: Quantity, unit: Unit) -> Any:
    """Midpoint and radius of every entry as exact rationals; null where there is no number."""
    found = [
        None if isinstance(value, Infinite | Undefined) else {"mid": str(Fraction(value)), "rad": str(Fraction(doubt.proved))}  # type: ignore[arg-type]  # an entry's doubt is a number
        for _, value, doubt in in_unit(quantity, unit).entries()
    ]
    return _listed(reshaped(quantity, tuple(found)))


def enclosures_json(answer: Answer, unit: Unit) -> dict[str, Any]:
    """A proven answer as exact rationals: {mid, rad} for the value and for each entry of the gradient; nothing for one that is not proven."""
    if answer.value is None or _rigor(answer) != "proven":
        return {}
    return {
        "enclosure": _enclosure(answer.value, unit),
        "gradient_enclosure": {name: _enclosure(quantity, unit) for name, quantity in answer.gradient.items()},
    }


def reply_json(reply: Reply, unit: Unit) -> dict[str, Any]:
    """What a method replied: value and gradient with their doubt, or the reason for having none."""
    source = {"room": reply.room, "method": reply.method}
    if not isinstance(reply, Answer):
        return {**source, "refusal": reply.reason}
    value, doubt, reason = (None, None, None) if reply.value is None else _content(reply.value, unit)
    return {
        **source,
        "access": reply.access.name,
        "rigor": _rigor(reply),
        "citation": reply.citation,
        "unit": unit,
        "value": value,
        **({} if reason is None else {"reason": reason}),
        "doubt": doubt,
        **_contents("gradient", reply.gradient, unit),
        **(_contents("hessian", reply.hessian, unit) if reply.hessian else {}),
    }


def _side(side: Side) -> dict[str, Any]:
    value, doubt, _ = _content(Quantity(side.value, side.doubt), "nats")
    return {"room": side.room, "method": side.method, "value": value, "doubt": doubt}


def _comparison(comparison: Comparison) -> dict[str, Any]:
    return {
        "quantity": comparison.quantity,
        "index": list(comparison.index),
        "left": _side(comparison.left),
        "right": _side(comparison.right),
        "gap": _number(comparison.gap),
        "allowed": _number(comparison.allowed),
        "scale": _number(comparison.scale),
        "status": comparison.status.name,
        "expected": comparison.expected.status.name,
    }


def record_json(record: Record) -> dict[str, Any]:
    """A judged question, in nats."""
    verdict = record.verdict
    return {
        **question_json(record.name, record.question),
        "unit": "nats",
        "status": verdict.status.name,
        "as_expected": verdict.as_expected,
        "verdict": f"{verdict.status.value} {verdict.note}".rstrip(),
        "blame": list(verdict.blame),
        "replies": [reply_json(reply, "nats") for reply in record.replies],
        "comparisons": [_comparison(comparison) for comparison in verdict.comparisons],
        "command": record.command,
    }
