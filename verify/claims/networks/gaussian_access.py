"""Entries of section VI-E, the Gaussian multiple-access channel, and of Algorithm 2."""

from __future__ import annotations

from infograd.claim import Standing
from infograd.verify.claims.entry import Condition, Entry, corrects, entry, refutes, supports
from infograd.verify.claims.networks import gaussian_access_checks as checks
from infograd.verify.claims.networks import gaussian_region_checks as region

SECTION = "VI Network information theory"
INTERVAL = Condition(
    "$\\frac{N}{P + 2N} \\le \\lambda \\le \\frac{P + N}{P + 2N}$ with $N = \\sigma^2$: both powers come out nonnegative.",
    checks.within,
    checks.INSIDE,
    checks.OUTSIDE,
)
TRIANGLE = (
    "\\left\\{ R_1, R_2 \\ge 0 : R_1 + R_2 \\le \\frac{1}{2} \\log\\left(1 + \\frac{P}{\\sigma^2}\\right) \\right\\}"
    " = \\bigcup_{P_1 + P_2 \\le P} \\left\\{ R_k \\le \\frac{1}{2} \\log\\left(1 + \\frac{P_k}{\\sigma^2}\\right), \\;"
    " R_1 + R_2 \\le \\frac{1}{2} \\log\\left(1 + \\frac{P_1 + P_2}{\\sigma^2}\\right) \\right\\}"
)

