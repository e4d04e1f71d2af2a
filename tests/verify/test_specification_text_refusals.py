"""Texts that are no expression: code, what is misspelt, and what is too long, each refused with one sentence."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import infograd as ig
from infograd.verify.specification import parse, to_text
from tests.verify.text_names import NAMES

CODE = [
    "__import__('os').system('touch x')",
    "().__class__.__bases__[0].__subclasses__()",
    "X.__class__",
    "theta.real",
    "(lambda: X)()",
    "lambda: X",
    "[X for theta in U]",
    "sum(X for theta in U)",
    "f'{X}'",
    "'a'*9",
    "X if theta else U",
    "X and theta",
    "not X",
    "X < theta",
    "X := 1",
    "X = 1",
    "eval(X)",
    "exec(X)",
    "open(X)",
    "getattr(X, theta)",
    "tanh(*U)",
    "clip(X, low=-1, high=1)",
    "X; theta",
    "import os",
    "await X",
    "yield X",
    "U[0:1]",
    "U[theta]",
    "X // 2",
    "X % 2",
    "X << 9",
    "X | theta",
    "~X",
    "True",
    "None",
    "1j",
    "0x10",
    "1_000",
    "...",
    "{X}",
    "X, theta",
    "\\u0058",
    "X\x00",
    "\uff45val(X)",
]


@pytest.mark.parametrize("text", CODE)
def test_code_is_refused_and_not_run(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ig.SpecificationError) as caught:
        parse(text, NAMES)
    assert str(caught.value).endswith(".")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "holds no formula"),
        ("   ", "holds no formula"),
        ("tanh(theta*Z)", "uses 'Z' at character 12, which is neither a parameter with a value nor a node before it; the names that may stand here: 'theta'"),
        ("tanh", "has the function 'tanh' at character 1 without its brackets; write tanh(...)"),
        ("sinh(X)", "calls 'sinh' at character 1, which is no function; the functions are abs, "),
        ("tanh(X", "leaves '(' open"),
        ("tanh X)", "closes a bracket at character 7"),
        ("stack(X]", "closes a bracket at character 8"),
        ("X X", "is no formula at character 1"),
        ("X +", "is no formula"),
        ("tanh(X, U)", "has 'tanh(X, U)' at character 1, where tanh takes 1 arguments and got 2"),
        ("X + W @ X", "has 'W @ X' at character 5, where matmul got shapes (3, 2), ()"),
        ("U[2]", "where index takes a whole number from 0 to 1"),
        ("U[-1]", "where index takes a whole number from 0 to 1"),
        ("X**theta", "has the exponent 'theta' at character 4, which is no whole number"),
        ("X**0.5", "has the exponent '0.5' at character 4, which is no whole number"),
        ("clip(X, theta, 1)", "where clip takes two constant bounds"),
        ("1/0", "divides by 0"),
        ("[X, 1]", "'X' is no number; a list holds numbers"),
        ("[1, [2]]", "ragged"),
        ("[]", "is empty"),
        ("identity(X)", "identity takes one whole number from 1 to 32"),
        ("identity(0)", "identity takes one whole number from 1 to 32"),
        ("007", "is no formula"),
    ],
)
def test_a_refusal_names_the_place_and_what_to_write(text: str, complaint: str) -> None:
    with pytest.raises(ig.SpecificationError) as caught:
        parse(text, NAMES)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("X**41", "exponents, those of nested powers multiplied, go up to 40"),
        ("X**-41", "exponents, those of nested powers multiplied, go up to 40"),
        ("((2**40)**40)**40", "exponents, those of nested powers multiplied, go up to 40"),
        ("(tanh(X**7) + 1)**6", "exponents, those of nested powers multiplied, go up to 40"),
        ("2**2**2**2**2**2", "no whole number"),
        ("1e41", "exponent above 40"),
        ("1e-41", "exponent above 40"),
        ("1e" + "9" * 50_000, "exponent above 40"),
        ("9" * 65, "at most 64"),
        ("9" * 60_000, "at most 64"),
        ("identity(33)", "from 1 to 32"),
        ("(" * 33 + "X" + ")" * 33, "more than 32 deep"),
        ("(" * 30_000 + "X" + ")" * 30_000, "more than 32 deep"),
        ("tanh(" * 33 + "X" + ")" * 33, "more than 32 deep"),
        ("-" * 33 + "X", "more than 32 deep"),
        ("-" * 60_000 + "X", "more than 500"),
        ("X" + "+X" * 32, "more than 32 deep"),
        ("X" + "+X" * 250, "more than 500"),
        ("X" + "**-1" * 160, "no whole number"),
        ("U" + "[0]" * 160, "more than 32 deep"),
        ("X" * 65_537, "at most 65536"),
        ("X+" * 5_000_000, "at most 65536"),
    ],
)
def test_beyond_a_limit_a_text_is_refused_before_it_costs_anything(text: str, complaint: str) -> None:
    started = time.process_time()
    with pytest.raises(ig.SpecificationError, match=complaint) as caught:
        parse(text, NAMES)
    assert time.process_time() - started < 1
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("text", ["X**40", "X**-40", "(X**4)**10", "1e40*X", "9" * 64, "identity(32)", "tanh(" * 31 + "X" + ")" * 31, "X" + "+X" * 31])
def test_at_a_limit_a_text_is_read(text: str) -> None:
    parse(text, NAMES)


@given(st.text(alphabet="XUWtheas2 .,()[]+-*/@0159e_'\"\n", max_size=40))
def test_any_text_is_an_expression_or_one_sentence(text: str) -> None:
    try:
        expression = parse(text, NAMES)
    except ig.SpecificationError as error:
        assert str(error).endswith(".")
        assert "\n" not in str(error)
    else:
        assert parse(to_text(expression), NAMES) == expression
