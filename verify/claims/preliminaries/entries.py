"""Section II: scores, the gradient of one stage, and what denoising score matching learns (eqs. (1)-(4))."""

from __future__ import annotations

from infograd.catalogue import CATALOGUE
from infograd.channel import Channel, Gate, Source, laws_within, node_law
from infograd.claim import Standing
from infograd.expression import Parameter, regularity
from infograd.functions import identity, sign, tanh
from infograd.law import Exponential, Laplace, Law, Logistic, Normal, StudentT
from infograd.operation import Regularity
from infograd.question import Question
from infograd.verify.claims.entry import Condition, Entry, Outcome, entry, refutes, supports
from infograd.verify.claims.outcome import every
from infograd.verify.claims.preliminaries.denoising import DENOISING
from infograd.verify.claims.preliminaries.flow import FLOW_MATCHING, STABILITY
from infograd.verify.claims.reading import Number, apart, decided, gradient, identities, same

SECTION = "II Preliminaries"
ONE, MINUS_ONE = Number(1.0, 0.0), Number(-1.0, 0.0)


def _stage(noise: Law, *, jump: bool = False, squash: bool = False) -> Question:
    """Y = f(X; theta) + N at theta = 4/5: theta X with X ~ N(1,1), or tanh(theta X), or sign(X - theta) with X ~ N(0,1)."""
    theta = Parameter("theta")
    x = Source("X", Normal(0 if jump else 1, 1))
    map = sign(x - theta) if jump else tanh(theta * x) if squash else theta * x
    return Question(Channel(x, Gate("Y", map, noise=noise)), between=("X", "Y"), wrt="theta", at={"theta": "4/5", **({"s2": 1} if noise.parameters else {})})


def _vector_stage() -> Question:
    """Y = W X + N with X in R^2 and Y in R^3."""
    x = Source("X", Normal((0, 0), ((2, 1), (1, 2))))
    y = Gate("Y", Parameter("W", (3, 2)) @ x, noise=Normal((0, 0, 0), Parameter("s2") * identity(3)))
    return Question(Channel(x, y), between=("X", "Y"), wrt="W", at={"W": ((1, 0), (1, 1), (0, 2)), "s2": 1})


SMOOTH_LAWS = (Normal(0, 1), Laplace(0, 1), Logistic(0, 1), StudentT(3))
JUMPING_LAWS = (Exponential(),)


def without_jumps(law: Law) -> bool:
    """Whether the law has a density without jumps on the whole line."""
    return not any(each.jumps or each.atomic for each in laws_within(law))


def _mean_score(law: Law) -> Number:
    """E[s_N(N)]: the difference form less the reduction of Y = theta X + N with E[X] = 1 is E[X] E[s_N] = E[s_N]."""
    from infograd import numeric

    return gradient(numeric.score_form(_stage(law), "difference"), "theta") - gradient(numeric.score_form(_stage(law), "reduction"), "theta")


def _mean_score_vanishes() -> Outcome:
    return every(*(same(f"E[s] of {type(law).__name__}", _mean_score(law), Number(0.0, 0.0), scale=1.0) for law in SMOOTH_LAWS))


def _mean_score_of_a_jump() -> Outcome:
    return every(*(same(f"E[s] of {type(law).__name__}, p(b) - p(a) = -1", _mean_score(law), MINUS_ONE) for law in JUMPING_LAWS))


def _mean_scores_in_closed_form() -> Outcome:
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    x = sympy.Symbol("x", real=True)
    v, rate = sympy.symbols("v r", positive=True)
    normal = sympy.exp(-(x**2) / (2 * v)) / sympy.sqrt(2 * sympy.pi * v)
    of_normal = sympy.integrate(-x / v * normal, (x, -sympy.oo, sympy.oo))
    right = sympy.integrate(-rate * rate / 2 * sympy.exp(-rate * x), (x, 0, sympy.oo))
    left = sympy.integrate(rate * rate / 2 * sympy.exp(rate * x), (x, -sympy.oo, 0))
    of_exponential = sympy.integrate(-rate * rate * sympy.exp(-rate * x), (x, 0, sympy.oo))
    return every(
        decided("E[s] of the Normal and the Laplace law", of_normal, left + right),
        decided("the exponential law of rate r has E[s] = -r", of_exponential + rate),
    )


