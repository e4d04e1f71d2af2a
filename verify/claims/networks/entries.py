"""Entries of section VI: network information theory."""

from __future__ import annotations

from fractions import Fraction

from infograd.catalogue import CATALOGUE
from infograd.claim import Standing
from infograd.question import Question
from infograd.verify.claims.cases import given_a_moving_node, theorem_2_holds
from infograd.verify.claims.entry import Condition, Entry, corrects, entry, refutes, supports
from infograd.verify.claims.graphs.exact import score_formula_given_a_moving_node
from infograd.verify.claims.networks import broadcast_checks, checks, gaussian_access
from infograd.verify.claims.networks.channels import (
    access_questions,
    bypassed,
    cooperating_access,
    degraded_broadcast,
    generated_input,
    leaking_input,
    saturating_access,
    separate_broadcast,
)
from infograd.verify.claims.networks.channels import gaussian_access as gaussian_channel

SECTION = gaussian_access.SECTION

MODELS: tuple[Entry, ...] = (
    entry(
        "figure-3",
        "The two channels drawn",
        SECTION,
        "X_1 \\rightarrow Y \\leftarrow X_2, \\quad Y_1 \\leftarrow X \\rightarrow Y_2",
        Standing.DEFINITION,
        supports("graph", "analytic", "Which nodes separate which, on the graphs of both channels.", checks.drawn_channels),
        derivation="A drawing; the channels are those of eqs. (60) and (61).",
    ),
    entry(
        "eq-60",
        "Multiple access and its sum-capacity point",
        SECTION,
        "Y = f(X_1, X_2) + N, \\quad C_{\\mathrm{sum}} = \\max I(X_1, X_2; Y) \\; \\text{for} \\; E[X_1^2] \\le P_1, \\; E[X_2^2] \\le P_2",
        Standing.CONDITIONAL,
        supports("exact", "analytic", "The joint information at independent Gaussian inputs is the pentagon's largest sum.", checks.sum_capacity),
        supports("quadrature", "numeric", "The joint information by quadrature.", checks.sum_capacity_by_quadrature),
        refutes("exact", "analytic", "With one codeword from both senders the joint information is larger.", checks.dependent_inputs_exceed),
        refutes("quadrature", "numeric", "The same by quadrature.", checks.dependent_inputs_exceed_by_quadrature),
        condition=Condition(
            "The inputs are independent, as those of two senders who do not confer are, and the maximum is taken over such inputs alone; the channel is linear Gaussian, or else"
            " that maximum must be concave in the powers.",
            checks.independent_inputs,
            access_questions(gaussian_channel()),
            (Question(cooperating_access(), between=("U", "Y")),),
        ),
        derivation="Every code of two senders who do not confer has $R_1 + R_2 \\le I(X_1, X_2; Y)$ at independent inputs, and a corner of the pentagon reaches"
        " it by successive decoding. A code may use powers that vary in time: where the maximum is not concave in the powers, sharing time between them adds to it. For $f = X_1 + X_2$ and Gaussian noise, $\\mathrm{Var} \\, Y = P_1 + P_2 + \\sigma^2$ under independence, and the normal law has the"
        " largest entropy of its variance. With dependent inputs $\\mathrm{Var} \\, Y$ may grow to $(\\sqrt{P_1} + \\sqrt{P_2})^2 + \\sigma^2$.",
        counterexample="$P_1 = P_2 = \\sigma^2 = 1$ and $X_1 = X_2$: $I(X_1, X_2; Y) = \\frac{1}{2} \\log 5$ exceeds the sum capacity $\\frac{1}{2} \\log 3$.",
    ),
    entry(
        "eq-61",
        "Broadcast and the pair of informations",
        SECTION,
        "Y_1 = f_1(X) + N_1, \\quad Y_2 = f_2(X) + N_2, \\quad C_{\\mathrm{BC}} = \\bigcup_{p(x)} \\left\\{ R_1 \\le I(X; Y_1), \\; R_2 \\le I(X; Y_2) \\right\\}",
        Standing.CONDITIONAL,
        supports(
            "exact",
            "analytic",
            "Two parts of the input, one for each receiver: the pair adds up to $I(X; Y_1, Y_2)$.",
            broadcast_checks.separate_pair_is_a_rate_pair,
        ),
        refutes(
            "proof",
            "analytic",
            "The pair needs more power than there is, for all noises; the separating inequality.",
            broadcast_checks.common_input_pair_is_outside,
        ),
        refutes("quadrature", "numeric", "The pair's sum exceeds what both receivers together could decode.", broadcast_checks.common_input_pair_by_quadrature),
        corrects("exact", "analytic", "Superposition reaches the boundary, which the dual MAC shares.", broadcast_checks.superposition),
        corrects("quadrature", "numeric", "The two layers' informations.", broadcast_checks.superposition_by_quadrature),
        condition=Condition(
            "No part of the input reaches both receivers. Elsewhere the union holds the region of private rates and may be larger: a bound from outside.",
            broadcast_checks.receivers_share_nothing,
            (separate_broadcast(),),
            (degraded_broadcast(),),
        ),
        derivation="The text says that the region trades two quantities against each other, whose formulas are lost, and that weighted sums of informations trace rate regions;"
        " that the two are $I(X; Y_1)$ and $I(X; Y_2)$ is our reading. Each bounds its private rate, so the union is never too small. With separate parts $X_1$, $X_2$ it is reached by one code on each"
        " part. Otherwise both informations are about one and the same $X$, and are no rates of private messages. In a degraded channel the stronger receiver can"
        " decode all that the weaker one can, so $R_1 + R_2 \\le I(X; Y_1)$. With layers of powers $a P$ and $(1 - a) P$ the weaker receiver decodes its own"
        " against the other as noise, and the stronger one decodes both; Bergmans' converse shows that no more is possible.",
        counterexample="$X \\sim N(0, 1)$, $N_1, N_2 \\sim N(0, 1)$: both informations are $\\frac{1}{2} \\log 2$, and the private rates have"
        " $R_1 + R_2 \\le \\frac{1}{2} \\log 2$.",
        corrected="R_1 \\le \\frac{1}{2} \\log\\left(1 + \\frac{a P}{n_1}\\right), \\quad R_2 \\le \\frac{1}{2} \\log\\left(1 + \\frac{(1 - a) P}{a P + n_2}\\right),"
        " \\quad 0 \\le a \\le 1, \\; n_1 \\le n_2",
    ),
    entry(
        "input-distribution",
        "Input laws as part of the graph (VI-C)",
        SECTION,
        "X = g_\\theta(U): \\quad \\nabla_\\theta I(X; Y) = E\\left[ \\left( \\frac{\\partial Y}{\\partial \\theta} \\right)^T"
        " \\left( s_{Y|U}(Y | U) - s_Y(Y) \\right) \\right] = E\\left[ \\left( \\frac{\\partial Y}{\\partial \\theta} \\right)^T \\left( s_{Y|X}(Y | X) - s_Y(Y) \\right) \\right]",
        Standing.CONDITIONAL,
        supports("proof", "analytic", "One value and one gradient by input and by root, and the score form decided.", checks.generated_inputs_have_gradients),
        supports("quadrature", "numeric", "The expectation against the derivative of the information.", checks.generated_inputs_by_quadrature),
        condition=Condition(
            "The output depends on the roots only through the inputs, $Y \\perp U | X$; the Jacobian is the total one at fixed roots; Theorem 2's conditions hold.",
            checks.separated_from_roots,
            (Question(generated_input(), between=("U", "Y"), given="X2"),),
            (Question(leaking_input(), between=("U", "Y"), given="X2"),),
        ),
        derivation="If $Y \\perp U | X$, then $p(y | u) = p(y | x = g_\\theta(u))$, so the two conditional scores agree and $I(X; Y) = I(U; Y)$. The law of the root"
        " $U$ is free of the parameter, so Theorem 2 holds for $I(U; Y)$, with the Jacobian at fixed $U$ and $N$.",
    ),
    entry(
        "eq-62",
        "Weighted sums of rates",
        SECTION,
        "\\max_{\\theta} \\sum_k \\lambda_k I_k(\\theta) \\; \\text{subject to} \\; C(\\theta) \\le C_{\\max}, \\quad \\lambda_k \\ge 0, \\; \\sum_k \\lambda_k = 1",
        Standing.CONDITIONAL,
        supports("exact", "analytic", "Parallel channels: every split of the budget is the certified optimum of a weight.", checks.weights_reach_the_boundary),
        supports(
            "proof", "analytic", "Users that interfere by a factor $c$: the set is convex iff $4 c^2 + 2 c \\le 1$.", checks.boundary_of_interfering_users
        ),
        refutes("exact", "analytic", "With interference as noise a point of the boundary has no weight.", checks.weights_miss_a_boundary_point),
        refutes("quadrature", "numeric", "The same by quadrature.", checks.weights_miss_by_quadrature),
        condition=Condition(
            "The set of rate points that lie below an achieved one is convex; otherwise the sweep finds the boundary of its convex hull and no other point. A case is the factor $c$ of"
            " $R_k = \\frac{1}{2} \\log(1 + P_k / (1 + c P_j))$, $P_1, P_2 \\le 2$.",
            checks.convex_rates,
            (Fraction(0), Fraction(3, 10)),
            (Fraction(1, 3), Fraction(1)),
        ),
        derivation="A closed convex set that holds every point below each of its points is the intersection of its half-spaces $\\lambda \\cdot R \\le h(\\lambda)$ with"
        " $\\lambda \\ge 0$, so the maxima over the simplex determine it. Weights see no other point than those on the convex hull. The problem itself is a definition;"
        " which informations may stand in it as rates is decided by the channel (see eq. 61 and eqs. 75-80).",
        counterexample="$R_k = \\frac{1}{2} \\log(1 + P_k / (1 + P_j))$, $P_1, P_2 \\le 2$: both users at full power reach $R_1 = R_2 = \\frac{1}{2} \\log \\frac{5}{3}$;"
        " neither rate can grow unless the other falls, and every weight prefers one user alone.",
    ),
    entry(
        "eq-63",
        "Gradient of a conditional information",
        SECTION,
        "\\nabla_\\theta I(X_1; Y | X_2) = E\\left[ \\left( \\frac{\\partial Y}{\\partial \\theta} \\right)^T"
        " \\left( s_{Y|X_1,X_2}(Y | X_1, X_2) - s_{Y|X_2}(Y | X_2) \\right) \\right]",
        Standing.CONDITIONAL,
        supports("proof", "analytic", "On the Gaussian MAC in all parameters.", checks.conditional_gradient_is_decided),
        supports("quadrature", "numeric", "On a saturating MAC.", checks.conditional_gradient_by_quadrature),
        refutes(
            "exact", "analytic", "Read with the Jacobian at fixed inputs it loses the gradient of a generated input.", checks.fixed_inputs_lose_the_gradient
        ),
        refutes("quadrature", "numeric", "The same gradient by quadrature.", checks.fixed_inputs_lose_by_quadrature),
        condition=Condition(
            "The Jacobian is total, at fixed roots and noises, and the conditions of Corollary 3 hold.",
            theorem_2_holds,
            (
                CATALOGUE["mac"].question,
                Question(saturating_access(), between=("X1", "Y"), given="X2"),
                Question(generated_input(), between=("U", "Y"), given="X2"),
            ),
            (Question(bypassed(), between=("V", "Y")),),
        ),
        derivation="The formula of Corollary 3, whose entry has the proof. Where an input is generated, $X_1 = g_\\theta(U)$, the derivative at fixed $x_1$ is another"
        " one: it leaves out what $\\theta$ does to the output through the input.",
        counterexample="$X_1 = \\theta U$, $Y = X_1 + X_2 + N$, all of variance 1, $\\theta = 1$: the gradient is $\\frac{1}{2}$; at fixed inputs $\\partial Y / \\partial \\theta = 0$.",
    ),
    entry(
        "corollary-3",
        "Conditional informations",
        SECTION,
        "\\nabla_\\theta I(A; B | C) = E\\left[ \\left( \\frac{\\partial B}{\\partial \\theta} \\right)^T \\left( s_{B|A,C}(B | A, C) - s_{B|C}(B | C) \\right) \\right]",
        Standing.CONDITIONAL,
        supports("proof", "analytic", "On the Gaussian MAC in all parameters.", checks.conditional_gradient_is_decided),
        supports("quadrature", "numeric", "On a saturating MAC.", checks.conditional_gradient_by_quadrature),
        supports("proof", "analytic", "For a generated input, by its root.", checks.generated_inputs_have_gradients),
        refutes("proof", "analytic", "Where $A$ moves with the parameter and $B$ reaches around it.", checks.moving_condition_fails),
        refutes("quadrature", "numeric", "The two sides at that channel.", checks.moving_condition_by_quadrature),
        refutes(
            "exact rationals",
            "analytic",
            "Where what is given moves, $C = X + N$, $Y = X + N'$: $dI(X;Y|C)/ds = 1/12$ in $s = \\mathrm{Var} N = 1$, and $J = 0$.",
            score_formula_given_a_moving_node,
        ),
        corrects("proof", "analytic", "The symmetric form is the gradient at both, decided.", checks.symmetric_form_is_decided),
        condition=Condition(
            "For $D = C$ and for $D = (A, C)$: $D$ does not move with $\\theta$, or $B$ is d-separated, given $D$, from the randomness behind $D$. Inputs that are roots meet this."
            " Besides, (a) to (d) of Theorem 2.",
            theorem_2_holds,
            (
                CATALOGUE["mac"].question,
                Question(saturating_access(), between=("X1", "Y"), given="X2"),
                Question(generated_input(), between=("U", "Y"), given="X2"),
            ),
            (Question(bypassed(), between=("V", "Y")), given_a_moving_node()),
        ),
        derivation="$I(A; B | C) = h(B | C) - h(B | A, C)$. For roots $A$, $C$ whose law is free of $\\theta$,"
        " $\\nabla h(B | C) = -E[J^T s_{B|C}] - E[(\\partial_\\theta \\log p_\\theta(b | c))_{b = B}]$ and the last expectation is the derivative of"
        " $\\int p_\\theta(b | c) db = 1$, hence 0; the same with $A$ in the condition. Where $A$ itself moves with $\\theta$, the expectation over the condition brings a"
        " further term, by Theorem 2's derivation; it is absent if $B$ does not depend on the roots of $A$ once $A$ is given. The paper states the corollary for inputs, and the failures are nodes that move:"
        " relays, say. The symmetric form, with a score for every entropy in $I(A; B | C) = h(A, C) + h(B, C) - h(A, B, C) - h(C)$, holds wherever these joint densities exist.",
        counterexample="$V = a X + N_1$, $Y = V + X + N_3$, all of variance 1, $a = 1$: $d I(V; Y) / d a = \\frac{1}{2}$, and the expectation with scores is 0.",
        corrected="\\nabla_\\theta I(A; B | C) = E\\left[ J_{ABC}^T s_{ABC} \\right] + E\\left[ J_C^T s_C \\right] - E\\left[ J_{AC}^T s_{AC} \\right] - E\\left[ J_{BC}^T s_{BC} \\right]",
    ),
    entry(
        "eq-64",
        "Gaussian MAC with a sum-power constraint",
        SECTION,
        "Y = X_1 + X_2 + N, \\quad X_i \\sim N(0, P_i), \\quad N \\sim N(0, \\sigma^2), \\quad P_1 + P_2 \\le P",
        Standing.DEFINITION,
        supports("exact", "analytic", "The joint information is that of one input of power $P_1 + P_2$.", checks.total_received_power),
    ),
)

ENTRIES: tuple[Entry, ...] = MODELS + gaussian_access.ENTRIES
