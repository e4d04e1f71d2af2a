"""Section IV from the example on: equations (42)-(49), Algorithm 1, and the integral representations (50)-(55)."""

from __future__ import annotations

from infograd.claim import Standing
from infograd.verify.claims import cases
from infograd.verify.claims.entry import Condition, entry, refutes, supports
from infograd.verify.claims.graphs import exact, integrals, multipath, quadrature

EXAMPLE = (
    entry(
        "eq-42-44",
        "The multipath channel",
        cases.SECTION,
        r"V_1 = \alpha X + N_1, \; V_2 = X + N_2, \; Y = V_1 + \beta V_2 + N_3, \quad I = \frac{1}{2} \log\left( 1 + \frac{g^2 P}{\mathrm{Var} N_{eff}} "
        r"\right), \; g = \alpha + \beta",
        Standing.PROVED,
        supports("symbolic", "analytic", "The ratio of covariances is this one, in this reading and in the other.", multipath.multipath_information),
        derivation=r"$Y = gX + N_{eff}$ with $N_{eff} = N_1 + \beta N_2 + N_3$ independent of $X$. The text that reached us leaves a second reading, $Y = "
        r"\beta V_1 + V_2 + N_3$ with $g = \alpha\beta + 1$ and "
        r"$N_{eff} = \beta N_1 + N_2 + N_3$; both are in the catalogue and both are checked.",
    ),
    entry(
        "eq-45-46",
        "Its gradient by differentiation",
        cases.SECTION,
        r"\frac{\partial I}{\partial \theta} = \frac{P g \left( 2 v \, \partial_\theta g - g \, \partial_\theta v \right)}{2 v (v + P g^2)}, \quad v = "
        r"\mathrm{Var} N_{eff}, \; \theta \in \{\alpha, \beta\}",
        Standing.PROVED,
        supports(
            "symbolic", "analytic", "Both slopes of both readings are the derivatives, and all of them vanish at the origin.", multipath.multipath_gradient
        ),
        derivation=r"$I = \frac{1}{2}(\log v_Y - \log v)$ with $v_Y = v + P g^2$, and the quotient rule. In both readings $\alpha = \beta = 0$ is stationary: "
        r"there $g = 0$ in the first, and $g$ and $v$ are stationary in "
        r"the second. A gradient method that starts there stays.",
    ),
    entry(
        "eq-47",
        "Its Jacobians",
        cases.SECTION,
        r"J_\alpha = X, \quad J_\beta = V_2 = X + N_2",
        Standing.PROVED,
        supports(
            "symbolic",
            "analytic",
            r"By differentiating the substituted map; in the other reading $\beta X$ and $\alpha X + N_1$.",
            multipath.multipath_jacobians,
        ),
        derivation=r"$Y$ is linear in each parameter, with $X$ and $V_2$ as its factors.",
    ),
    entry(
        "eq-48-49",
        "Theorem 2 recovers both derivatives",
        cases.SECTION,
        r"\mathbb{E}\left[ J_\alpha (s_{Y|X} - s_Y) \right] = \frac{\partial I}{\partial \alpha}, \quad \mathbb{E}\left[ J_\beta (s_{Y|X} - s_Y) \right] = "
        r"\frac{\partial I}{\partial \beta}",
        Standing.PROVED,
        supports(
            "symbolic", "analytic", r"By second moments, for all parameter values, and $\mathbb{E}[J_\beta s_{Y|X}] \neq 0$.", multipath.multipath_score_terms
        ),
        supports("identity of rational functions", "analytic", "Decided again from the channel, in every parameter.", exact.score_formula_is_the_gradient),
        derivation=r"$s_{Y|X} = -N_{eff}/v$ and $s_Y = -Y/v_Y$; all means are of products of two independent centred variables. $J_\beta$ holds $N_2$, which "
        r"is in $N_{eff}$ too, so that the conditional score counts: "
        r"$\mathbb{E}[J_\beta s_{Y|X}] = -\beta s_2/v$, and Remark 2's short form is not the gradient in $\beta$.",
    ),
)