MEAN_SCORE = entry(
    "eq-2",
    "The mean of the score is zero",
    SECTION,
    r"\mathbb{E}\left[s_X(X)\right] = 0",
    Standing.CONDITIONAL,
    supports(
        "quadrature",
        "numeric",
        "$E[s] = 0$ for Normal, Laplace, Logistic and Student's law, the Laplace density with its kink among them",
        _mean_score_vanishes,
    ),
    supports(
        "symbolic integration",
        "analytic",
        "$E[s]$ is 0 for the Normal and the Laplace law and $-r$ for the exponential law of rate $r$, which jumps at 0",
        _mean_scores_in_closed_form,
    ),
    refutes("quadrature", "numeric", "the exponential law has $E[s] = -1$: its density jumps by 1 at 0", _mean_score_of_a_jump),
    condition=Condition(
        "The density is absolutely continuous on the whole space, that is without jumps, and its score is integrable; it then tends to 0 at infinity, and need not be differentiable everywhere.",
        without_jumps,
        inside=SMOOTH_LAWS,
        outside=JUMPING_LAWS,
    ),
    derivation=(
        "$s_X p_X = p_X'$ wherever $p_X > 0$, so $E[s_X]$ is the integral of $p_X'$. If $p_X$ is absolutely continuous this is the difference of its limits at "
        "infinity, and those are 0 because $p_X$ and $p_X'$ are integrable. Where the density jumps, the interior score misses the jumps: on a support $(a, b)$ the "
        "mean is $p(b^-) - p(a^+)$, which is why the text asks that the density vanish at the boundary. In $R^n$ the same holds line by line (Fubini)."
    ),
    counterexample="$X$ exponential with rate 1: $p(0^+) = 1$, the score is $-1$ everywhere on the support, and so is its mean.",
)


def carries(question: Question) -> bool:
    """Whether one stage meets the conditions of eq. (3): the reduction applies on the graph, and neither the map nor the noise jumps."""
    from infograd.analytic.identities import applies

    gate = question.channel.node(question.between[1][0])
    if not isinstance(gate, Gate) or gate.noise is None:
        return False
    smooth = regularity(gate.map) is not Regularity.JUMP and without_jumps(gate.noise)
    return smooth and all(applies(question, name, "reduction") for name in question.wrt)


LINEAR_STAGES = (_stage(Normal(0, Parameter("s2"))), _vector_stage())
STAGES = (_stage(Normal(0, 1), squash=True), _stage(Laplace(0, 1)), _stage(Logistic(0, 1)))
JUMPING_STAGES = (_stage(Exponential()), _stage(Normal(0, 1), jump=True))


def _stage_identities() -> Outcome:
    return every(*(identities(question, "difference", "reduction") for question in LINEAR_STAGES))


def _stages_by_quadrature() -> Outcome:
    from infograd import numeric

    found = []
    for position, question in enumerate(STAGES):
        noise = node_law(question.channel.node("Y"))
        truth = gradient(numeric.direct_gradient(question) if isinstance(noise, Laplace) else numeric.answer(question, error=1e-9), "theta")
        found += [same(f"{form} of stage {position + 1}", gradient(numeric.score_form(question, form), "theta"), truth) for form in ("difference", "reduction")]
    return every(*found)


def _jumping_noise() -> Outcome:
    from infograd import numeric

    question = JUMPING_STAGES[0]
    truth = gradient(numeric.direct_gradient(question), "theta")
    reduction, difference = (gradient(numeric.score_form(question, form), "theta") for form in ("reduction", "difference"))
    return every(
        apart("the score difference and dI", difference, truth),
        same("the score difference and dI - 1", difference, truth - ONE),
        same("-E[J s_Y] and dI", reduction, truth),
    )


def _jumping_map() -> Outcome:
    from infograd import numeric

    question = JUMPING_STAGES[1]
    truth = gradient(numeric.direct_gradient(question), "theta")
    return every(*(apart(f"the {form} and dI", gradient(numeric.score_form(question, form), "theta"), truth) for form in ("difference", "reduction")))


