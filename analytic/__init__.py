"""The analytic room: linear Gaussian channels in closed form."""

from infograd.analytic.closed_form import ClosedForm, closed_form
from infograd.analytic.exact import answer
from infograd.analytic.formulas import formulas

__all__ = ["ClosedForm", "answer", "closed_form", "formulas"]