ENTRIES: tuple[Entry, ...] = (
    entry(
        "eq-65-66",
        "Undisturbed rates",
        SECTION,
        "R_1 = I(X_1; Y | X_2) = \\frac{1}{2} \\log\\left(1 + \\frac{P_1}{\\sigma^2}\\right), \\quad"
        " R_2 = I(X_2; Y | X_1) = \\frac{1}{2} \\log\\left(1 + \\frac{P_2}{\\sigma^2}\\right)",
        Standing.PROVED,
        supports("proof", "analytic", "Both ratios from the channel's covariance, as rational functions.", checks.rates_are_half_logarithms),
        supports("quadrature", "numeric", "Both informations at $P_1 = 3/2$, $P_2 = 1/2$.", checks.rates_by_quadrature),
        derivation="Given $X_2$, the output less $X_2$ is $X_1 + N$, a Gaussian channel whose input has the variance $P_1$."
        " Each formula holds on its own; that the two rates can be had at once is another matter (see eqs. 75-80).",
    ),
    entry(
        "eq-67-68",
        "Scores of the Gaussian MAC",
        SECTION,
        "s_{Y|X_2}(y | x_2) = -\\frac{y - x_2}{P_1 + \\sigma^2}, \\quad s_{Y|X_1,X_2}(y | x_1, x_2) = -\\frac{y - x_1 - x_2}{\\sigma^2}",
        Standing.PROVED,
        supports("proof", "analytic", "Both scores from the joint covariance, as rational functions.", checks.scores_are_linear),
        supports(
            "quadrature", "numeric", "The expectation of Corollary 3 with scores by quadrature gives $1 / (2 (P_1 + \\sigma^2))$.", checks.scores_give_the_slope
        ),
        derivation="Given $X_2 = x_2$ the output is normal with mean $x_2$ and variance $P_1 + \\sigma^2$; given both inputs it is normal with mean"
        " $x_1 + x_2$ and variance $\\sigma^2$. The score of a normal density is minus the deviation over the variance.",
    ),
    entry(
        "eq-69",
        "Slope of an undisturbed rate in its power",
        SECTION,
        "\\frac{\\partial R_1}{\\partial P_1} = E\\left[ \\frac{U_1}{2 \\sqrt{P_1}} \\left( s_{Y|X_1,X_2} - s_{Y|X_2} \\right) \\right]"
        " = \\frac{1}{2 (P_1 + \\sigma^2)}, \\quad X_1 = \\sqrt{P_1} \\, U_1",
        Standing.CONDITIONAL,
        supports(
            "proof", "analytic", "The derivative as a rational function, and the score form in the amplitude identical to it.", checks.slope_by_both_routes
        ),
        supports("quadrature", "numeric", "The expectation at $P_1 = 3/2$.", checks.scores_give_the_slope),
        refutes("exact", "analytic", "At $P_1 = 0$ there is a slope but no Jacobian.", checks.no_jacobian_at_the_corner),
        condition=Condition(
            "$P_1 > 0$: at $P_1 = 0$, a corner that the optimum visits, the Jacobian $U_1 / (2 \\sqrt{P_1})$ is infinite.",
            lambda power: power > 0,
            (checks.POWERS["P1"], 1),
            (0,),
        ),
        derivation="With $J = U_1 / (2 \\sqrt{P_1})$, $Y - X_1 - X_2 = N$ independent of $J$ and $Y - X_2 = \\sqrt{P_1} U_1 + N$, the expectation is"
        " $E[J \\sqrt{P_1} U_1] / (P_1 + \\sigma^2) = 1 / (2 (P_1 + \\sigma^2))$. It differentiates the same function as eq. (65), so its agreement"
        " with the direct derivative says nothing about the capacity region.",
        corrected="\\frac{\\partial R_1}{\\partial a_1} = \\frac{a_1}{a_1^2 + \\sigma^2}, \\quad X_1 = a_1 U_1, \\; P_1 = a_1^2",
    ),
    entry(
        "eq-70",
        "Stationarity without signs",
        SECTION,
        "\\frac{\\lambda}{2 (P_1 + \\sigma^2)} = \\nu = \\frac{1 - \\lambda}{2 (P_2 + \\sigma^2)}",
        Standing.CONDITIONAL,
        supports("proof", "analytic", "Every KKT condition, exactly, with multipliers 0.", checks.stationary_within),
        supports("proof", "analytic", "Sufficiency: the Hessian is negative semidefinite.", checks.sufficient),
        supports("quadrature", "numeric", "The weighted slopes are equal at $\\lambda = 3/5$.", checks.slopes_by_quadrature),
        refutes("exact", "analytic", "At $\\lambda = 0$ the optimum has a positive multiplier.", checks.not_stationary_outside),
        condition=INTERVAL,
        derivation="The conditions of Karush, Kuhn and Tucker for $P_1, P_2 \\ge 0$, $P_1 + P_2 \\le P$ are $\\lambda_k / (2 (P_k + \\sigma^2)) - \\nu + m_k = 0$ with"
        " $m_k \\ge 0$ and $m_k P_k = 0$; eq. (70) is the case $m_1 = m_2 = 0$. The objective is concave: its Hessian is a negative sum of squares. So the"
        " conditions are sufficient as well as necessary.",
        corrected="\\frac{\\lambda_k}{2 (P_k + \\sigma^2)} + m_k = \\nu, \\quad m_k \\ge 0, \\quad m_k P_k = 0, \\quad k = 1, 2",
    ),
    entry(
        "eq-71-72",
        "Powers without signs",
        SECTION,
        "P_1 = \\lambda (P + 2 \\sigma^2) - \\sigma^2, \\quad P_2 = (1 - \\lambda) (P + 2 \\sigma^2) - \\sigma^2",
        Standing.CONDITIONAL,
        supports("exact", "analytic", "Equal to water-filling, whose KKT conditions are checked.", checks.powers_are_the_optimum_within),
        supports("exact", "analytic", "The clipped formula satisfies every condition at all weights, also for unequal gains.", checks.clipped_powers),
        refutes("exact", "analytic", "Negative powers at $\\lambda = 0$ and $1/4$.", checks.negative_power),
        condition=INTERVAL,
        derivation="Eq. (70) and $P_1 + P_2 = P$ are linear in the powers and give these. Where one of them is negative the true optimum is the nearer corner.",
        counterexample="$P = \\sigma^2 = 1$, $\\lambda = 0$: $P_1 = -1$, $P_2 = 2$. The optimum is $P_1 = 0$, $P_2 = 1$.",
        corrected="P_1 = \\min\\left( P, \\max\\left( 0, \\lambda (P + n_1 + n_2) - n_1 \\right) \\right), \\quad P_2 = P - P_1, \\quad n_k = \\sigma^2 / g_k",
    ),
    entry(
        "eq-73-74",
        "Rates at these powers",
        SECTION,
        "R_1 = \\frac{1}{2} \\log \\frac{\\lambda (P + 2 \\sigma^2)}{\\sigma^2}, \\quad R_2 = \\frac{1}{2} \\log \\frac{(1 - \\lambda) (P + 2 \\sigma^2)}{\\sigma^2}",
        Standing.CONDITIONAL,
        supports("exact", "analytic", "Equal to the undisturbed rates at the optimal powers.", checks.rates_within),
        refutes("exact", "analytic", "A negative rate at $\\lambda = 1/4$, and the logarithm of 0 at $\\lambda = 0$.", checks.negative_rate),
        condition=INTERVAL,
        derivation="Eqs. (71)-(72) put into eqs. (65)-(66). Within the interval these points are the boundary for two parallel Gaussian channels that share"
        " the power, since there the rates do not disturb each other; for the MAC see eqs. (75)-(80).",
        counterexample="$P = \\sigma^2 = 1$: at $\\lambda = 1/4$, $R_1 = \\frac{1}{2} \\log \\frac{3}{4} < 0$; at $\\lambda = 0$, $R_1 = -\\infty$.",
        corrected="R_k = \\frac{1}{2} \\log\\left( 1 + \\frac{P_k}{\\sigma^2} \\right), \\quad"
        " P_1 = \\min\\left( P, \\max\\left( 0, \\lambda (P + 2 \\sigma^2) - \\sigma^2 \\right) \\right), \\quad P_2 = P - P_1",
    ),
    entry(
        "eq-75-80",
        "Reproducing the capacity region",
        SECTION,
        "\\left\\{ \\left( R_1(\\lambda), R_2(\\lambda) \\right) : 0 \\le \\lambda \\le 1 \\right\\} = \\partial \\, C_{\\mathrm{MAC}}(P)",
        Standing.REFUTED,
        refutes("proof", "analytic", "The pair leaves the region for all powers; the separating inequality at $P = 2$.", region.pair_leaves_the_region),
        refutes("quadrature", "numeric", "The pair's sum exceeds $I(X_1, X_2; Y)$.", region.pair_exceeds_the_joint_information),
        refutes("proof", "analytic", "Above $P = 4 \\sigma^2$ the pair exceeds full cooperation.", region.pair_exceeds_cooperation),
        refutes("quadrature", "numeric", "The same at $P = 5 \\sigma^2$.", region.pair_exceeds_cooperation_by_quadrature),
        corrects("exact", "analytic", "The corners of all splits sweep the line of the sum capacity.", region.triangle),
        corrects("quadrature", "numeric", "A corner adds up to $I(X_1, X_2; Y)$.", region.corner_by_quadrature),
        derivation="The formulas (75)-(80) are lost; the words around them say that they differentiate eqs. (65)-(66) directly and that both routes give the known capacity region."
        " They do agree, on eq. (69); but both maximise the same pair, whose rectangles bound the region from outside, and the MAC also"
        " needs $R_1 + R_2 \\le I(X_1, X_2; Y)$. With independent inputs that is at most $\\frac{1}{2} \\log(1 + P/\\sigma^2)$ for every split, since a normal"
        " output has the largest entropy of its variance: the converse. The corner $R_1 = \\frac{1}{2} \\log(1 + P_1/\\sigma^2)$,"
        " $R_2 = \\frac{1}{2} \\log((\\sigma^2 + P)/(\\sigma^2 + P_1))$ is reached by decoding user 2 first and sweeps the whole line as $P_1$ goes from 0 to $P$."
        " The points of eqs. (73)-(74) exceed the line by $\\frac{1}{2} \\log(1 + P_1 P_2 / (\\sigma^2 (\\sigma^2 + P)))$.",
        counterexample="$P = 2$, $\\sigma^2 = 1$, $\\lambda = \\frac{1}{2}$: $R_1 = R_2 = \\frac{1}{2} \\log 2$, whose sum $\\log 2 = 0.6931$ exceeds"
        " $\\frac{1}{2} \\log 3 = 0.5493$.",
        corrected=TRIANGLE,
    ),
    entry(
        "algorithm-2",
        "Sweep, ascent and convex hull",
        SECTION,
        "C_{\\mathrm{MAC}}(P) = \\mathrm{conv} \\left\\{ \\left( I(X_1; Y | X_2), I(X_2; Y | X_1) \\right) \\; \\text{at} \\;"
        " \\theta_\\lambda = \\arg\\max_{\\theta} \\lambda I(X_1; Y | X_2) + (1 - \\lambda) I(X_2; Y | X_1) : 0 \\le \\lambda \\le 1 \\right\\}",
        Standing.REFUTED,
        refutes("exact", "analytic", "All inner points of the sweep are outside, and the hull misses the origin.", region.hull_leaves_the_region),
        refutes("quadrature", "numeric", "The point of $\\lambda = 1/2$ exceeds the sum constraint.", region.pair_exceeds_the_joint_information),
        corrects("exact", "analytic", "With the pentagon's own objective every weight gives the support of the region.", region.polymatroid_sweep),
        corrects("quadrature", "numeric", "The optimal powers have equal slopes.", region.polymatroid_by_quadrature),
        derivation="For $\\lambda_1 \\ge \\lambda_2$ the largest weighted rate in the pentagon of fixed inputs is"
        " $\\lambda_2 I(X_1, X_2; Y) + (\\lambda_1 - \\lambda_2) I(X_1; Y | X_2)$, reached at the corner that decodes user 2 first. Maximising it over the"
        " parameters gives the support function of the union of pentagons, which determines the closed convex hull of that union. Rates may always be lowered,"
        " so the region is the hull together with all points below it, which the hull of the computed points alone is not: it lacks the origin and the axes."
        " The pair of the text, each rate undisturbed by the other user, bounds the region from outside. Timesharing makes the hull achievable. The ascent must find the global maximum for every weight; under a sum-power constraint with Gaussian inputs"
        " the objective is concave in the powers, so it does.",
        counterexample="$P = 2$, $\\sigma^2 = 1$: the point of $\\lambda = \\frac{1}{2}$, $R_1 = R_2 = \\frac{1}{2} \\log 2$, is not in the region, and $(0, 0)$ is not in the hull.",
        corrected="\\max_{\\theta} \\; \\lambda_2 I(X_1, X_2; Y) + (\\lambda_1 - \\lambda_2) I(X_1; Y | X_2) \\; \\text{for} \\; \\lambda_1 \\ge \\lambda_2,"
        " \\quad R \\in \\mathrm{conv} \\left\\{ R_\\lambda \\right\\} - [0, \\infty)^2, \\; R \\ge 0",
    ),
)
