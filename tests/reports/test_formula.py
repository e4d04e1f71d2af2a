from __future__ import annotations

from xml.etree.ElementTree import fromstring

import pytest

from infograd.error import SpecificationError
from infograd.reports.formula import TAGS, formula_tree, mathml

SPACE = '<mspace width="0.167em"'


def inner(latex: str) -> str:
    """The MathML between the outermost tags."""
    text = mathml(latex)
    return text[text.index(">") + 1 : text.rindex("<")]


def test_letters_set_upright_are_one_identifier() -> None:
    assert inner(r"\mathrm{my\_name}_{2}") == "<mrow><msub><mrow><mi>my_name</mi></mrow><mrow><mn>2</mn></mrow></msub></mrow>"


def test_bold_and_double_struck_letters_are_characters_of_their_alphabet() -> None:
    assert inner(r"\mathbf{1}") == "<mrow><mrow><mn>\N{MATHEMATICAL BOLD DIGIT ONE}</mn></mrow></mrow>"
    assert "mathvariant" not in inner(r"\boldsymbol{\theta} \mathbb{R} \mathfrak{g}")


@pytest.mark.parametrize("latex", [r"2 \log x", r"a \operatorname{tr} A", r"x \max y"])
def test_a_function_word_between_operands_has_a_thin_space_on_both_sides(latex: str) -> None:
    assert inner(latex).count(SPACE) == 2


@pytest.mark.parametrize("latex", [r"\log\left(x\right)", r"\log{\left(x \right)}", r"1 + \log_{2}(x)"])
def test_a_function_word_stands_close_to_its_parenthesis(latex: str) -> None:
    assert SPACE not in inner(latex)


def test_a_minus_after_a_fence_is_a_sign() -> None:
    assert 'form="prefix">\N{MINUS SIGN}' in inner(r"\exp{\left(- x \right)}")
    assert "form" not in inner("a - b")


def test_a_semicolon_and_a_tilde_are_operators() -> None:
    assert inner("X; Y") == "<mrow><mi>X</mi><mo>;</mo><mi>Y</mi></mrow>"
    assert inner(r"X \sim Y") == "<mrow><mi>X</mi><mo>\N{TILDE OPERATOR}</mo><mi>Y</mi></mrow>"


def test_capital_greek_is_upright_as_in_tex() -> None:
    assert inner(r"\Gamma") == '<mrow><mi mathvariant="normal">\N{GREEK CAPITAL LETTER GAMMA}</mi></mrow>'


def test_a_matrix_and_its_fences_are_a_row_of_their_own() -> None:
    tree = formula_tree(r"A = \begin{pmatrix} 1 \\ 2 \end{pmatrix} x")
    (table,) = tree.iter("mtable")
    (row,) = [element for element in tree.iter("mrow") if table in list(element)]
    assert [child.tag for child in row] == ["mo", "mtable", "mo"]


def test_aligned_lines_are_a_table_of_right_and_left_cells() -> None:
    (table,) = formula_tree(r"\begin{aligned} a &= b \\ c + d &= e \end{aligned}").iter("mtable")
    assert [[cell.get("columnalign") for cell in row] for row in table] == [["right", "left"]] * 2


def test_spaces_are_lengths() -> None:
    widths = [space.get("width", "") for space in formula_tree(r"a\!b\,c\;d\thinspace e\negmedspace f").iter("mspace")]
    assert widths == ["-0.167em", "0.167em", "0.278em", "0.167em", "-0.222em"]


def test_arg_is_a_word() -> None:
    assert inner(r"\arg x").startswith("<mrow><mi>arg</mi>")


def test_text_in_a_formula_stays_text() -> None:
    tree = fromstring(mathml(r"\text{<script>alert(1)</script> &lt;}"))
    assert {element.tag.rpartition("}")[2] for element in tree.iter()} <= TAGS
    assert "".join(tree.itertext()).replace("\N{NO-BREAK SPACE}", " ") == "<script>alert(1)</script> &lt;"


def test_the_alternative_text_is_the_latex() -> None:
    assert fromstring(mathml(r"\theta < 1")).get("alttext") == r"\theta < 1"


@pytest.mark.parametrize(
    ("latex", "message"),
    [
        (r"\frac{a}", "'mfrac' with 1 parts"),
        (r"\color", "cannot be read as LaTeX"),
        (r"\sideset x", "cannot be read as LaTeX"),
        (r"x^{2}^{3}", "cannot be read as LaTeX"),
        (r"\nosuchcommand x", "nosuchcommand', which cannot be read"),
        (r"a & b", "uses '&'"),
        (r"\cancel{x}", "tag 'menclose'|uses"),
        (r"\color{red} x", "attribute 'mathcolor'"),
        (r"\href{javascript:alert(1)}{x}", "attribute 'href'"),
    ],
)
def test_what_cannot_be_printed_raises_and_names_the_formula(latex: str, message: str) -> None:
    with pytest.raises(SpecificationError, match=message):
        formula_tree(latex)
