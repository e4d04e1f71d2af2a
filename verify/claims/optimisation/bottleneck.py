"""Section V-D3: the information bottleneck as the objective of a network."""

from __future__ import annotations

import math
from fractions import Fraction

from infograd.channel import Channel, Gate, Source
from infograd.claim import Standing
from infograd.expression import Parameter
from infograd.law import Normal
from infograd.quantity import Infinite
from infograd.question import Question
from infograd.verify.claims.cases import theorem_2_holds
from infograd.verify.claims.entry import Condition, Outcome, entry, refutes, supports
from infograd.verify.claims.outcome import agrees, every
from infograd.verify.claims.reading import decided, gradient, information, same

SECTION = "V Optimisation"


def _bottleneck(noisy: bool) -> Question:
    """T -> X = T + N1 -> Z = a X + N2 with unit variances, or Z = a X; asked is I(X;Z) at a = 1."""
    target = Source("T", Normal(0, 1))
    x = Gate("X", target, noise=Normal(0, 1))
    z = Gate("Z", Parameter("a") * x, noise=Normal(0, 1) if noisy else None)
    return Question(Channel(target, x, z), between=("X", "Z"), at={"a": 1})


def _kept(question: Question) -> Question:
    """I(Z;T) of the same channel."""
    return Question(question.channel, between=("T", "Z"), at=question.at)


NOISY, DETERMINISTIC = _bottleneck(noisy=True), _bottleneck(noisy=False)


def has_gradients(question: Question) -> bool:
    """Whether the information is finite and Theorem 2 gives its gradient."""
    return finite(question) and theorem_2_holds(question)


def finite(question: Question) -> bool:
    """Whether the information is finite, as the analytic room decides it."""
    from infograd import analytic
    from infograd.answer import Answer

    reply = analytic.answer(question)
    return isinstance(reply, Answer) and reply.value is not None and not isinstance(reply.value.value, Infinite)


def _bottleneck_optimum() -> Outcome:
    """lambda = Var(X|T)/Var X = 1/2 and beta = 1/4 give the ratio 2 = 2 a^2, so a = 1."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd import analytic
    from infograd.analytic.theory.bottleneck import best_ratio, optimum

    found = optimum(("1/2",), "1/4")
    remaining, price = sympy.symbols("lambda beta", positive=True)
    ratio = best_ratio(remaining, price)
    slope = (1 - price) / (1 + ratio) - remaining / (1 + remaining * ratio)
    exact = [gradient(analytic.answer(each), "a").value for each in (_kept(NOISY), NOISY)]
    stationary = Outcome(
        exact[0] == exact[1] / 4,
        f"dI(Z;T)/da = {exact[0]:g} is a quarter of dI(X;Z)/da = {exact[1]:g} at a = 1, where the closed form has the ratio {found.ratios[0]}",
    )
    return every(decided("the slope of the objective at the closed form", slope), stationary)


def _bottleneck_by_quadrature() -> Outcome:
    from infograd import numeric

    kept, paid = (gradient(numeric.answer(each), "a") for each in (_kept(NOISY), NOISY))
    return same("dI(Z;T)/da and a quarter of dI(X;Z)/da", kept, paid.scaled(0.25))


def _vector_bottleneck() -> Outcome:
    import sympy

    from infograd.analytic.theory.bottleneck import ascent, projection

    mixing = sympy.Matrix([[1, 1], [0, 1]])
    covariance = mixing * mixing.T
    conditional = mixing * sympy.diag(sympy.Rational(1, 5), sympy.Rational(1, 2)) * mixing.T
    price = sympy.Rational(1, 10)
    return decided(
        "the gradient of the objective at the optimal projection of a vector",
        *ascent(projection(covariance, conditional, price), covariance, conditional, price),
    )


def _deterministic_bottleneck() -> Outcome:
    return Outcome(not finite(DETERMINISTIC), "I(X;Z) of Z = a X is infinite, as the analytic room decided it")


def _vanishing_noise() -> Outcome:
    """Z = X + N, X ~ N(0, 1): I = 1/2 log(1 + 1/v) at noise variances v = 1/100 and 1/400, where a quarter of the noise adds log 2 but for at most 1/100."""
    from infograd import numeric

    x, found = Source("X", Normal(0, 1)), []
    for variance in (Fraction(1, 100), Fraction(1, 400)):
        found.append(information(numeric.answer(Question(Channel(x, Gate("Z", x, noise=Normal(0, variance))), between=("X", "Z"), order=0))))
    gained = found[1] - found[0]
    return agrees("I at 1/400 less I at 1/100, and log 2", gained.value, math.log(2), gained.doubt + 0.01)


BOTTLENECK = entry(
    "information-bottleneck",
    "The information bottleneck objective of a network (V-D3)",
    SECTION,
    r"\max_\theta I(Z; T) - \beta I(X; Z), \quad \nabla_\theta = \nabla_\theta I(Z; T) - \beta \nabla_\theta I(X; Z)",
    Standing.CONDITIONAL,
    supports(
        "decided identities", "analytic", "Gaussian: the closed form is stationary, and both gradients balance exactly at an example", _bottleneck_optimum
    ),
    supports("decided identities", "analytic", "a Gaussian vector: the gradient in the projection vanishes at the closed form", _vector_bottleneck),
    supports("quadrature", "numeric", "the gradients balance at the same example", _bottleneck_by_quadrature),
    refutes("exact decision", "analytic", "a deterministic layer of a continuous input has $I(X;Z) = \\infty$, so no objective", _deterministic_bottleneck),
    refutes("quadrature", "numeric", "as the noise of a layer vanishes its information grows without bound", _vanishing_noise),
    condition=Condition(
        "$I(X;Z)$ is finite: the representation $Z$ has noise; and Theorem 2's condition holds, for $I(X;Z)$ as for $I(Z;T)$. A case is the question $I(X;Z)$.",
        has_gradients,
        inside=(NOISY,),
        outside=(DETERMINISTIC,),
    ),
    derivation=(
        "Both terms are informations of the same graph, so Theorem 2 gives each gradient where its condition holds, and the objective's by linearity. For jointly Gaussian $X$ and $T$ the optimum is known (Chechik, Globerson, Tishby, Weiss, JMLR 6 (2005) 165): along a "
        "direction of remaining share $\\lambda$ the ratio is $(1 - \\lambda - \\beta)/(\\beta \\lambda)$, and the direction is dropped for $\\beta \\ge 1 - \\lambda$; the objective rises before that ratio and falls after it. For a "
        'deterministic layer of a continuous input that is not constant on pieces $h(Z|X) = -\\infty$, so $I(X;Z)$ is infinite whatever the weights, and the text\'s "deterministic DAGs" have no such objective.'
    ),
    counterexample="$Z = a X$ without noise: $I(X;Z) = \\infty$ for every $a \\ne 0$.",
)
