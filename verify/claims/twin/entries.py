"""Section VIII: calibrating a digital twin by the Fisher divergence of its outputs (eqs. (86)-(89), Remark 8)."""

from __future__ import annotations

from infograd.catalogue import CATALOGUE
from infograd.channel import Channel, Gate, Source
from infograd.claim import Standing
from infograd.expression import Parameter
from infograd.functions import tanh
from infograd.law import Normal
from infograd.question import Question
from infograd.verify.claims.entry import Condition, Entry, Outcome, corrects, entry, refutes, supports
from infograd.verify.claims.outcome import every
from infograd.verify.claims.reading import Number, apart, decided, information, nonzero, same
from infograd.verify.claims.twin.divergence import DIVERGENCE, MIXED_SMOOTHING

SECTION = "VIII Digital twin"
ZERO = Number(0.0, 0.0)

MODEL = entry(
    "eq-86-87",
    "The real system and its twin",
    SECTION,
    r"Y_{\mathrm{real}} = G_{\mathrm{real}}(X, N), \quad Y = G(X, N; \theta)",
    Standing.DEFINITION,
    derivation="Both have the same laws of inputs and noises; the twin is the channel as a map of its primitives, eq. (38).",
)

REAL, TWIN = (1, 0), (-1, 1)


def _equal_outputs_exactly() -> Outcome:
    from infograd.analytic.theory import path

    channel = path.multipath_a()
    unit = {path.POWER: 1, path.S1: 1, path.S2: 1, path.S3: 1}
    outputs, ratios = [], []
    for alpha, beta in (REAL, TWIN):
        at = {**unit, path.ALPHA: alpha, path.BETA: beta}
        outputs.append(channel.output_variance.subs(at))
        ratios.append(outputs[-1] / channel.noise_variance.subs(at))
    equal = Outcome(outputs[0] == outputs[1], f"Var Y is {outputs[0]} at (alpha, beta) = {REAL} and {outputs[1]} at {TWIN}")
    return every(equal, Outcome(ratios[0] != ratios[1], f"exp(2 I) is {ratios[0]} and {ratios[1]}"))


def _equal_outputs_by_quadrature() -> Outcome:
    from infograd import numeric

    question = CATALOGUE["multipath-a"].question
    real, twin = (information(numeric.answer(question.at_point(alpha=alpha, beta=beta))) for alpha, beta in (REAL, TWIN))
    return every(apart("I of the real system and of its calibrated twin", real, twin), same("I of the twin", twin, ZERO, scale=1.0))


def _crossed(signal: int, interference: int) -> Question:
    """Y = tanh(a X) + tanh(b W) + N, all independent: swapping a and b leaves the law of Y as it is."""
    a, b = Parameter("a"), Parameter("b")
    x, w = Source("X", Normal(0, 1)), Source("W", Normal(0, 1))
    y = Gate("Y", tanh(a * x) + tanh(b * w), noise=Normal(0, "1/4"))
    return Question(Channel(x, w, y), between=("X", "Y"), at={"a": signal, "b": interference}, order=0)


def _crossed_gains() -> Outcome:
    from infograd import numeric

    left, right = (information(numeric.answer(_crossed(*gains), error=1e-8)) for gains in ((2, 1), (1, 2)))
    return apart("I at gains (2, 1) and at (1, 2), where the outputs have one law", left, right)


def _sign() -> Outcome:
    from infograd.analytic.theory import path
    from infograd.analytic.theory.twin import divergence

    channel = path.scalar()
    mirrored = channel.output_variance.subs(path.ALPHA, -path.ALPHA)
    return decided("F between the gains alpha and -alpha", divergence(mirrored, channel.output_variance))


def _conditional_divergence() -> Outcome:
    """E (s_real(Y|X) - s_twin(Y|X))^2 over real pairs, for Y = g X + N with Var N = v: a square in g - h and one in v - w."""
    import sympy  # type: ignore[import-untyped]  # sympy ships no type information

    from infograd.analytic.theory.moments import expectation

    x, n, g, h = sympy.symbols("x n g h", real=True)
    power, v, w = sympy.symbols("P v w", positive=True)
    distance = -n / v + ((g - h) * x + n) / w
    found = expectation(distance**2, {x: power, n: v})
    return decided("the conditional divergence less (v - w)^2/(v w^2) + (g - h)^2 P/w^2", found - (v - w) ** 2 / (v * w**2) - (g - h) ** 2 * power / w**2)


def fixed_by_outputs(name: str) -> bool:
    """Whether I is a function of the output's variance along the gains of that path (eq. (42)-(44) or one stage): every minor of their two gradients vanishes."""
    import itertools

    from infograd.analytic.theory import path
    from infograd.analytic.theory.vanishing import vanishes

    channel, gains = {
        "scalar": (path.scalar(), (path.ALPHA,)),
        "multipath-a": (path.multipath_a(), (path.ALPHA, path.BETA)),
        "multipath-b": (path.multipath_b(), (path.ALPHA, path.BETA)),
    }[name]
    spread = channel.output_variance
    pairs = itertools.combinations(gains, 2)
    return all(vanishes(spread.diff(one) * channel.gradient(other) - spread.diff(other) * channel.gradient(one)) for one, other in pairs)


def _outputs_fix_one_gain() -> Outcome:
    """exp(2 I) = Var Y/s1 for one stage."""
    from infograd.analytic.theory import path

    channel = path.scalar()
    return decided("exp(2 I) - Var Y/s1", channel.output_variance / channel.noise_variance - channel.output_variance / path.S1)


