"""One record as a section of the report."""

from __future__ import annotations

import re
from dataclasses import dataclass

from infograd.answer import Answer, Refusal
from infograd.array import Shape
from infograd.document import content_hash
from infograd.latex import array_latex, channel_latex, name_latex, question_latex
from infograd.quantity import Quantity
from infograd.question import Question
from infograd.record import Record
from infograd.reports.numerals import doubt_text, place_text, size_text, value_text
from infograd.reports.plaintext import printable
from infograd.reports.wording import Badge, badge, expectation, note
from infograd.verdict import Comparison, Side, Status

ROWS = 24
NEAREST = 8
_SYMBOL = re.compile(r"([Ih])|d2?([Ih])/d(\w+(?:,\w+)*)")


@dataclass(frozen=True, slots=True)
class Mathematics:
    """A formula, as LaTeX."""

    latex: str


@dataclass(frozen=True, slots=True)
class Number:
    """A value in digits up to its doubt, and the doubt by its kinds (or why there is no value)."""

    text: str
    doubt: str


@dataclass(frozen=True, slots=True)
class Method:
    """The head of a method's column: who answers, knowing what, resting on what, at what cost."""

    room: str
    method: str
    access: str
    meaning: str
    citation: str
    cost: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of one quantity, by every method; None where a method does not state it."""

    symbol: Mathematics
    index: str
    numbers: tuple[Number | None, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A method that cannot answer, and why."""

    room: str
    method: str
    reason: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """One side of a comparison."""

    who: str
    number: Number


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison of a quantity by its symbol, or by its `name` where it is none of the question's."""

    symbol: Mathematics | None
    name: str
    index: str
    left: Opinion
    right: Opinion
    gap: str
    allowed: str
    badge: Badge
    expectation: str


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed form with its title."""

    title: str
    formula: Mathematics


@dataclass(frozen=True, slots=True)
class Section:
    """Everything about one record."""

    anchor: str
    name: str
    badge: Badge
    note: str
    question: Mathematics
    wrt: tuple[Mathematics, ...]
    point: tuple[Mathematics, ...]
    channel: tuple[Mathematics, ...]
    digest: str
    methods: tuple[Method, ...]
    entries: tuple[Entry, ...]
    refusals: tuple[Refused, ...]
    comparisons: tuple[Compared, ...]
    omitted: str
    formulas: tuple[Closed, ...]
    command: str


def section(anchor: str, record: Record) -> Section:
    """The section of a record."""
    question, verdict = record.question, record.verdict
    answers = [reply for reply in record.replies if isinstance(reply, Answer)]
    shown = _shown(verdict.comparisons)
    return Section(
        anchor=anchor,
        name=printable(record.name),
        badge=badge(verdict.status, expected=verdict.as_expected),
        note=printable(note(verdict)),
        question=Mathematics(question_latex(question)),
        wrt=tuple(Mathematics(name_latex(name)) for name in question.wrt) if question.order else (),
        point=tuple(Mathematics(f"{name_latex(name)} = {array_latex(value)}") for name, value in question.at.items()),
        channel=tuple(map(Mathematics, channel_latex(question.channel))),
        digest=content_hash(question.channel),
        methods=tuple(map(_method, answers)),
        entries=_entries(answers, question.symbol),
        refusals=tuple(
            Refused(printable(reply.room), printable(reply.method), printable(reply.reason)) for reply in record.replies if isinstance(reply, Refusal)
        ),
        comparisons=tuple(_compared(comparison, question) for comparison in shown),
        omitted=_omitted(len(verdict.comparisons) - len(shown)),
        formulas=tuple(Closed(printable(_title(formula.title, question)), Mathematics(formula.latex)) for formula in record.formulas),
        command=printable(record.command),
    )


def _shown(comparisons: tuple[Comparison, ...]) -> list[Comparison]:
    """All of them, or of many the ones that do not plainly agree and those that came nearest to what was allowed."""
    if len(comparisons) <= ROWS:
        return list(comparisons)
    plain = [each for each in comparisons if each.status is Status.AGREE and each.as_expected]
    nearest = {id(each) for each in sorted(plain, key=lambda each: each.gap / each.allowed if each.allowed else 0.0, reverse=True)[:NEAREST]}
    plain_rest = {id(each) for each in plain} - nearest
    return [each for each in comparisons if id(each) not in plain_rest]


def _omitted(count: int) -> str:
    if not count:
        return ""
    return f"Shown are the comparisons that came nearest to their allowed gap, and all that do not agree; {count} more agree and stand in the record."


def derivative_latex(*names: str, symbol: str = "I") -> str:
    """The information or entropy itself, or its derivative in the named parameters."""
    if not names:
        return symbol
    order = f"^{{{len(names)}}}" if len(names) > 1 else ""
    below = " ".join(rf"\partial {name_latex(name)}" for name in names)
    return rf"\partial{order} {symbol} / {below}"


def _title(title: str, question: Question) -> str:
    """A closed form's title; the name of a parameter stands for the gradient in it."""
    return f"Gradient in {title}" if title in question.wrt else question.quantity.capitalize() if title == question.symbol else title


def _method(answer: Answer) -> Method:
    cost = ", ".join(f"{count} {name}" for name, count in answer.cost.items())
    room, method, citation = map(printable, (answer.room, answer.method, answer.citation))
    return Method(room, method, answer.access.name, answer.access.meaning, citation, printable(cost))


def _stated(answer: Answer) -> dict[tuple[tuple[str, ...], Shape], Number]:
    """Every entry that an answer states, under the names it is differentiated in and its index."""
    quantities: list[tuple[tuple[str, ...], Quantity]] = [((), answer.value)] if answer.value is not None else []
    quantities += [((name,), quantity) for name, quantity in answer.gradient.items()]
    quantities += [(tuple(names.split(",")), quantity) for names, quantity in answer.hessian.items()]
    return {
        (names, index): Number(value_text(value, doubt), printable(doubt_text(value, doubt)))
        for names, quantity in quantities
        for index, value, doubt in quantity.entries()
    }


def _entries(answers: list[Answer], symbol: str) -> tuple[Entry, ...]:
    stated = [_stated(answer) for answer in answers]
    places = sorted({place for each in stated for place in each}, key=lambda place: (len(place[0]), place))
    return tuple(
        Entry(Mathematics(derivative_latex(*names, symbol=symbol)), place_text("", index), tuple(each.get((names, index)) for each in stated))
        for names, index in places
    )


def _compared(comparison: Comparison, question: Question) -> Compared:
    found = _SYMBOL.fullmatch(comparison.quantity)
    names = tuple(found[3].split(",")) if found is not None and found[3] else ()
    known = found is not None and question.symbol in found.groups() and set(names) <= set(question.wrt)
    return Compared(
        symbol=Mathematics(derivative_latex(*names, symbol=question.symbol)) if known else None,
        name="" if known else printable(comparison.quantity),
        index=place_text("", comparison.index),
        left=_opinion(comparison.left),
        right=_opinion(comparison.right),
        gap=size_text(comparison.gap),
        allowed=size_text(comparison.allowed),
        badge=badge(comparison.status, expected=comparison.as_expected),
        expectation=printable(expectation(comparison)),
    )


def _opinion(side: Side) -> Opinion:
    number = Number(value_text(side.value, side.doubt), printable(doubt_text(side.value, side.doubt)))  # type: ignore[arg-type]  # a side of a comparison is one entry
    return Opinion(printable(f"{side.room} / {side.method}"), number)
