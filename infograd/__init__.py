"""The language of infograd: channels, questions, answers and verdicts as plain data.

>>> import infograd as ig
>>> x = ig.Source("X", ig.Normal(0, 1))
>>> y = ig.Gate("Y", ig.tanh(ig.Parameter("theta") * x), noise=ig.Normal(0, "1/10"))
>>> ig.Question(ig.Channel(x, y), between=("X", "Y"), at={"theta": 1}).wrt
('theta',)

Convention: real vectors, nats, the factor 1/2 of real Gaussians, gradient dI/dtheta with theta's shape. Importing this
package loads the standard library only; the rooms `infograd.analytic`, `infograd.numeric` and `infograd.learned`
bring sympy, numpy and torch.
"""

from infograd.answer import Access, Answer, Refusal, Reply
from infograd.catalogue import CATALOGUE, Case
from infograd.channel import Channel, Gate, Source
from infograd.claim import Claim, Evidence, Examination, Finding, Role, Standing
from infograd.document import content_hash, from_json, to_json
from infograd.error import SpecificationError
from infograd.expression import Apply, Constant, Expression, Opaque, Parameter, Reference
from infograd.functions import abs, clip, cos, dot, erf, exp, identity, log, relu, sigmoid, sign, sin, softplus, sqrt, stack, sum, tanh, transpose
from infograd.law import Exponential, Laplace, Law, Logistic, Mixture, Normal, Points, StudentT, Uniform
from infograd.mapping import FrozenMapping, Point
from infograd.quantity import Doubt, Infinite, Quantity, Undefined
from infograd.question import Objective, Question
from infograd.record import Curve, Figure, Formula, Panel, Record, Run
from infograd.verdict import Comparison, Expectation, Side, Status, Verdict

__version__ = "0.1.0"

__all__ = [
    "CATALOGUE",
    "Access",
    "Answer",
    "Apply",
    "Case",
    "Channel",
    "Claim",
    "Comparison",
    "Constant",
    "Curve",
    "Doubt",
    "Evidence",
    "Examination",
    "Expectation",
    "Exponential",
    "Expression",
    "Figure",
    "Finding",
    "Formula",
    "FrozenMapping",
    "Gate",
    "Infinite",
    "Laplace",
    "Law",
    "Logistic",
    "Mixture",
    "Normal",
    "Objective",
    "Opaque",
    "Panel",
    "Parameter",
    "Point",
    "Points",
    "Quantity",
    "Question",
    "Record",
    "Reference",
    "Refusal",
    "Reply",
    "Role",
    "Run",
    "Side",
    "Source",
    "SpecificationError",
    "Standing",
    "Status",
    "StudentT",
    "Undefined",
    "Uniform",
    "Verdict",
    "abs",
    "clip",
    "content_hash",
    "cos",
    "dot",
    "erf",
    "exp",
    "from_json",
    "identity",
    "log",
    "relu",
    "sigmoid",
    "sign",
    "sin",
    "softplus",
    "sqrt",
    "stack",
    "sum",
    "tanh",
    "to_json",
    "transpose",
]
