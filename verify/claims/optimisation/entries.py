"""Entries of section V: maximisation under global constraints."""

from __future__ import annotations

from fractions import Fraction

from infograd.claim import Standing
from infograd.verify.claims.entry import Condition, Entry, entry, refutes, supports
from infograd.verify.claims.optimisation import checks, uses
from infograd.verify.claims.optimisation.bottleneck import BOTTLENECK
from infograd.verify.claims.optimisation.sensors import SENSORS

SECTION = "V Optimisation"
LEAST_CONSTANT_OF_THE_CYCLE = (Fraction(2, 21) + Fraction(4, 297)) / 2  # by its slopes 2/21 and -4/297 at 1 and 3
ASCENT = Condition(
    "The gradient of $I$ is exact and Lipschitz with a constant $L$ on the feasible set, which is convex and compact; the step has $\\eta < 2 / L$; the projection"
    " is the Euclidean one. With an error of at most $b$ in the gradient only a neighbourhood is reached, in proportion to $b$. A case is $(L, \\eta)$.",
    checks.ascent_case,
    ((Fraction(1), Fraction(1, 2)), (Fraction(1), Fraction(3, 2))),
    ((LEAST_CONSTANT_OF_THE_CYCLE, Fraction(150)),),
)

ENTRIES: tuple[Entry, ...] = (
    entry(
        "eq-56",
        "The constrained problem",
        SECTION,
        "\\max_{\\theta} I(\\theta) \\; \\text{subject to} \\; C(\\theta) \\le C_{\\max}",
        Standing.DEFINITION,
        supports("exact", "analytic", "On the multipath channel: the optimum on the unit ball, by its multiplier.", checks.optimum_on_the_ball),
        derivation="With $C$ convex and continuous the feasible set is convex and closed; where it is also bounded and $I$ continuous, a maximum exists.",
    ),
    entry(
        "eq-57-58",
        "Projected gradient ascent",
        SECTION,
        "\\theta' = \\theta_k + \\eta \\nabla I(\\theta_k), \\quad \\theta_{k+1} = \\Pi_C(\\theta'), \\quad \\left\\| \\theta_{k+1} - \\theta_k \\right\\| \\rightarrow 0",
        Standing.CONDITIONAL,
        supports("proof", "analytic", "A channel with $L = 1$, decided for all parameters.", checks.smooth_with_constant_one),
        supports("exact", "analytic", "Its steps rise by what the condition promises, decided in logarithms of rationals.", checks.steps_ascend),
        refutes("exact", "analytic", "A step that is too long cycles between two points that are not stationary.", checks.long_steps_cycle),
        refutes("quadrature", "numeric", "The slopes at both points lead to the other.", checks.long_steps_by_quadrature),
        condition=ASCENT,
        derivation="For $d = \\theta_{k+1} - \\theta_k$ the projection has $\\langle \\nabla I, d \\rangle \\ge |d|^2 / \\eta$, and smoothness gives"
        " $I(\\theta_{k+1}) \\ge I(\\theta_k) + \\langle \\nabla I, d \\rangle - \\frac{L}{2} |d|^2$. So $I$ rises by at least $(1 / \\eta - L / 2) |d|^2$; it is bounded on a"
        " compact set, hence $d \\rightarrow 0$. At a limit point the step comes back to itself, $\\theta = \\Pi_C(\\theta + \\eta \\nabla I)$, which is stationarity:"
        " $\\langle \\nabla I, c - \\theta \\rangle \\le 0$ for all feasible $c$. With an error of at most $b$ in the gradient the rise is at least $(1 / \\eta - L / 2) |d|^2 - b |d|$, so that"
        " steps of at most $b / (1 / \\eta - L / 2)$ come again and again.",
        counterexample="Form A of the multipath channel in $\\beta \\in [1, 3]$, $\\alpha = 1$, all variances 1, step 150: 1, 3, 1, 3, ...; the optimum is $\\beta = 2$.",
    ),
    entry(
        "eq-59",
        "Projection by scaling",
        SECTION,
        "\\Pi_C(\\theta) = \\arg\\min_{c \\in C} \\left\\| c - \\theta \\right\\| = \\theta \\min\\left( 1, \\frac{\\sqrt{P}}{\\left\\| \\theta \\right\\|} \\right)",
        Standing.CONDITIONAL,
        supports("proof", "analytic", "The variational inequality on the ball, by polynomial identities.", checks.scaling_projects_on_the_ball),
        refutes("exact", "analytic", "On nonnegative powers with a budget scaling is not the nearest point.", checks.scaling_is_not_nearest),
        refutes("exact", "analytic", "There it leaves the optimum of the weighted rates.", checks.scaling_leaves_the_optimum),
        refutes("quadrature", "numeric", "The same step with slopes by quadrature.", checks.scaling_leaves_by_quadrature),
        condition=Condition(
            "The feasible set is a Euclidean ball around the origin, $\\| \\theta \\|^2 \\le P$: not a weighted norm, not powers $P_i \\ge 0$ with a budget, and not a transmit"
            " power $E \\| f_i(V) \\|^2$, which depends on the parameters before it.",
            checks.is_projected_by_scaling,
            (((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))),),
            (((Fraction(0), Fraction(0)), (Fraction(1), Fraction(2))), ((Fraction(1), Fraction(0)), (Fraction(1), Fraction(1)))),
        ),
        derivation="$p$ is the projection of $z$ on a convex set iff $\\langle z - p, c - p \\rangle \\le 0$ for every $c$ in it. For $z = k p$ with $k \\ge 1$ and $\\| p \\|^2 = P$"
        " this is $(k - 1) (\\langle p, c \\rangle - P) \\le 0$, which Cauchy's inequality gives on the ball. On powers with a budget the projection takes the same amount"
        " from every power and cuts at 0.",
        counterexample="$x \\ge 0$, $x_1 + x_2 \\le 1$, $z = (2, 1)$: scaling gives $(\\frac{2}{3}, \\frac{1}{3})$ at squared distance $\\frac{20}{9}$, and $(1, 0)$ is at 2.",
        corrected="\\Pi(z) = \\left( \\max(0, z_i - \\tau) \\right)_i, \\quad \\sum_i \\max(0, z_i - \\tau) = P, \\quad \\text{for} \\; x \\ge 0, \\; \\sum_i x_i \\le P < \\sum_i \\max(0, z_i)",
    ),
    entry(
        "remark-6",
        "Stationary points only",
        SECTION,
        "I \\; \\text{is not concave}; \\quad \\theta_{\\infty} = \\Pi_C(\\theta_{\\infty} + \\eta \\nabla I(\\theta_{\\infty})) \\; \\text{for every limit point of} \\; \\theta_k",
        Standing.CONDITIONAL,
        supports("exact", "analytic", "The scalar channel bends upwards at 0, where its minimum is stationary.", checks.not_concave),
        supports("quadrature", "numeric", "Its information lies below a chord.", checks.not_concave_by_quadrature),
        supports("proof", "analytic", "Form B of the multipath channel has local maxima of two heights on one circle.", checks.two_maxima),
        refutes("exact", "analytic", "With a step that is too long not even a stationary point is reached.", checks.long_steps_cycle),
        condition=ASCENT,
        derivation="That every limit point is stationary is the argument of eqs. (57)-(58). That they need not be global maxima follows from the examples: the"
        " ascent that starts at a stationary minimum stays there, and one with short steps that starts near the lower of two strict local maxima ends at it. That the"
        " whole sequence converges to one point is not proved here.",
    ),
    entry(
        "remark-7",
        "Several starts and noise annealing",
        SECTION,
        "\\theta_t \\; \\text{a local maximum of} \\; I_\\theta(X; Y + \\sqrt{t} Z): \\quad \\lim_{t \\rightarrow 0} I_{\\theta_t}(X; Y) = \\max_\\theta I_\\theta(X; Y)",
        Standing.HEURISTIC,
        supports("proof", "analytic", "Where the path begins: $2 t I$ tends to the signal's variance for a Gaussian channel.", checks.large_noise_limit),
        supports("quadrature", "numeric", "The same limit for a saturating map, within a proven distance.", checks.large_noise_limit_by_quadrature),
        refutes(
            "proof",
            "analytic",
            "With output noise of variance 10 and 1000, and in the limit, form B keeps its poor local maximum.",
            checks.noise_keeps_the_poor_maximum,
        ),
        derivation="The text offers both as practical, not as theorems. The best of several starts is no worse than each of them; nothing says how many are enough. Annealing follows a path of maxima from large noise to none."
        " Its provable part is where the path begins: $2 t I$ tends to $\\mathrm{tr} \\, \\mathrm{Cov}(E[Y | X])$, by $I = \\frac{1}{2} \\int_0^{1/t} \\left(\\mathrm{mmse}(Y) - \\mathrm{mmse}(Y | X)\\right)$. That variance need not be"
        " concave in the parameters either, so the start of the path may be poor, and maxima may be born or vanish along it.",
    ),
    entry(
        "score-drift",
        "Score drift (V-C)",
        SECTION,
        "E_{\\theta}\\left[ J^T \\left( s^{\\theta_0}_{Y|X} - s^{\\theta_0}_Y \\right) \\right] \\ne \\nabla I(\\theta) \\quad \\text{for some} \\; \\theta \\ne \\theta_0",
        Standing.PROVED,
        supports("exact", "analytic", "On the scalar channel stale scores reverse the direction.", uses.stale_scores_reverse),
        supports("quadrature", "numeric", "The gradient there by quadrature.", uses.stale_scores_by_quadrature),
        derivation="For $Y = \\theta X + Z$ of unit variances the expectation with the scores of $\\theta_0$ is $\\theta / (\\theta_0^2 + 1) - (\\theta - \\theta_0)$. It is the gradient at"
        " $\\theta = \\theta_0$ and negative for $\\theta > \\theta_0 (\\theta_0^2 + 1) / \\theta_0^2$, where the gradient is positive. Of the two remedies, fitting again and scores that"
        " take the parameters as inputs, neither is a statement that could be proved.",
    ),
    entry(
        "encoder-decoder",
        "Encoder and decoder together (V-D1)",
        SECTION,
        "\\max_{\\theta, \\phi} I(X; g_\\phi(Y_\\theta)) \\le \\max_{\\theta} I(X; Y_\\theta)",
        Standing.PROVED,
        supports("exact", "analytic", "An invertible decoder has no gradient, a noisy one loses.", uses.decoders_add_nothing),
        supports("quadrature", "numeric", "The noisy decoder by quadrature.", uses.noisy_decoder_by_quadrature),
        derivation="$X \\rightarrow Y \\rightarrow g(Y)$ is Markov, so the decoder cannot add information (data processing). What it is trained for must come from elsewhere: a"
        " limited range of $g$, or a task variable $S$ in $I(S; g(Y))$; an invertible decoder has the gradient 0.",
    ),
    SENSORS,
    BOTTLENECK,
)
