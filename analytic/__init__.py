"""The analytic room: linear Gaussian channels in closed form."""

from infograd.analytic.forms.closed_form import ClosedForm, closed_form
from infograd.analytic.forms.formulas import formulas
from infograd.analytic.forms.score import ScoreForm, posterior_score, score
from infograd.analytic.identities import Proof, decide
from infograd.analytic.methods import METHODS, answer

__all__ = ["METHODS", "ClosedForm", "Proof", "ScoreForm", "answer", "closed_form", "decide", "formulas", "posterior_score", "score"]
