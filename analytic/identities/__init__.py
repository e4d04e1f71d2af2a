"""Whether the score forms of the gradient are the gradient: decided for all parameter values of a linear Gaussian channel at once."""

from infograd.analytic.identities.condition import applies
from infograd.analytic.identities.decide import decide
from infograd.analytic.identities.proof import Proof
from infograd.analytic.identities.scores import FORMS

__all__ = ["FORMS", "Proof", "applies", "decide"]
