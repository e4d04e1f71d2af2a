"""`infograd catalogue`: the named channels."""

from __future__ import annotations

import json
from typing import Literal

from infograd.array import Array
from infograd.catalogue import CATALOGUE
from infograd.verify.command.terminal import output, table
from infograd.verify.command.wording import question_text
from infograd.verify.specification import array_text


def run(format: Literal["table", "json"]) -> int:
    """Print every name with its channel, its question and its parameters at their defaults."""
    console = output()
    if format == "json":
        console.print(json.dumps([_as_json(name) for name in CATALOGUE], indent=2), soft_wrap=True)
        return 0
    rows = table("name", "channel", "question", "parameters")
    for name, case in CATALOGUE.items():
        defaults = ", ".join(f"{parameter} {array_text(value)}" for parameter, value in case.question.channel.defaults.items())
        rows.add_row(name, case.summary, question_text(case.question), defaults)
    console.print(rows)
    return 0


def _as_json(name: str) -> dict[str, object]:
    question = CATALOGUE[name].question
    return {
        "name": name,
        "summary": CATALOGUE[name].summary,
        "between": [list(side) for side in question.between],
        "given": list(question.given),
        "parameters": {parameter: _texts(value) for parameter, value in question.channel.defaults.items()},
    }


def _texts(value: Array) -> object:
    return [_texts(row) for row in value] if isinstance(value, tuple) else array_text(value)
