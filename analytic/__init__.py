"""The analytic room: linear Gaussian channels in closed form."""

from infograd.analytic.closed_form import ClosedForm, closed_form
from infograd.analytic.formulas import formulas
from infograd.analytic.identities import Proof, decide
from infograd.analytic.methods import METHODS, answer
from infograd.analytic.score import ScoreForm, posterior_score, score

__all__ = ["METHODS", "ClosedForm", "Proof", "ScoreForm", "answer", "closed_form", "decide", "formulas", "posterior_score", "score"]
