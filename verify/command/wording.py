"""Channels, questions and answers in plain text."""

from __future__ import annotations

from infograd.answer import Answer
from infograd.array import Shape
from infograd.channel import Source
from infograd.convention import Unit
from infograd.quantity import Quantity
from infograd.question import Question
from infograd.verify.command.unit import Entry, as_doubles
from infograd.verify.specification import array_text, law_text, to_text


def question_text(question: Question) -> str:
    """I(A; B | C) or h(A | C) in plain text."""
    sides = "; ".join(", ".join(side) for side in question.between if side)
    return f"{question.symbol}({sides}{' | ' + ', '.join(question.given) if question.given else ''})"


def entry_text(name: str, index: Shape) -> str:
    """The name of one entry: dI/dW[0][1]."""
    return name + "".join(f"[{position}]" for position in index)


def heading(name: str, question: Question) -> list[str]:
    """The name, a line for each node, and the point."""
    lines = [name]
    for node in question.channel.nodes:
        if isinstance(node, Source):
            lines.append(f"  {node.name} ~ {law_text(node.law)}")
        else:
            lines.append(f"  {node.name} = {to_text(node.map)}{'' if node.noise is None else ' + ' + law_text(node.noise)}")
    if question.at:
        lines.append(f"  at {', '.join(f'{parameter} = {array_text(value)}' for parameter, value in question.at.items())}")
    return lines


def answer_rows(answer: Answer, question: Question, unit: Unit) -> list[tuple[str, Entry]]:
    """Every number of an answer under its name."""
    quantities: list[tuple[str, Quantity]] = [] if answer.value is None else [(question_text(question), answer.value)]
    quantities += [(f"d{question.symbol}/d{name}", quantity) for name, quantity in answer.gradient.items()]
    quantities += [(f"d2{question.symbol}/d{name}", quantity) for name, quantity in answer.hessian.items()]
    return [(entry_text(name, entry.index), entry) for name, quantity in quantities for entry in as_doubles(quantity, unit)]