SINGLE_STAGE = entry(
    "eq-3",
    "The information gradient of one stage",
    SECTION,
    r"\nabla_\eta I(X; Y) = \mathbb{E}\left[J^{\mathsf{T}} \left(s_{Y \mid X}(Y \mid X) - s_Y(Y)\right)\right] = - \mathbb{E}\left[J^{\mathsf{T}} s_Y(Y)\right], \quad Y = f(X; \eta) + N",
    Standing.CONDITIONAL,
    supports(
        "decided identities",
        "analytic",
        "both forms are the gradient for the scalar and for a vector Gaussian stage, identically in all parameters",
        _stage_identities,
    ),
    supports(
        "quadrature",
        "numeric",
        "both forms agree with the differentiated quadrature of $I$ for a tanh map and for Laplace and logistic noise",
        _stages_by_quadrature,
    ),
    refutes("quadrature", "numeric", "exponential noise: the score difference is off by $E[X] E[s_N] = -1$, while the second form stays right", _jumping_noise),
    refutes("quadrature", "numeric", r"$Y = \mathrm{sign}(X - \eta) + N$: the pathwise derivative is 0 almost everywhere, the gradient is not", _jumping_map),
    condition=Condition(
        "The map is locally Lipschitz in $\\eta$ with an integrable envelope, $N$ is independent of $X$ with a law free of $\\eta$ and a density without jumps, $J^T s$ is integrable for both scores, uniformly for parameters nearby, and $I(X;Y)$ is finite.",
        carries,
        inside=LINEAR_STAGES + STAGES,
        outside=JUMPING_STAGES,
    ),
    derivation=(
        "$I = h(Y) - h(N)$ and $h(N)$ is free of $\\eta$. Differentiating $h(Y) = -E[\\log p_\\eta(Y)]$ along the paths gives $-E[J^T s_Y]$ and $-E[\\partial_\\eta \\log p_\\eta(Y)]$; the "
        "second is the derivative of the total mass, which is 0. Given $X$, $J$ is fixed and $s_{Y|X}(Y|X) = s_N(N)$, so $E[J^T s_{Y|X}] = E[J]^T E[s_N]$, which is 0 by eq. (2) if the "
        "noise has no jumps. A map with jumps breaks the first step: mass moves without any path moving. The derivative may pass the expectation by the argument of Theorem 1."
    ),
    counterexample="$Y = \\eta X + N$ with $X \\sim N(1,1)$, $N$ exponential of rate 1, $\\eta = 4/5$: the gradient is 0.63837, the score difference gives $-0.36163$.",
)


def _scores_of_one_stage() -> Outcome:
    """The room's scores of Y = theta X + Z, X ~ N(0,1), Z ~ N(0,s2), against the differentiated logarithms of the Gaussian densities."""
    import sympy

    from infograd import analytic
    from infograd.answer import Refusal

    channel = CATALOGUE["scalar"].question.channel
    marginal, conditional = analytic.score(channel, "Y"), analytic.score(channel, "Y", "X")
    if isinstance(marginal, Refusal) or isinstance(conditional, Refusal):
        return Outcome(False, f"refused: {marginal}, {conditional}")
    y, x = conditional.nodes["Y"], conditional.nodes["X"]
    theta, s2 = conditional.parameters["theta"], conditional.parameters["s2"]
    log_marginal = -(y**2) / (2 * (theta**2 + s2)) - sympy.log(theta**2 + s2) / 2
    log_conditional = -((y - theta * x) ** 2) / (2 * s2) - sympy.log(s2) / 2
    gaps = (marginal.score["Y"] - sympy.diff(log_marginal, y), conditional.score["Y"] - sympy.diff(log_conditional, y))
    return decided("the scores of Y and of Y given X less the derivatives of the log densities", *gaps)


DEFINITION = entry(
    "eq-1",
    "The score",
    SECTION,
    r"s_X(x) = \nabla_x \log p_X(x), \quad s_{Y \mid X}(y \mid x) = \nabla_y \log p(y \mid x)",
    Standing.DEFINITION,
    supports("decided identities", "analytic", "the analytic room's marginal and conditional scores of one stage are these derivatives", _scores_of_one_stage),
)

ENTRIES: tuple[Entry, ...] = (DEFINITION, MEAN_SCORE, SINGLE_STAGE, DENOISING, FLOW_MATCHING, STABILITY)
