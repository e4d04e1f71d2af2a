"""`infograd oracle`: the most exact room answers, numbers carry their doubt, units and digits are honest."""

from __future__ import annotations

import json
import math
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

import infograd as ig
from infograd import analytic, numeric
from infograd.verify.cli import main
from infograd.verify.command.unit import as_doubles, doubt_text, value_text
from infograd.verify.specification import dump


def run(*words: str) -> Result:
    """The result of `infograd oracle` with these words."""
    return CliRunner().invoke(main, ("oracle", *words))


def answered(*words: str) -> dict[str, Any]:
    """The JSON that the oracle prints."""
    result = run(*words, "--format", "json")
    assert result.exit_code == 0, result.stderr
    content: dict[str, Any] = json.loads(result.stdout)
    return content


def test_the_tanh_channel_has_its_known_value_and_slope() -> None:
    content = answered("tanh", "--at", "theta=1,s2=1/10")
    assert math.isclose(content["value"], 0.75840867370947, rel_tol=0, abs_tol=1e-13)
    assert math.isclose(content["gradient"]["theta"], 0.26642254741730, rel_tol=0, abs_tol=1e-13)
    assert content["room"] == "numeric"
    assert content["unit"] == "nats"
    assert set(content["doubt"]) == set(content["gradient_doubt"]["theta"]) == {"proved", "estimated", "stderr"}
    assert 0 < content["doubt"]["estimated"] <= 1e-12
    assert content["at"] == {"s2": "1/10", "theta": 1}


def test_the_analytic_room_comes_first_and_its_doubles_own_up_to_their_rounding() -> None:
    content = answered("cascade", "--at", "a=3,s1=1/7")
    exact = analytic.answer(ig.CATALOGUE["cascade"].question.at_point(a=3, s1="1/7"))
    assert isinstance(exact, ig.Answer)
    assert content["room"] == "analytic"
    for name, quantity in exact.gradient.items():
        assert isinstance(quantity.value, Fraction)
        gap = abs(Fraction(content["gradient"][name]) - quantity.value)
        assert gap <= Fraction(content["gradient_doubt"][name]["proved"]) <= 2 * gap


def test_a_matrix_gradient_is_nested_like_its_parameter() -> None:
    content = answered("vector", "--wrt", "W", "--at", "W=[[1, 0], [0.5, 1], [0, -1]],s1=2")
    assert [len(row) for row in content["gradient"]["W"]] == [2, 2, 2]
    assert [len(row) for row in content["gradient_doubt"]["W"]["proved"]] == [2, 2, 2]
    assert content["at"]["W"] == [[1, 0], ["1/2", 1], [0, -1]]
    assert list(content["gradient"]) == ["W"]
    assert "dI/dW[2][1]" in run("vector").stdout


def test_bits_are_nats_over_the_logarithm_of_2() -> None:
    nats, bits = answered("tanh"), answered("tanh", "--unit", "bits")
    assert bits["unit"] == "bits"
    pairs = [(nats["value"], bits["value"]), (nats["gradient"]["s2"], bits["gradient"]["s2"])]
    pairs += [(nats["doubt"]["estimated"], bits["doubt"]["estimated"]), (nats["gradient_doubt"]["s2"]["estimated"], bits["gradient_doubt"]["s2"]["estimated"])]
    for left, right in pairs:
        assert math.isclose(left / math.log(2), right, rel_tol=1e-15)


def test_the_options_ask_another_question_of_the_same_channel() -> None:
    content = answered("mac", "--between", "X1,X2:Y", "--wrt", "a1,a2", "--at", "a1=2", "--at", "a2=2")
    assert content["between"] == [["X1", "X2"], ["Y"]]
    assert content["given"] == []
    assert math.isclose(content["value"], math.log(9) / 2, rel_tol=1e-15)
    assert answered("mac", "--between", "X1:Y", "--given", "X2") == answered("mac")
    assert answered("mac", "--given", "")["given"] == []


def test_a_file_is_asked_like_a_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(dump(ig.CATALOGUE["scalar"].question, "mine"))
    assert {**answered(str(file)), "name": "scalar"} == answered("scalar")


