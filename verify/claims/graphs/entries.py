"""Section IV, directed acyclic graphs: equations (37)-(55), Theorem 2, Remarks 3 to 5 and Algorithm 1."""

from __future__ import annotations

from infograd.claim import Standing
from infograd.verify.claims import cases
from infograd.verify.claims.entry import Condition, corrects, entry, refutes, supports
from infograd.verify.claims.graphs import exact, multipath, quadrature
from infograd.verify.claims.graphs.estimation import ALGORITHM, EXAMPLE, INTEGRALS

_DEFINITIONS = (
    entry(
        "eq-37",
        "A node from its parents",
        cases.SECTION,
        r"V_i = f_i(V_{\mathrm{pa}(i)}; \theta_i) + N_i, \quad N_i = 0 \text{ allowed}",
        Standing.DEFINITION,
        derivation="A channel of this project is a list of such nodes in topological order: a node may use only nodes before it, and its noise is independent "
        "of the rest.",
    ),
    entry(
        "eq-38",
        "The end-to-end map",
        cases.SECTION,
        r"Y = G(X, N; \theta)",
        Standing.PROVED,
        supports(
            "symbolic",
            "analytic",
            "Substituting the parents of both multipath channels gives $Y = gX + N_{eff}$.",
            multipath.substitution_gives_the_end_to_end_map,
        ),
        derivation="Replace each node by its map of its parents, from the last to the first. A node uses only nodes before it, so every replacement lowers "
        "the largest "
        "position that is left, and after as many steps as there are nodes only sources, noises and parameters remain.",
    ),
)

