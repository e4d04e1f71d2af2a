"""A named question from a specification file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from infograd.error import SpecificationError
from infograd.question import Question
from infograd.verify.specification.building import build
from infograd.verify.specification.reading import FORMATS, read_text, to_data
from infograd.verify.specification.schema import to_tables


@dataclass(frozen=True, slots=True)
class Specification:
    """A question under the name that its file gives it."""

    name: str
    question: Question


def loads(text: str, format: str = "toml") -> Specification:
    """The specification that a TOML or JSON text writes.

    Raises: SpecificationError with one sentence a line, each with its path into the text.
    """
    document = to_tables(to_data(text, format))
    return Specification(document.name, build(document))


def load(path: str | os.PathLike[str]) -> Specification:
    """The specification of a .toml or .json file.

    Raises: SpecificationError with one sentence a line, each with the file and the path into it.
    """
    file = Path(path)
    format = file.suffix.lower().lstrip(".")
    text = read_text(file)
    if format not in FORMATS:
        raise SpecificationError(f"{file}: has no known ending; name the file .toml or .json.")
    try:
        return loads(text, format)
    except SpecificationError as error:
        raise SpecificationError("\n".join(f"{file}: {sentence}" for sentence in str(error).splitlines())) from None