def test_an_infinite_value_is_a_word_with_its_reason(tmp_path: Path) -> None:
    x = ig.Source("X", ig.Normal())
    question = ig.Question(ig.Channel(x, ig.Gate("Y", ig.Parameter("a") * x), defaults={"a": 2}), between=("X", "Y"))
    (tmp_path / "copy.toml").write_text(dump(question, "copy"))
    content = answered(str(tmp_path / "copy.toml"))
    assert content["value"] == "infinite"
    assert "deterministic function" in content["reason"]
    table = run(str(tmp_path / "copy.toml")).stdout
    assert "I(X; Y) is infinite: " in table


def test_where_both_rooms_refuse_both_reasons_and_the_command_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numeric, "answer", lambda question, error: ig.Refusal("numeric", "invented", f"not to {error}."))
    result = run("tanh", "--error", "1e-15", "--at", "theta=2")
    assert result.exit_code == 3
    assert not result.stdout
    assert "analytic (exact) does not answer: no closed form" in result.stderr
    assert "numeric (invented) does not answer: not to 1e-15." in result.stderr
    assert "reproduce with: infograd oracle tanh --at=theta=2 --error=1e-15" in result.stderr


def test_the_table_states_the_channel_the_point_and_the_source() -> None:
    lines = run("relay", "--wrt", "theta").stdout.splitlines()
    assert lines[:5] == [
        "relay",
        "  X ~ Normal(0, 1)",
        "  V = tanh(theta*X) + Normal(0, s1)",
        "  Y = tanh(2*V) + Normal(0, s2)",
        "  at s1 = 1/4, s2 = 1/10, theta = 1",
    ]
    assert lines[-1].startswith("by the numeric room, method ")


_doubles = st.floats(min_value=1e-30, max_value=1e30) | st.floats(min_value=-1e30, max_value=-1e-30)


@given(_doubles, st.floats(min_value=1e-40, max_value=1e10))
def test_the_table_prints_no_digit_below_the_doubt_but_the_first_of_a_value_beyond_it(value: float, doubt: float) -> None:
    (entry,) = as_doubles(ig.Quantity(value, ig.Doubt(estimated=doubt)), "nats")
    text = value_text(entry)
    mantissa, _, exponent = text.partition("e")
    last = Fraction(10) ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    digits = len(re.sub(r"[-.]", "", mantissa).lstrip("0"))
    if text == "0":
        assert abs(value) < doubt
    elif digits < 17:
        assert last >= Fraction(doubt) or math.isclose(last, doubt) or (digits == 1 and abs(value) >= doubt)
        assert last <= 10 * Fraction(doubt) or math.isclose(last, 10 * doubt)
    assert abs(Fraction(text) - Fraction(value)) <= max(last, 10 * Fraction(doubt))


@given(st.fractions(), st.sampled_from(["nats", "bits"]))
def test_the_proved_doubt_covers_what_the_conversion_rounds_off(value: Fraction, unit: Any) -> None:
    from flint import arb, ctx, fmpq

    (entry,) = as_doubles(ig.Quantity(value), unit)
    assert isinstance(entry.value, float)
    bits, ctx.prec = ctx.prec, 200
    try:
        truth = arb(fmpq(value.numerator, value.denominator)) / (arb(2).log() if unit == "bits" else 1)
        gap = abs(arb(entry.value) - truth)
        assert gap <= arb(entry.proved)
        assert entry.proved <= 2.0**-50 * abs(entry.value)
    finally:
        ctx.prec = bits


def test_an_exact_number_is_printed_as_it_is() -> None:
    (entry,) = as_doubles(ig.Quantity(Fraction(-1, 3)), "nats")
    assert (value_text(entry), doubt_text(entry)) == ("-1/3", "exact")


def test_a_number_beyond_the_doubles_is_refused_in_a_sentence() -> None:
    with pytest.raises(ig.SpecificationError, match="beyond the range of doubles"):
        as_doubles(ig.Quantity(Fraction(10) ** 400), "nats")