_THEOREM = (
    entry(
        "theorem-2",
        "Information gradient of a directed acyclic graph",
        cases.SECTION,
        r"\nabla_\theta I(X;Y) = \mathbb{E}\left[ J^{T} \left( s_{Y|X}(Y|X) - s_Y(Y) \right) \right], \quad J = \frac{\partial Y}{\partial \theta}",
        Standing.CONDITIONAL,
        supports(
            "identity of rational functions",
            "analytic",
            "The score form is the direct derivative in every gain and variance of both multipath channels and of a generic graph with a deterministic node.",
            exact.score_formula_is_the_gradient,
        ),
        supports(
            "quadrature",
            "numeric",
            r"The score form is the derivative for $\tanh$, a relay and a diamond, in every parameter.",
            quadrature.score_formula_on_nonlinear_channels,
        ),
        supports("quadrature", "numeric", "Noise with a kink in its density (Laplace) obeys the formula.", quadrature.laplace_noise_obeys),
        refutes(
            "closed form",
            "analytic",
            r"A map with a jump, $Y = \mathrm{sign}(X - \theta) + Z$ with $|Z| < 1$: $J = 0$, and $I = H_b(\Phi(\theta))$ moves.",
            exact.threshold_map_misses,
        ),
        refutes("quadrature", "numeric", "The same map in Gaussian noise.", quadrature.threshold_map_misses),
        refutes(
            "closed form",
            "analytic",
            r"An output with atoms, $Y = \mathrm{sign}(\theta X + N)$ with $X = \pm 1$: $J = 0$, and the crossover probability moves.",
            exact.one_bit_receiver_misses,
        ),
        refutes("quadrature", "numeric", "The same receiver, for a binary and for a Gaussian input.", quadrature.one_bit_receiver_misses),
        refutes(
            "exact rationals",
            "analytic",
            "Between inner nodes, which the theorem does not speak of, $V = aX + N_1$ and $Y = V + bX + N_3$.",
            exact.score_formula_between_inner_nodes,
        ),
        refutes("quadrature", "numeric", "The same pair of inner nodes.", quadrature.inner_nodes_miss),
        refutes(
            "exact rationals",
            "analytic",
            "Given a node that moves, $C = X + N$ with $\\mathrm{Var} N = s$ and $Y = X + N'$: $J = 0$ and $dI(X;Y|C)/ds = 1/12$ at $s = 1$.",
            exact.score_formula_given_a_moving_node,
        ),
        refutes("quadrature", "numeric", "The same question given the moving node.", quadrature.given_a_moving_node_misses),
        condition=Condition(
            r"(a) $\theta \mapsto Y(x, n; \theta)$ is locally Lipschitz with an integrable envelope: maps may have kinks, no jumps; (b) $p(y|x)$ and $p(y)$ "
            r"are absolutely "
            r"continuous on the whole of $\mathbb{R}^n$ and $J^T s$ is integrable, uniformly for parameters nearby (enough: each output has noise of its own without "
            r"jumps or atoms, variances are finite and maps grow at most linearly); (c) the law of inputs and "
            r"primitive noises is free of $\theta$; (d) $I$ is finite. The paper's $X$ are roots, which do not move; for other sets of nodes, and given $C$, also (e): "
            r"what is given does not move with $\theta$, or $Y$ is d-separated from the "
            r"randomness behind $(X, C)$ given $(X, C)$ and from that behind $C$ given $C$.",
            cases.theorem_2_holds,
            cases.INSIDE,
            cases.OUTSIDE,
        ),
        derivation=r"With $u$ the primitives, $h(Y) = -\mathbb{E} \log p_\theta(Y(u;\theta))$. Its derivative has two parts. The path's is $-\mathbb{E}[J^T "
        r"s_Y(Y)]$. The density's is "
        r"$-\mathbb{E}[(\partial_\theta \log p_\theta)(Y)] = -\int \partial_\theta p_\theta = 0$, because every $p_\theta$ integrates to 1 (not because the "
        r"score in $y$ has mean 0, which "
        r"is another identity). Conditioned on $X$ the same holds of $h(Y|X)$ where the law of $X$ is free of $\theta$; the difference is the formula. Where "
        r"what is given, $D$, moves, "
        r"$\nabla h(Y|D)$ has a further part $-\mathbb{E}[J_D^T \nabla_d \log p(Y|D)]$. It vanishes where $Y$ is independent, given $D$, of the randomness "
        r"behind $D$, for then "
        r"$\mathbb{E}[J_D | Y, D]$ is a function of $D$ and $\nabla_d \log p(Y|D)$ has mean 0 given $D$. $I(X;Y|C)$ needs this for $D = (X, C)$ and for $D = "
        r"C$. That the derivative passes the expectation is argued at Theorem 1. The paper's differentiable maps exclude the jumps and atoms of the counter-examples; its Remark 5 admits them.",
        counterexample=r"$Y = \mathrm{sign}(X - \theta) + Z$, $X \sim N(0, 1)$ and $|Z| < 1$: $I = H_b(\Phi(\theta))$, whose slope is $-0.28410$ at $\theta = 1/2$, and $J = 0$.",
    ),
    entry(
        "eq-39-41",
        "The gradients of both entropies",
        cases.SECTION,
        r"\nabla_\theta h(Y) = -\mathbb{E}\left[ J^{T} s_Y(Y) \right], \quad \nabla_\theta h(Y|X) = -\mathbb{E}\left[ J^{T} s_{Y|X}(Y|X) \right]",
        Standing.CONDITIONAL,
        supports("symbolic", "analytic", "Both terms, with Gaussian scores, give the gradient of both multipath channels.", multipath.multipath_score_terms),
        supports(
            "quadrature",
            "numeric",
            r"$\tanh(\theta X) + N$: $\theta$ moves $h(Y)$ alone, and $-\mathbb{E}[J s_Y]$ is the derivative.",
            quadrature.entropy_gradient_is_a_mean_of_scores,
        ),
        condition=Condition("Theorem 2's condition.", cases.theorem_2_holds, cases.INSIDE, cases.OUTSIDE),
        derivation=r"The step from (40) to (41) drops $\mathbb{E}[\partial_\theta \log p_\theta(Y)]$. It is $\int \partial_\theta p_\theta(y) dy = "
        r"\partial_\theta 1 = 0$ by normalisation; the property that is "
        r"cited for it, $\mathbb{E}[s_Y(Y)] = 0$, concerns the derivative in $y$. The conclusion stands.",
    ),
)

