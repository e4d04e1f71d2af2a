from __future__ import annotations

import pytest

from infograd.error import SpecificationError
from infograd.reports.linear import linear_text, prose_text

PLAIN = str.maketrans("\N{MINUS SIGN}\N{DIVIDES}\N{PRIME}\N{MATHEMATICAL DOUBLE-STRUCK CAPITAL E}", "-|'E")


@pytest.mark.parametrize(
    ("latex", "line"),
    [
        (r"\frac{\partial I}{\partial\theta_{k}} = \mathbb{E}\left[J^{\mathsf{T}} \left(s_{Y\mid X} - s_{Y}\right)\right]", "∂I/∂θₖ = E[Jᵀ(s_(Y|X) - s_Y)]"),
        (r"I(X;Y) = \tfrac{1}{2} \log\left(1 + \frac{a^{2} P}{s_{1} + s_{2}}\right)", "I(X; Y) = 1/2 log(1 + a²P/(s₁ + s₂))"),
        (r"e^{-x/2} - x", "e^(-x/2) - x"),
        (r"-x \le -1", "-x ≤ -1"),
        (r"\sqrt{a^{2}} + \sqrt{2} + \sqrt[3]{x}", "√(a²) + √2 + root(x, 3)"),
        (r"\sum_{k=1}^{n} w_{k} I_{k}", "∑_(k=1)ⁿ wₖIₖ"),
        (r"\hat{s}_{\phi} + \tilde{y}", "ŝ_ϕ + ỹ"),
        (r"\begin{cases} 1 & x > 0 \\ 0 & \text{else} \end{cases}", "{1 x > 0; 0 else"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "a = b; c = d"),
        (r"f'(x)\,dx", "f'(x) dx"),
        (r"\|x\|^{2}", "‖x‖²"),
    ],
)
def test_a_formula_is_one_line(latex: str, line: str) -> None:
    assert linear_text(latex).translate(PLAIN) == line


def test_what_is_no_latex_raises() -> None:
    with pytest.raises(SpecificationError, match="cannot be read as LaTeX"):
        linear_text("x^{2}^{3}")


def test_the_formulas_of_a_text_are_read_and_the_rest_stays() -> None:
    assert prose_text("where $\\theta > 0$, for 3 x") == "where θ > 0, for 3 x"