ALGORITHM = (
    entry(
        "algorithm-1",
        "The gradient by one backward pass",
        cases.SECTION,
        r"\nabla_\theta \left( -\frac{1}{B} \sum_i \langle \mathrm{sg}(\delta_i), Y_i \rangle \right) = -\frac{1}{B} \sum_i J_i^{T} \delta_i, \quad \delta_i "
        r"= s_\psi(y_i, x_i) - s_\phi(y_i)",
        Standing.CONDITIONAL,
        supports(
            "exact rationals",
            "analytic",
            "On a batch with the law's second moments minus the surrogate's derivative is the gradient of $I$, in both parameters at once.",
            multipath.surrogate_gives_the_gradient,
        ),
        supports(
            "quadrature",
            "numeric",
            r"With exact scores the mean of $J^T \delta$ is the gradient of nonlinear channels.",
            quadrature.score_formula_on_nonlinear_channels,
        ),
        condition=Condition(
            "Exact scores, and Theorem 2's condition. With learned scores the mean is biased by the mean of $J^T$ times their error; how far, is measured by "
            "the experiments on learned scores.",
            cases.theorem_2_holds,
            cases.INSIDE,
            cases.OUTSIDE,
        ),
        derivation=r"With $\delta$ held fixed the surrogate is linear in $Y$, and the chain rule gives $-J^T \delta$ for every parameter in one backward "
        r"pass; the mean over draws is Theorem 2's expectation. "
        r"Holding $\delta$ fixed is essential: $\mathbb{E}\langle \delta, Y \rangle = 0$ for all parameters, since both scores have $\mathbb{E}\langle s, Y "
        r"\rangle = -n$.",
    ),
)