_REMARKS = (
    entry(
        "remark-3",
        "Why the graph is acyclic",
        cases.SECTION,
        r"\text{acyclic} \Rightarrow Y = G(X, N; \theta) \text{ in finitely many steps, and } J \text{ by the chain rule}",
        Standing.PROVED,
        supports(
            "symbolic",
            "analytic",
            "Without cycles the gains are a nilpotent matrix and all end-to-end gains polynomials; a linear cycle still has a map, on which the formula holds.",
            exact.substitution_ends_and_cycles_may_still_have_a_map,
        ),
        derivation=r"The end-to-end map is a finite composition (eq. 38) and differentiable where its parts are. Acyclic is sufficient and not necessary: "
        r"where $V = AV + N$ has a unique solution, "
        r"$V = (I - A)^{-1} N$ is as good a map, and the formula applies to it.",
    ),
    entry(
        "remark-4",
        "Reparameterisation",
        cases.SECTION,
        r"Y = G(X, N; \theta), \; (X, N) \sim p \text{ free of } \theta \Rightarrow J \text{ is defined for every draw and carries all of } \theta",
        Standing.CONDITIONAL,
        supports(
            "identity of rational functions",
            "analytic",
            "Gains and variances of linear Gaussian graphs are carried by paths.",
            exact.score_formula_is_the_gradient,
        ),
        supports(
            "quadrature", "numeric", r"The noise's variance in $\tanh(X) + N$ is carried by $J = N/(2 \sigma^2)$.", quadrature.parameters_of_laws_are_carried
        ),
        refutes("closed form", "analytic", "The weight $q$ of a two-valued input: no path moves, and $I = H_b(q)$ does.", exact.weighted_input_misses),
        refutes("quadrature", "numeric", "The same weight in Gaussian noise.", quadrature.weighted_input_misses),
        condition=Condition(
            "Every parameter enters through a map that is differentiable or at least without jumps, or through an argument of a law that moves its values "
            "(location, scale, the places of atoms); not through weights or a shape.",
            cases.carried_by_paths,
            (cases.TANH, cases.MULTIPATH_A, cases.LAPLACE, cases.KINKED),
            (cases.weighted_input(), cases.threshold_map()),
        ),
        derivation=r"A location and a scale are maps of a fixed primitive, $N = \mu + \sigma \epsilon$, so that their parameters may be counted among the "
        r"map's. A parameter of the primitive's own law moves the "
        r"expectation and no draw: its gradient has a term that no Jacobian holds.",
        counterexample=r"$Y = X + Z$, $X = 1$ with probability $q$ and $-1$ otherwise, $|Z| < 1$: $J = 0$ and $dI/dq = \log((1-q)/q)$.",
    ),
    entry(
        "remark-5",
        "Any noise with a differentiable density",
        cases.SECTION,
        r"\nabla_\theta I = \mathbb{E}\left[ J^{T} \left( s_{Y|X} - s_Y \right) \right] \text{ for every noise with a differentiable density, digital nodes inside the graph allowed}",
        Standing.REFUTED,
        refutes(
            "closed form",
            "analytic",
            r"Digital logic inside the graph: a threshold before a noise $|Z| < 1$ of any density, however smooth, has $J = 0$, and $I$ moves.",
            exact.threshold_map_misses,
        ),
        refutes("quadrature", "numeric", "The same threshold in Gaussian noise.", quadrature.threshold_map_misses),
        refutes(
            "closed form",
            "analytic",
            r"A density that is differentiable on its support alone, $N \sim \mathrm{Exp}(1)$ with $X = 0$ or $1$: the scores are equal wherever they exist, and $I$ grows.",
            exact.exponential_noise_misses,
        ),
        refutes(
            "quadrature",
            "numeric",
            r"The same channel, and $X \sim N(1, 1)$ at $\theta = 4/5$, where the formula is off by $\mathbb{E}[X]$.",
            quadrature.exponential_noise_misses,
        ),
        corrects("identity of functions", "analytic", "Laplace noise, a kink and no jump: slope and formula are one function.", exact.laplace_noise_obeys),
        corrects("quadrature", "numeric", "Laplace noise behind a linear map and behind a $\\tanh$.", quadrature.laplace_noise_obeys),
        corrects("identity of rational functions", "analytic", "A graph with a deterministic node obeys the formula.", exact.score_formula_is_the_gradient),
        derivation=r"The remark lets noise be any with a differentiable density and names digital logic combined with analog transmission. A threshold, differentiable almost "
        r"everywhere with derivative 0, moves probability and no path; the output's density is as smooth as the noise's, and the formula gives 0. As to the noise: integrating $\nabla p = s p$ over $\mathbb{R}^n$ by parts needs $p$ absolutely continuous there. At a jump of height $c$ the scores "
        r"inside lack a point mass: for $Y = \theta X + N$ with a jump "
        r"of $p_N$ upward by $c$, $\mathbb{E}[J s_{Y|X}] = \mathbb{E}[X] \mathbb{E}[s_N] = -c\,\mathbb{E}[X]$ instead of 0. A density that is differentiable on the whole space with an integrable score has no jump, and of it the remark is right; read as "
        r"differentiable where it is positive, it is not. A kink is harmless, and "
        r"differentiability everywhere is not needed. Deterministic nodes are allowed "
        r"where their maps have no jumps and $p(y|x)$ exists.",
        counterexample=r"$Y = \mathrm{sign}(X - \theta) + Z$, $X \sim N(0, 1)$, $Z$ of a smooth density on $(-1, 1)$: $dI/d\theta = -0.28410$ at $\theta = 1/2$, and $J = 0$. "
        r"With $N \sim \mathrm{Exp}(1)$ in $\theta X + N$, $X = 0$ or $1$: $dI/d\theta = \frac{1}{2} e^{-\theta} \log(1 + e^{\theta}) > 0$, and $s_{Y|X} - s_Y = 0$.",
        corrected=r"\nabla_\theta I = \mathbb{E}\left[ J^{T} \left( s_{Y|X} - s_Y \right) \right] \text{ for every noise whose density is absolutely "
        r"continuous on } \mathbb{R}^n, \text{ and maps without jumps}",
    ),
)

ENTRIES = (*_DEFINITIONS, *_THEOREM, *_REMARKS, *EXAMPLE, *ALGORITHM, *INTEGRALS)