def _gain_from_outputs() -> Outcome:
    """Two gains with one output law, +1 and -1, have one information; another output has another."""
    from infograd import numeric

    at = {theta: information(numeric.answer(CATALOGUE["scalar"].question.at_point(theta=theta))) for theta in (-1, 1, 2)}
    return every(same("I at gains -1 and 1", at[-1], at[1]), apart("I at gains 1 and 2", at[1], at[2]))


def _outputs_leave_two_gains_open() -> Outcome:
    import sympy

    from infograd.analytic.theory import path
    from infograd.analytic.theory.twin import multipath_gain, multipath_ratio

    r, beta = sympy.symbols("r beta", positive=True)
    channel = path.multipath_a()
    at = {path.POWER: 1, path.S1: 1, path.S2: 1, path.S3: 1, path.ALPHA: multipath_gain(r, beta), path.BETA: beta}
    spread, noise = channel.output_variance.subs(at), channel.noise_variance.subs(at)
    ratio = multipath_ratio(r, beta)
    none, most = ratio.subs(beta, sympy.sqrt(r - 2)), ratio.subs(beta, 0)
    return every(
        decided(
            "the channel's output variance less r, and exp(2 I) less r/(2 + beta^2), at alpha = sqrt(r - 2 - beta^2) - beta", spread - r, r / noise - ratio
        ),
        decided("exp(2 I) - 1 at beta^2 = r - 2, and exp(2 I) - r/2 at beta = 0", none - 1, most - r / 2),
        nonzero("r/2 - 1", r / 2 - 1),
    )


UNMATCHED = entry(
    "remark-8",
    "Unmatched output samples suffice to align the twin with reality",
    SECTION,
    r"\left(y_i\right) \sim p_{\mathrm{real}} \text{ without } \left(x_i\right): \quad p_\theta(y) = p_{\mathrm{real}}(y) \Rightarrow I_\theta(X; Y) = I_{\mathrm{real}}(X; Y)",
    Standing.CONDITIONAL,
    supports("decided identities", "analytic", r"one stage with known noise: $e^{2I}$ is the output's variance over the noise's", _outputs_fix_one_gain),
    supports(
        "decided identities", "analytic", r"gains $\alpha$ and $-\alpha$ of one stage have $F = 0$: the sign is not found, and $I$ does not need it", _sign
    ),
    supports("quadrature", "numeric", "gains 1 and -1 of one stage, with equal outputs, have equal information", _gain_from_outputs),
    refutes(
        "decided identities",
        "analytic",
        r"form A of the multipath channel: at one output variance $r$, $I$ takes the values 0 and $\frac{1}{2} \log \frac{r}{2}$ and all between",
        _outputs_leave_two_gains_open,
    ),
    refutes(
        "exact arithmetic", "analytic", "form A at $(1, 0)$ and at $(-1, 1)$: both outputs are $N(0, 3)$, and the informations differ", _equal_outputs_exactly
    ),
    refutes("quadrature", "numeric", r"the same two channels: $I = \frac{1}{2} \log \frac{3}{2}$ and $I = 0$", _equal_outputs_by_quadrature),
    refutes(
        "quadrature", "numeric", r"$\tanh(a X) + \tanh(b W) + N$: swapping signal and interference leaves the output's law and changes $I$", _crossed_gains
    ),
    corrects(
        "exact moments",
        "analytic",
        "scalar Gaussian channels: the divergence of the conditional scores over real pairs is a sum of squares, zero iff gain and noise are those of reality",
        _conditional_divergence,
    ),
    condition=Condition(
        "Over the twin's family the information is a function of the law of the output, as for one gain in known noise. A case is a path with its gains; for Gaussian outputs the gradients of $I$ and of $\\mathrm{Var}\\, Y$ must be parallel.",
        fixed_by_outputs,
        inside=("scalar",),
        outside=("multipath-a", "multipath-b"),
    ),
    derivation=(
        "That the objective needs no pairs is true: $F$ is a mean over real outputs. The text wants the twin aligned so that a design made on it serves reality, for which the informations must agree; that equal outputs give it is our reading of this and not a formula of the text. What unpaired outputs can determine is the law of $Y$, and so every quantity that is a function of it over the family of twins. For $Y = \\theta X + N$ with known laws of $X$ and $N$ that holds for $\\theta^2$ and $I$, "
        "not for the sign of $\\theta$. For two gains it fails: one equation, two unknowns. Pairs, or a second output law (another input power, say), are needed there. With "
        "pairs the same divergence between conditional scores is 0 iff the channels agree, where $p(y|x)$ is positive on one connected set for every $x$, and then all informations do."
    ),
    counterexample=(
        "Form A with unit variances: reality at $(\\alpha, \\beta) = (1, 0)$ has $I = \\frac{1}{2} \\log \\frac{3}{2}$, the twin at $(-1, 1)$ has $I = 0$, and both outputs are $N(0, 3)$, so $F = 0$. Output variance $r$ is met by every $\\beta^2 \\le r - 2$, with $I = \\frac{1}{2} \\log \\frac{r}{2 + \\beta^2}$."
    ),
    corrected=r"\mathbb{E}_{(x, y) \sim \mathrm{real}}\left\| s_{\mathrm{real}}(y \mid x) - s_\theta(y \mid x) \right\|^2 = 0 \Rightarrow I_\theta(X; Y) = I_{\mathrm{real}}(X; Y)",
)

ENTRIES: tuple[Entry, ...] = (MODEL, DIVERGENCE, MIXED_SMOOTHING, UNMATCHED)