INTEGRALS = (
    entry(
        "eq-50",
        "The path integral",
        cases.SECTION,
        r"I(\theta_1) - I(\theta_0) = \int_\gamma \nabla_\theta I \cdot d\theta",
        Standing.CONDITIONAL,
        supports(
            "exact integration",
            "analytic",
            "In both readings the line integral is the difference of the information; in the second it is 0 around a triangle.",
            integrals.path_integral_is_the_difference,
        ),
        supports(
            "exact integration",
            "analytic",
            r"The trapezoid rule's error is at most $\frac{h^2}{12} \max |d^3 I / ds^3|$.",
            integrals.trapezoid_error_is_bounded,
        ),
        refutes(
            "exact integration",
            "analytic",
            r"$\alpha = \beta = 0$ does not block the second reading: the integral falls short of $I$ by $\frac{1}{2} \log \frac{3}{2}$.",
            integrals.open_path_keeps_its_information,
        ),
        refutes("quadrature", "numeric", "The same path, with gradients and values by quadrature.", quadrature.open_path_keeps_its_information),
        condition=Condition(
            r"$I$ is finite on the path and $\nabla I$ integrable along it; for a value, $I(\theta_0)$ is known. Parameters set to 0 give $I(\theta_0) = 0$ "
            r"only where that blocks every route. A learned field "
            "need not be a gradient: its integral around a loop shows by how much. A case is a reading of the multipath channel and a start, where $I$ must be 0.",
            integrals.path_condition,
            (("A", {"alpha": 0, "beta": 0}),),
            (("B", {"alpha": 0, "beta": 0}), ("A", {"alpha": 0, "beta": 1})),
        ),
        derivation=r"The fundamental theorem of calculus for $s \mapsto I(\theta(s))$, which is absolutely continuous where $\nabla I$ is integrable along "
        r"the path.",
        counterexample=r"$Y = \beta V_1 + V_2 + N_3$ with unit variances: at $\alpha = \beta = 0$, $I = \frac{1}{2} \log \frac{3}{2}$.",
    ),
    entry(
        "eq-51",
        "de Bruijn's identity",
        cases.SECTION,
        r"\frac{d}{dt} h(Y_t) = \frac{1}{2} J_F(Y_t), \quad \frac{d}{dt} h(Y_t|X) = \frac{1}{2} J_F(Y_t|X), \quad Y_t = Y + \sqrt{t} Z",
        Standing.CONDITIONAL,
        supports("symbolic", "analytic", "Gaussian outputs: a scalar in symbols, two dimensions in rationals.", integrals.de_bruijn),
        supports("quadrature", "numeric", r"$\tanh(X) + N$: the entropy's derivative in the variance, and $J_F/2$.", quadrature.de_bruijn),
        condition=Condition(
            r"$t > 0$, and $Y$ of finite variance.",
            cases.finite_variance,
            (cases.MULTIPATH_A, cases.TANH),
            (cases.heavy_tails(),),
        ),
        derivation=r"$p_t$ solves the heat equation $\partial_t p = \frac{1}{2} \Delta p$; $-\frac{d}{dt}\int p \log p = -\frac{1}{2} \int \Delta p \log p = "
        r"\frac{1}{2} \int |\nabla p|^2 / p$ by parts. A finite variance makes the "
        r"boundary terms vanish for $t > 0$ (Stam 1959; Barron 1986). Conditioned on $X = x$ the same; the derivative passes the mean over $X$, since $J_F(Y_t | X = x) \le n/t$ for "
        r"every $x$.",
    ),
    entry(
        "eq-52",
        "The information along added noise",
        cases.SECTION,
        r"\frac{d}{dt} I(X; Y_t) = \frac{1}{2} \left[ J_F(Y_t) - J_F(Y_t|X) \right]",
        Standing.CONDITIONAL,
        supports("symbolic", "analytic", "Gaussian outputs, in symbols and in rationals.", integrals.information_falls_with_added_noise),
        supports("quadrature", "numeric", r"$\tanh(X) + N$: $dI/d\sigma^2$ and the difference.", quadrature.information_falls_with_added_noise),
        condition=Condition(
            r"$t > 0$, and $Y$ of finite variance, as for (51).", cases.finite_variance, (cases.MULTIPATH_A, cases.TANH), (cases.heavy_tails(),)
        ),
        derivation=r"The difference of the two identities (51).",
    ),
    entry(
        "eq-53",
        "The difference of Fisher informations",
        cases.SECTION,
        r"J_F(Y_t|X) - J_F(Y_t) = \mathbb{E}\left\| s_{Y_t|X} - s_{Y_t} \right\|^2",
        Standing.PROVED,
        supports("symbolic", "analytic", "Gaussian outputs: second moments against traces of inverses.", integrals.score_gap_is_a_difference),
        supports(
            "quadrature",
            "numeric",
            r"$\tanh(X) + N$: three sums, the score of $Y_t$ by differentiating its density and not as a mean given $Y_t$.",
            quadrature.score_gap_is_a_difference,
        ),
        derivation=r"$\mathbb{E}[s_{Y_t|X} | Y_t] = s_{Y_t}$, by differentiating $p(y) = \mathbb{E}[p(y|X)]$, so that $s_{Y_t}$ is the projection of "
        r"$s_{Y_t|X}$ on functions of $Y_t$, and Pythagoras. For $t > 0$ everything is finite: "
        r"$J_F(Y_t|X) \le n/t$, and the Gaussian kernel lets the derivative pass under the mean.",
    ),
    entry(
        "eq-54-55",
        "The Fisher integral",
        cases.SECTION,
        r"I(X;Y) = \frac{1}{2} \int_0^\infty \mathbb{E}\left\| s_{Y_t|X} - s_{Y_t} \right\|^2 dt",
        Standing.CONDITIONAL,
        supports(
            "symbolic",
            "analytic",
            "Gaussian outputs, decided; a weight of $t$ would make the integral infinite.",
            integrals.score_gap_integrates_to_the_information,
        ),
        supports(
            "quadrature", "numeric", r"$\tanh(X) + N$: the integral to $t = \sigma^2 e^{36}$ and $I$.", quadrature.score_gap_integrates_to_the_information
        ),
        supports(
            "symbolic",
            "analytic",
            r"The tail beyond $T$ is $\mathrm{tr}\,\mathrm{Cov}(\mathbb{E}[Y|X])/(2T)$ to first order, with its second.",
            integrals.tail_has_its_expansion,
        ),
        condition=Condition(
            r"$Y$ of finite variance, so that $I(X;Y_t) \le \frac{1}{2} \log\det(I + \mathrm{Cov}(Y)/t) \to 0$; where $I(X;Y)$ is infinite so is the integral. "
            r"The measure is $dt$, without a weight: on a "
            r"logarithmic scale it is $t\,d\log t$.",
            cases.finite_variance,
            (cases.MULTIPATH_A, cases.MULTIPATH_B, cases.TANH),
            (cases.heavy_tails(),),
        ),
        derivation=r"Integrate (52) with (53) from $t$ to $T$: $I(X;Y_t) - I(X;Y_T)$ is half the integral. As $T \to \infty$, $I(X;Y_T) \to 0$ by the bound. "
        r"As $t \to 0$, $I(X;Y_t) \to I(X;Y)$: it never exceeds it, by data processing, "
        r"and information is lower semicontinuous.",
    ),
)
