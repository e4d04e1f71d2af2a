"""The corpus of one stage: values of thirty digits, each made by two routes of high precision, in a file of their own.

A record is one number: the information, or the derivative in the parameter that its quantity names. Records of one question share its name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from importlib.resources import files
from itertools import groupby
from typing import Any

from infograd.answer import Answer
from infograd.error import SpecificationError
from infograd.quantity import Doubt
from infograd.question import Question
from infograd.record import Record
from infograd.verdict import Side, Status, Verdict
from infograd.verify.comparing import compare
from infograd.verify.judging import gradient_name
from infograd.verify.policy import STANDARD
from infograd.verify.references.comparing import verdict
from infograd.verify.specification import loads

FAMILY, FILE = "one-stage", "one_stage.json"
SECOND_ERROR = 1e-9
KEYS = ("name", "quantity", "value", "agreement", "question", "routes")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the corpus with its stored records."""

    name: str
    question: Question
    documents: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The questions of the corpus in the order of its file."""

    asked: tuple[Asked, ...]

    @property
    def documents(self) -> tuple[dict[str, Any], ...]:
        """Every record as the file has it."""
        return tuple(document for each in self.asked for document in each.documents)

    @property
    def summary(self) -> str:
        """How many numbers there are, and where."""
        return f"{FAMILY}: {len(self.documents)} numbers of {len(self.asked)} questions, to thirty digits by two routes of high precision, in {FILE}."

    def of(self, name: str | None) -> Corpus:
        """The part of that name: a question's, or the whole for none and for the family's."""
        return self if name in (None, FAMILY) else Corpus(tuple(each for each in self.asked if each.name == name))


@lru_cache(maxsize=1)
def corpus() -> Corpus:
    """The corpus of the package.

    Raises: SpecificationError for a file that is missing or is no list of records.
    """
    file = files("infograd.verify.references").joinpath(FILE)
    if not file.is_file():
        raise SpecificationError(f"the corpus {FILE!r} is missing from the package; install it again.")
    return read(file.read_text("utf-8"))


def read(text: str) -> Corpus:
    """The corpus in the text of its file.

    Raises: SpecificationError for text that is no list of records, and for a record without two routes.
    """
    try:
        stored = json.loads(text)
    except json.JSONDecodeError as error:
        raise SpecificationError(f"the corpus {FILE!r} is no JSON ({error}).") from None
    if not isinstance(stored, list) or not all(isinstance(each, dict) and all(key in each for key in KEYS) for each in stored):
        raise SpecificationError(f"the corpus {FILE!r} is no list of records with {', '.join(KEYS)}.")
    for each in stored:
        if len(set(each["routes"])) < 2:
            raise SpecificationError(f"{each['name']}: {each['quantity']} has fewer than two routes; a reference value needs two that agree.")
    groups = ((name, tuple(group)) for name, group in groupby(stored, key=lambda each: str(each["name"])))
    return Corpus(tuple(Asked(name, loads(group[0]["question"]).question, group) for name, group in groups))


def check(asked: Asked) -> Record:
    """The stored numbers of a question held against what the numeric room answers at 1e-12, or where it refuses that, at 1e-9."""
    from infograd import numeric

    command = f"infograd references '{asked.name}' --check"
    reply = numeric.answer(asked.question)
    if not isinstance(reply, Answer):
        reply = numeric.answer(asked.question, error=SECOND_ERROR)
    if not isinstance(reply, Answer):
        return Record(asked.name, asked.question, (reply,), Verdict(Status.UNANSWERED, (), (), reply.reason), (), command)
    found = []
    for each in asked.documents:
        quantity = reply.value if each["quantity"] == "information" else reply.gradient[each["quantity"]]
        if quantity is None:
            raise SpecificationError(f"{asked.name}: the numeric room gives no {each['quantity']}.")
        name = "I" if each["quantity"] == "information" else gradient_name(each["quantity"])
        sides = (Side("reference", "stored", Fraction(each["value"]), _doubt(each)), Side(reply.room, reply.method, quantity.value, quantity.doubt))
        found.append(compare(name, (), *sides, floor=STANDARD.least_scale, alpha=STANDARD.alpha, policy=STANDARD))
    return Record(asked.name, asked.question, (reply,), verdict(tuple(found)), (), command)


def _doubt(document: dict[str, Any]) -> Doubt:
    """What the two routes left between them, and half a unit of the last digit written."""
    last = len(str(document["value"]).partition(".")[2])
    return Doubt(estimated=Fraction(document["agreement"]) + Fraction(1, 2 * 10**last))
