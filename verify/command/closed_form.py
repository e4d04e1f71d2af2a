"""The analytic room's closed form of a question as JSON-ready data."""

from __future__ import annotations

from typing import Any

from infograd.error import SpecificationError
from infograd.question import Question


def closed_form_json(question: Question) -> dict[str, Any] | None:
    """The value and the gradient, in nats, as LaTeX and MathJSON; None where the room writes none out.

    A parameter that MathJSON cannot name leaves LaTeX and the reason.
    """
    from infograd import analytic

    found = analytic.closed_form(question)
    if not isinstance(found, analytic.ClosedForm):
        return None
    latex = found.latex()
    content: dict[str, Any] = {"unit": "nats", "latex": {"value": latex.value, "gradient": dict(latex.gradient)}}
    try:
        mathjson = found.mathjson()
    except SpecificationError as error:
        return {**content, "mathjson": None, "reason": str(error)}
    return {**content, "mathjson": {"value": mathjson.value, "gradient": dict(mathjson.gradient)}}
