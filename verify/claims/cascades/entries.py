"""Section III of the paper: Theorem 1 with what leads to it, its remarks, the surrogate loss, and the linear Gaussian cascade."""

from __future__ import annotations

from infograd.claim import Standing
from infograd.question import Question
from infograd.verify.claims import cases as graphs_cases
from infograd.verify.claims.cascades import exact, jumps
from infograd.verify.claims.cascades import quadrature as numbers
from infograd.verify.claims.cascades import theorem as cascades_theorem
from infograd.verify.claims.cascades.theorem import BACKWARD, EXACT, IDENTITY, QUADRATURE, SECTION
from infograd.verify.claims.entry import Condition, Entry, entry, refutes, supports


def remark_2_holds(question: Question) -> bool:
    """Remark 2's condition on a question: Theorem 1's, and in every parameter what moves Y is a function of X alone, so that the noise is independent of it."""
    from infograd.analytic.identities import applies

    return graphs_cases.theorem_2_holds(question) and all(applies(question, parameter, "reduction") for parameter in question.wrt)


REMARK_2 = Condition(
    r"Theorem 1's conditions, $L = 1$, $E[s_Z(Z)] = 0$, which an absolutely continuous density gives, and $Z$ independent of $J$, which fails where $\theta$ "
    r"moves the noise, or lies before noise that a nonlinear stage passes on.",
    remark_2_holds,
    inside=tuple(numbers.in_parameters(each, "theta") for each in (numbers.TANH, numbers.LOGISTIC, numbers.HEAVY)),
    outside=(numbers.in_parameters(numbers.TANH, "s2"), numbers.in_parameters(numbers.RELAY, "theta")),
)

