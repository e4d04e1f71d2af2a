"""`infograd oracle`: the reference value and gradient of one question, from the most exact room that can answer."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Literal

from infograd.answer import Answer, Refusal
from infograd.convention import Unit
from infograd.quantity import Infinite, Undefined
from infograd.question import Question
from infograd.verify.command.closed_form import closed_form_json
from infograd.verify.command.document import enclosures_json, question_json, reply_json
from infograd.verify.command.outcome import HOLDS, UNDECIDED
from infograd.verify.command.terminal import diagnostics, output, table
from infograd.verify.command.unit import doubt_text, value_text
from infograd.verify.command.wording import answer_rows, heading
from infograd.verify.specification import Specification


def ask_oracles(question: Question, error: float) -> Answer | tuple[Refusal, ...]:
    """The analytic room's answer, or else the numeric room's, or the refusals of both."""
    from infograd import analytic

    exact = analytic.answer(question)
    if isinstance(exact, Answer):
        return exact
    from infograd import numeric

    computed = numeric.answer(question, error=error)
    return computed if isinstance(computed, Answer) else (exact, computed)


def ask_for_proof(question: Question, radius: Fraction) -> Answer | tuple[Refusal, ...]:
    """The analytic room's answer, or else a certified enclosure, or the refusals of both."""
    from infograd import analytic

    exact = analytic.answer(question)
    if isinstance(exact, Answer):
        return exact
    from infograd.numeric import certified

    enclosed = certified.answer(question, radius=radius)
    return enclosed if isinstance(enclosed, Answer) else (exact, enclosed)


def widest(answer: Answer) -> float:
    """The largest proved doubt of an answer's numbers, in nats."""
    quantities = [*answer.gradient.values(), *answer.hessian.values(), *([] if answer.value is None else [answer.value])]
    return max((float(doubt.proved) for quantity in quantities for _, _, doubt in quantity.entries()), default=0.0)  # type: ignore[arg-type]  # an entry's doubt is a number


def run(specification: Specification, unit: Unit, format: Literal["table", "json"], error: float, command: str, radius: Fraction | None = None) -> int:
    """Print the answer; the exit code is 3 where both rooms refuse, and where an enclosure is wider than the radius asked for."""
    answer = ask_oracles(specification.question, error) if radius is None else ask_for_proof(specification.question, radius)
    if not isinstance(answer, Answer):
        console = diagnostics()
        for refusal in answer:
            console.print(f"{refusal.room} ({refusal.method}) does not answer: {refusal.reason}")
        console.print(f"Error: no oracle answers {specification.name!r}; reproduce with: {command}")
        return UNDECIDED
    if format == "json":
        content = {**question_json(specification.name, specification.question), **reply_json(answer, unit), **enclosures_json(answer, unit)}
        if answer.room == "analytic" and (form := closed_form_json(specification.question)):
            content["closed_form"] = form
        output().print(json.dumps(content, indent=2, allow_nan=False), soft_wrap=True)
    else:
        print_table(specification, answer, unit)
    if radius is not None and widest(answer) > radius:
        diagnostics().print(
            f"Error: the narrowest enclosure found has the radius {widest(answer):.1e} nats, and {float(radius):.1e} was asked for; it is proven all the same."
        )
        return UNDECIDED
    return HOLDS


def print_table(specification: Specification, answer: Answer, unit: Unit) -> None:
    """The channel, the point, and a row for each number."""
    console = output()
    for line in heading(specification.name, specification.question):
        console.print(line, soft_wrap=True)
    rows = table("quantity", f"value ({unit})", f"doubt ({unit})")
    reasons = []
    for name, entry in answer_rows(answer, specification.question, unit):
        rows.add_row(name, value_text(entry), doubt_text(entry))
        if isinstance(entry.value, Infinite | Undefined):
            reasons.append(f"{name} is {value_text(entry)}: {entry.value.why}")
    console.print(rows)
    for reason in reasons:
        console.print(reason, soft_wrap=True)
    console.print(f"by the {answer.room} room, method {answer.method}{f' ({answer.citation})' if answer.citation else ''}", soft_wrap=True)
