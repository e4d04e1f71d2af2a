"""Entropies on their way through files, the command line, the judge and the report."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import infograd as ig
from infograd.reports.section import Mathematics
from infograd.reports.view import view
from infograd.verify import judge
from infograd.verify.cli import main
from infograd.verify.command.subject import changed
from infograd.verify.command.wording import answer_rows, question_text
from infograd.verify.specification import dump, loads

CASCADE = ig.CATALOGUE["cascade"].question
QUESTION = ig.Question(CASCADE.channel, ("Y", ()), given="V", wrt=("a", "b"), quantity="entropy")


def run(*words: str) -> Result:
    """The result of a command line."""
    return CliRunner().invoke(main, words)


def test_a_file_asks_an_entropy_and_the_question_is_written_back() -> None:
    text = dump(QUESTION, "given")
    assert 'quantity = "entropy"' in text
    assert 'between = [["Y"], []]' in text
    assert loads(text).question == QUESTION
    assert "quantity" not in dump(CASCADE, "cascade")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('quantity = "entropy"', 'quantity = "capacity"', "question.quantity: is 'capacity'; write one of 'information', 'entropy'."),
        ('quantity = "entropy"', "quantity = 1", "question.quantity: is 1; write a text in quotes."),
        ('quantity = "entropy"', "", "question: between has an empty group beside 'Y'"),
        ("[]]", '["X"]]', "question: an entropy is of one group of nodes, and between is (('Y',), ('X',)); write between=(('Y',), ())."),
    ],
)
def test_a_file_whose_groups_do_not_fit_is_refused_at_its_place(old: str, new: str, message: str) -> None:
    text = dump(QUESTION, "given")
    assert old in text
    with pytest.raises(ig.SpecificationError) as caught:
        loads(text.replace(old, new))
    assert str(caught.value).startswith(message)


def test_the_option_asks_the_entropy_of_some_nodes_and_drops_the_old_condition() -> None:
    assert changed(QUESTION, entropy="V,Y") == ig.Question(CASCADE.channel, (("V", "Y"), ()), wrt=("a", "b"), quantity="entropy")
    assert changed(CASCADE, entropy="Y", given=("V",), wrt=("a,b",)) == QUESTION
    assert changed(QUESTION, between="X:Y").quantity == "information"
    assert changed(QUESTION, at=("a=2",)) == QUESTION.at_point(a=2)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--entropy", "Q"), "--entropy: 'Q' is no node of the channel; its nodes: 'X', 'V', 'Y'."),
        (("--entropy", ""), "--entropy: '' names no node; write, for example, --entropy Y."),
        (("--entropy", "Y", "--between", "X:Y"), "--entropy: an entropy has no two sides; give either --between or --entropy."),
        (("--entropy", "Y,Y"), "Node 'Y' stands more than once in between and given; name each node once."),
    ],
)
def test_an_entropy_option_that_does_not_fit_is_one_sentence(words: tuple[str, ...], message: str) -> None:
    result = run("oracle", "cascade", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"Error: {message}\n"


def reply(room: str, value: Any, slope: Any, doubt: float = 0.0) -> ig.Answer:
    stated = ig.FrozenMapping({"a": ig.Quantity(slope, ig.Doubt(proved=doubt))})
    return ig.Answer(room, "by hand", ig.Access.MODEL, ig.Quantity(value, ig.Doubt(proved=doubt)), stated)


def test_an_entropy_is_judged_under_its_own_name_by_the_same_measure() -> None:
    """Also a negative one, and with the least scale of gradients as for an information."""
    agreed = judge(QUESTION, (reply("analytic", -1.5, Fraction(0)), reply("numeric", -1.5 + 1e-12, 1e-12, 1e-11)), regime=1.0)
    assert [each.quantity for each in agreed.comparisons] == ["h", "dh/da"]
    assert agreed.status is ig.Status.AGREE
    assert [each.scale for each in agreed.comparisons] == [1.5, 1.0]
    wrong = judge(QUESTION, (reply("analytic", -1.5, Fraction(0)), reply("numeric", 1.5, 0.0)))
    assert wrong.status is ig.Status.DISAGREE
    informations = judge(CASCADE, (reply("analytic", 1.5, Fraction(0)), reply("numeric", 1.5, 1e-12, 1e-11)), regime=1.0)
    assert [each.quantity for each in informations.comparisons] == ["I", "dI/da"]
    assert [each.scale for each in informations.comparisons] == [1.5, 1.0]


def test_the_report_and_the_tables_say_h() -> None:
    answer = reply("analytic", Fraction(1), Fraction(2))
    assert question_text(QUESTION) == "h(Y | V)"
    assert [name for name, _ in answer_rows(answer, QUESTION, "nats")] == ["h(Y | V)", "dh/da"]
    verdict = judge(QUESTION, (answer, reply("numeric", 1.0, 2.0)))
    forms = (ig.Formula("h", "h(Y) = 1"), ig.Formula("a", "x"))
    (part,) = view(ig.Run("t", (ig.Record("r", QUESTION, (answer,), verdict, forms),))).sections
    assert part.question == Mathematics(r"h(Y \mid V)")
    assert [entry.symbol.latex for entry in part.entries] == ["h", r"\partial h / \partial a"]
    assert [row.symbol for row in part.comparisons] == [Mathematics("h"), Mathematics(r"\partial h / \partial a")]
    assert [closed.title for closed in part.formulas] == ["Entropy", "Gradient in a"]


def test_a_comparison_under_the_other_letter_is_none_of_the_question() -> None:
    verdict = judge(CASCADE, (reply("analytic", 1.0, 2.0), reply("numeric", 1.0, 2.0)))
    (part,) = view(ig.Run("t", (ig.Record("r", QUESTION, (), verdict),))).sections
    assert [(row.symbol, row.name) for row in part.comparisons] == [(None, "I"), (None, "dI/da")]


def test_the_oracle_answers_the_entropy_of_a_gaussian() -> None:
    result = run("oracle", "cascade", "--entropy", "Y", "--at", "a=2", "--wrt", "a,P", "--format", "json")
    assert result.exit_code == 0, result.stderr
    content = json.loads(result.stdout)
    assert (content["quantity"], content["between"], content["given"]) == ("entropy", [["Y"], []], [])
    assert math.isclose(content["value"], math.log(2 * math.pi * math.e * 6) / 2, rel_tol=1e-15)
    assert math.isclose(content["gradient"]["a"], 2 / 6, rel_tol=1e-15)
    assert content["closed_form"]["latex"]["value"].startswith(r"\tfrac{1}{2} \log\left(2 \pi e")
    assert "h(Y)" in run("oracle", "cascade", "--entropy", "Y").stdout


def test_the_oracle_states_closed_forms_beside_the_numbers_where_there_are_some(tmp_path: Path) -> None:
    content = json.loads(run("oracle", "cascade", "--wrt", "a", "--format", "json").stdout)
    form = content["closed_form"]
    assert form["unit"] == "nats"
    assert form["latex"] == {
        "value": r"\tfrac{1}{2} \log\left(1 + \frac{P a^{2} b^{2}}{b^{2} s_{1} + s_{2}}\right)",
        "gradient": {"a": r"\frac{P a b^{2}}{P a^{2} b^{2} + b^{2} s_{1} + s_{2}}"},
    }
    assert form["mathjson"]["value"][:2] == ["Multiply", ["Rational", 1, 2]]
    assert "closed_form" not in json.loads(run("oracle", "tanh", "--format", "json").stdout)
    x, power = ig.Source("X", ig.Normal()), ig.Parameter("Pi")
    named = ig.Question(ig.Channel(x, ig.Gate("Y", power * x, noise=ig.Normal()), defaults={"Pi": 1}), ("X", "Y"))
    (tmp_path / "named.toml").write_text(dump(named, "named"))
    form = json.loads(run("oracle", str(tmp_path / "named.toml"), "--format", "json").stdout)["closed_form"]
    assert form["mathjson"] is None
    assert "'Pi' has the name of a constant" in form["reason"]