ENTRIES: tuple[Entry, ...] = (
    *cascades_theorem.ENTRIES,
    entry(
        "eq-19-20",
        "The posterior score",
        SECTION,
        r"s_{Y \mid X}(y \mid x) - s_Y(y) = \nabla_y \log p(x \mid y), \quad \nabla_\theta I(X;Y) = E\left[ J^T \nabla_y \log p(X \mid Y) \right]",
        Standing.CONDITIONAL,
        supports(IDENTITY, "analytic", r"Both sides as functions of $x$ and $y$ for two linear stages.", exact.posterior_score_is_the_gap),
        supports(
            QUADRATURE,
            "numeric",
            r"The posterior differentiated along $y$, one and two stages with tanh, every parameter.",
            numbers.posterior_on_nonlinear_cascades,
        ),
        refutes(EXACT, "analytic", r"Outside (a): across the jump of a map $J = 0$, and the information moves.", jumps.jump_of_the_map_is_missed),
        condition=cascades_theorem.THEOREM_1,
        derivation=r"Bayes: $\log p(x \mid y) = \log p(y \mid x) + \log p(x) - \log p(y)$, and $p(x)$ is free of $y$. The last noise of a cascade is Gaussian, so $p(y \mid x)$ is "
        r"positive and smooth everywhere; elsewhere the identity needs $p(y \mid x) > 0$. The gradient is then Theorem 1's, under its conditions.",
    ),
    entry(
        "remark-1",
        "Remark 1, the score difference is the score of the posterior",
        SECTION,
        r"E\left[ J^T \left( s_{Y \mid X}(Y \mid X) - s_Y(Y) \right) \right] = E\left[ J^T \nabla_y \log p(X \mid Y) \right]",
        Standing.PROVED,
        supports(
            IDENTITY,
            "analytic",
            r"The posterior form, as the score difference, is the direct derivative, linear cascades of 1 to 4 stages.",
            exact.posterior_is_an_identity,
        ),
        supports(IDENTITY, "analytic", r"$E[s_{Y \mid X} - s_Y \mid Y] = 0$ for two linear stages.", exact.score_gap_has_mean_zero_given_the_output),
        supports(IDENTITY, "analytic", r"A gain of the receiver behind the last noise has gradient 0.", exact.receiver_gains_move_nothing),
        supports(QUADRATURE, "numeric", r"One and two stages with tanh, every parameter.", numbers.posterior_on_nonlinear_cascades),
        derivation=r"Bayes, as in eq. (19), on every sample: Gaussian noise has $p(y \mid x) > 0$. Both sides are the gradient under Theorem 1's conditions. Moreover $E[\nabla_y \log p(X \mid Y) \mid Y = y] = \nabla_y \int p(x \mid y) dx = 0$: a $J$ that is a "
        r"function of $Y$ alone has gradient 0, as it must for a bijection at the receiver.",
    ),
    entry(
        "eq-21-22",
        "One stage needs the output score alone",
        SECTION,
        r"L = 1: \quad E[J^T s_{Y \mid X}(Y \mid X)] = 0, \quad \nabla_\theta I(X;Y) = -E[J^T s_Y(Y)]",
        Standing.CONDITIONAL,
        supports(IDENTITY, "analytic", r"$E[J s_{Y \mid X}] = 0$ in the gain and in the power of the input.", exact.conditional_term_vanishes),
        supports(QUADRATURE, "numeric", r"The gain of a tanh map in Gaussian, logistic and Student's noise.", numbers.output_score_is_enough),
        refutes(IDENTITY, "analytic", r"In the variance of the noise the term is $-1/(2 \sigma^2)$.", exact.conditional_term_of_a_moving_noise),
        condition=REMARK_2,
        derivation=r"With $Y = f(X; \theta) + Z$ the conditional score is $s_Z(Z)$, and $J = \partial f / \partial \theta$ is a function of $X$, independent of $Z$: $E[J^T s_Z(Z)] = "
        r"E[J]^T E[s_Z(Z)] = 0$.",
    ),
    entry(
        "remark-2",
        "Remark 2, the reduction to one score",
        SECTION,
        r"\nabla_\theta I(X;Y) = -E[J^T s_Y(Y)] \quad \mathrm{for} \quad Y = f(X; \theta) + Z",
        Standing.CONDITIONAL,
        supports(IDENTITY, "analytic", r"$E[J s_{Y \mid X}] = 0$ in the gain and in the power of the input.", exact.conditional_term_vanishes),
        supports(QUADRATURE, "numeric", r"The gain of a tanh map in Gaussian, logistic and Student's noise.", numbers.output_score_is_enough),
        refutes(IDENTITY, "analytic", r"In the variance of the noise the dropped term is $-1/(2 \sigma^2)$.", exact.conditional_term_of_a_moving_noise),
        refutes(QUADRATURE, "numeric", r"In the variance of the noise, and in the first gain of two stages with tanh.", numbers.output_score_is_not_enough),
        condition=REMARK_2,
        derivation=r"$h(Y \mid X) = h(Z)$ stays where $Z$ does, and eq. (14) is the rest; in Theorem 1's words, $E[s_Z(Z)] = 0$ and $Z$ independent of $J$ remove the "
        r"conditional term. The condition is sufficient: with a jump in the density of $Z$ the first argument stands while $E[s_Z(Z)] \neq 0$. A parameter of the noise itself has $J$ a function of "
        r"$Z$, and $E[J^T s_Z(Z)]$ is minus the slope of $h(Z)$.",
        counterexample=r"$Y = \tanh(\theta X) + Z$ at $\theta = 1$, variance $\sigma^2 = 1/10$ of $Z$: the form with one score is 5 too large in $\sigma^2$.",
    ),
    entry(
        "eq-23",
        "The Jacobian of a stage",
        SECTION,
        r"\frac{\partial Y}{\partial \theta_k} = D f_L(V_{L-1}) \cdots D f_{k+1}(V_k) \frac{\partial f_k(V_{k-1}; \theta_k)}{\partial \theta_k}",
        Standing.PROVED,
        supports(IDENTITY, "analytic", r"Three quadratic stages in two dimensions, as polynomials.", exact.jacobians_multiply),
        supports(
            BACKWARD, "learned", r"Backward mode against the product of derivatives, two stages with tanh.", numbers.one_backward_pass_gives_every_gradient
        ),
        derivation=r"The chain rule on $V_j = f_j(V_{j-1}; \theta_j) + N_j$ with every noise fixed: $\partial V_j / \partial \theta_k = D f_j(V_{j-1}) \partial V_{j-1} / \partial \theta_k$ for "
        r"$j > k$, starting from $\partial V_k / \partial \theta_k = \partial f_k / \partial \theta_k$. It takes $\theta_k$ to occur in stage $k$ alone; a shared parameter has the sum over "
        r"its stages.",
    ),
    entry(
        "eq-24",
        "The score difference of a sample",
        SECTION,
        r"\delta = s_{Y \mid X}(Y \mid X) - s_Y(Y)",
        Standing.DEFINITION,
    ),
    entry(
        "eq-25-27",
        "A surrogate loss for one backward pass",
        SECTION,
        r"L_{VJP} = -\langle \mathrm{sg}(\delta), Y \rangle, \quad \nabla_\theta L_{VJP} = -J^T \delta, \quad \nabla_\theta I \approx \frac{1}{B} \sum_{i=1}^{B} J_i^T \delta_i",
        Standing.PROVED,
        supports(IDENTITY, "analytic", r"$-\delta Y$ at fixed $\delta$ for two linear stages, and that fixing it matters.", exact.surrogate_has_the_gradient),
        supports(
            BACKWARD, "learned", r"64 samples of two stages with tanh, both parameters from one backward pass.", numbers.one_backward_pass_gives_every_gradient
        ),
        derivation=r"With $\delta$ held constant the loss is linear in $Y$, so its derivative is $-\delta^T J$ on every sample, an identity and not an approximation. The mean "
        r"over independent samples is an unbiased estimate of $E[J^T \delta]$, which is the gradient under Theorem 1's conditions and with the true scores.",
    ),
    entry(
        "eq-28-30",
        "Learned scores in place of the true ones",
        SECTION,
        r"s_\phi(y) \approx s_Y(y), \quad s_\psi(y \mid x) \approx s_{Y \mid X}(y \mid x), \quad \ell = -\langle \mathrm{sg}(s_\psi(Y \mid X) - s_\phi(Y)), Y \rangle",
        Standing.DEFINITION,
        derivation=r"The gradient of $\ell$ has the mean $-E[J^T \delta] - E[J^T (e_\psi - e_\phi)]$, with $e$ the errors of the two scores: the estimate is biased by what $J$ sees of "
        r"their difference, and by nothing where both scores err alike. How large it is for trained scores is measured in section VII.",
    ),
    entry(
        "eq-31-32",
        "The linear Gaussian cascade",
        SECTION,
        r"V = a X + N_1, \quad Y = b V + N_2, \quad X \sim N(0, P), \quad N_i \sim N(0, \sigma_i^2)",
        Standing.DEFINITION,
    ),
    entry(
        "eq-33",
        "Information of the linear cascade",
        SECTION,
        r"I(X;Y) = \frac{1}{2} \log\left( 1 + \frac{a^2 b^2 P}{b^2 \sigma_1^2 + \sigma_2^2} \right)",
        Standing.PROVED,
        supports(IDENTITY, "analytic", r"$e^{2I}$ from the joint covariance.", exact.closed_form_of_two_stages),
        supports(QUADRATURE, "numeric", r"At $a = 3/2$, $b = -3/4$, $P = 2$, $\sigma_1^2 = 1/2$, $\sigma_2^2 = 1/4$.", numbers.closed_form_of_two_stages),
        derivation=r"$Y = abX + bN_1 + N_2$ is a Gaussian channel of gain $ab$ with noise of variance $b^2 \sigma_1^2 + \sigma_2^2$.",
    ),
    entry(
        "eq-34",
        "Its derivative in the first gain",
        SECTION,
        r"\frac{\partial I}{\partial a} = \frac{a b^2 P}{\sigma_Y^2}, \quad \sigma_Y^2 = a^2 b^2 P + b^2 \sigma_1^2 + \sigma_2^2",
        Standing.PROVED,
        supports(
            IDENTITY, "analytic", r"$\partial I/\partial a$ from the joint covariance, and $\partial I/\partial b$ beside it.", exact.closed_form_of_two_stages
        ),
        supports(QUADRATURE, "numeric", r"At $a = 3/2$, $b = -3/4$, $P = 2$, $\sigma_1^2 = 1/2$, $\sigma_2^2 = 1/4$.", numbers.closed_form_of_two_stages),
        derivation=r"Only $\sigma_Y^2$ depends on $a$, so the derivative is $\frac{1}{2} \partial \log \sigma_Y^2 / \partial a$. The second gain moves signal and noise, and the paper does not give it: "
        r"$\frac{\partial I}{\partial b} = \frac{a^2 b P \sigma_2^2}{\sigma_Y^2 (b^2 \sigma_1^2 + \sigma_2^2)}$.",
    ),
    entry(
        "eq-35-36",
        "Theorem 1 gives the same derivative",
        SECTION,
        r"E\left[ b X \left( \frac{Y}{\sigma_Y^2} - \frac{Y - a b X}{b^2 \sigma_1^2 + \sigma_2^2} \right) \right] = \frac{a b^2 P}{\sigma_Y^2}",
        Standing.PROVED,
        supports(IDENTITY, "analytic", r"The moments of $X$, $N_1$, $N_2$ in $a$, and with $J = aX + N_1$ in $b$.", exact.scores_of_two_stages),
        supports(QUADRATURE, "numeric", r"Both sides at ones, all five parameters.", numbers.theorem_on_the_linear_cascade),
        derivation=r"$E[bXY] = ab^2 P$, and $X$ is independent of $Y - abX$, so the conditional term is 0. In $b$ the Jacobian $V = aX + N_1$ is correlated with the "
        r"noise, the conditional term is $-b\sigma_1^2 / (b^2 \sigma_1^2 + \sigma_2^2)$, and the sum is $a^2 b P \sigma_2^2 / (\sigma_Y^2 (b^2 \sigma_1^2 + \sigma_2^2))$.",
    ),
)
