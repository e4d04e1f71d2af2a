"""What a caller hands the room in place of a question."""

from __future__ import annotations

from infograd.error import SpecificationError
from infograd.question import Question


def asked(question: object) -> Question:
    """The question itself.

    Raises: SpecificationError for anything else.
    """
    if not isinstance(question, Question):
        raise SpecificationError(f"the analytic room got {question!r} as its question; give it a Question.")
    return question
