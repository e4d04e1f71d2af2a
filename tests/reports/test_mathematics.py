from __future__ import annotations

import re
from collections import Counter
from xml.etree.ElementTree import Element, fromstring

import pytest
import typst

import infograd as ig
from infograd.error import SpecificationError
from infograd.latex import channel_latex, question_latex
from infograd.reports.formula import formula_tree
from infograd.reports.mathematics import string, typst_mathematics

EXPRESSIONS = (
    r"I(X; Y \mid X_{2}) = \frac{1}{2} \log\left(1 + \frac{\theta^{2} P}{s_{2}}\right)",
    r"I = \frac{\log{\left(\frac{P \left(\alpha + \beta\right)^{2}}{\beta^{2} s_{2} + s_{1} + s_{3}} + 1 \right)}}{2}",
    r"\frac{\partial I}{\partial \theta} = \frac{\theta}{s_{2} + \theta^{2}}",
    r"V_{1} \sim \mathcal{N}\left(0, s_{1}\right), \quad N_{V_{1}} \sim \mathrm{Laplace}\left(0, 1\right)",
    r"A = \begin{pmatrix} 1 & \tfrac{1}{2} \\ 0 & -1 \end{pmatrix} x + \begin{bmatrix} a & b \\ c & d \end{bmatrix}",
    r"W = \left[\begin{matrix}1 & 0\\ \frac{1}{2} & 1\end{matrix}\right]",
    r"\begin{cases} 1 & \text{for}\: x > 0 \\ 0 & \text{otherwise} \end{cases}",
    r"\begin{aligned} a + b &= \frac{c}{2} \\ &= d \end{aligned}",
    r"a \!b \thinspace c",
    r"\begin{vmatrix} a & b \\ c & d \end{vmatrix}",
    r"\mathbf{1}^{\mathsf{T}} x + \left\langle a, b\right\rangle + \left|x\right|",
    r"\mathrm{clip}_{[0, 1]}\left(x\right)",
    r"\mathrm{my\_name}_{2}",
    r"\sqrt[3]{x} + \sqrt{1 + x^{2}}",
    r"\operatorname{tr}\left(A^{T}\right) + \operatorname{erf}{\left(x \right)}",
    r"\tanh^{2}{\left(x \right)} - 2 \log x",
    r"a \log_{2}(x) b",
    r"\exp{\left(- x \right)}",
    r"\int_{-\infty}^{\infty} p(y)\, dy",
    r"\int\limits_{0}^{1} x\, dx",
    r"\displaystyle\sum_{i=1}^{n} x_{i}^{2}",
    r"\lim_{x \to 0} \max_{y} f(x)",
    r"\underbrace{a + b}_{c} \overbrace{d}^{e}",
    r"\hat{x} + \tilde{x} + \bar{x} + \vec{x} + \dot{x}",
    r"\overline{x + y} + \underline{z}",
    r"\mathbb{E}[X] + \mathbf{x} + \boldsymbol{\theta} + \mathsf{T} + \mathfrak{g} + \mathtt{x}",
    r"\left. x \right|_{0}",
    r"\binom{n}{k}",
    r"a' + \partial_x f + \nabla f",
    r"x \le y \ne z \approx w \in \mathbb{R}",
    r"\|x\| \, \lvert x\rvert",
    r"\dfrac{a}{b} + \tfrac{a}{b}",
    r"e^{- x} \cdot 2 \times 3",
    r"\Sigma^{-1} \Gamma",
    r"\text{if } x > 0.5",
    r"\# \$ \% \text{\#panic() \$ [ ] " + '"' + r"}",
    r"\frac{}{x} + {}_{2} + \sqrt{} + \overline{} + \sqrt[3]{}",
    r"\begin{pmatrix} & 1 \\ 2 & \end{pmatrix}",
    *(line for case in ig.CATALOGUE.values() for line in (*channel_latex(case.question.channel), question_latex(case.question))),
)
MARKS = frozenset("^~¯→˙‾⏞⏟")


def compiles(mathematics: str) -> bool:
    return bool(typst.compile(f"$ {mathematics} $".encode(), format="pdf", ignore_system_fonts=True))


def tree_text(element: Element) -> str:
    """The text of the tree without accents, lines and braces, which are functions in Typst."""
    over = [element[1]] if element.tag in {"mover", "munder"} and element[1].tag == "mo" and (element[1].text or "") in MARKS else []
    return (element.text or "") + "".join(tree_text(child) for child in element if child not in over)


def typst_characters(source: str) -> Counter[str]:
    """The characters that Typst sets: escapes, and what string literals hold."""
    texts = [chr(int(code, 16)) for code in re.findall(r"\\u\{([0-9a-f]+)\}", source)]
    texts += [re.sub(r"\\u\{[0-9a-f]+\}", "", literal) for literal in re.findall(r'"([^"]*)"', source)]
    return Counter("".join(texts))


@pytest.mark.parametrize("latex", EXPRESSIONS)
def test_typst_sets_exactly_the_characters_of_the_tree_that_html_prints(latex: str) -> None:
    source = typst_mathematics(latex)
    assert typst_characters(source) == Counter(tree_text(formula_tree(latex)))


def test_every_expression_compiles_in_typst() -> None:
    assert compiles(r" \ ".join(map(typst_mathematics, EXPRESSIONS)))


def test_fences_grow_and_functions_keep_their_space() -> None:
    assert typst_mathematics(r"2 \log\left(x\right)") == r'"2"#h(0.167em)"log"lr(\u{28}\u{78}\u{29})'


def test_aligned_lines_meet_at_their_sign() -> None:
    assert typst_mathematics(r"\begin{split} a &= b \\ c &= d \end{split}").count(" & ") == 2


def test_a_root_names_its_degree_first() -> None:
    assert typst_mathematics(r"\sqrt[3]{x}") == r'root("3", \u{78})'


@pytest.mark.parametrize("text", ['"', "\\", "#panic()", "${x}$", "\n", "a\u202eb"])
def test_a_string_literal_holds_no_character_that_could_end_it(text: str) -> None:
    assert re.fullmatch(r'"([A-Za-z0-9]|\\u\{[0-9a-f]+\})*"', string(text))


def test_a_tag_that_the_walker_does_not_know_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infograd.reports.mathematics.formula_tree", lambda latex: Element("menclose"))
    with pytest.raises(SpecificationError, match="'menclose' has no Typst form"):
        typst_mathematics("x")


@pytest.mark.parametrize("width", ["", "1px", "1em)#panic("])
def test_a_space_whose_width_is_not_in_em_raises(width: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infograd.reports.mathematics.formula_tree", lambda latex: Element("mspace", {"width": width}))
    with pytest.raises(SpecificationError, match="a space of width"):
        typst_mathematics("x")


def test_a_table_with_an_alignment_of_its_own_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = fromstring('<mtable><mtr><mtd columnalign="right left"><mi>x</mi></mtd></mtr></mtable>')
    monkeypatch.setattr("infograd.reports.mathematics.formula_tree", lambda latex: tree)
    with pytest.raises(SpecificationError, match="columns aligned 'right left'"):
        typst_mathematics("x")
