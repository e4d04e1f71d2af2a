"""Specification files that are refused: the place, the mend, all complaints at once, and nothing that costs time or memory."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import infograd as ig
from infograd.verify.specification import load, loads
from infograd.verify.specification.building import build
from infograd.verify.specification.schema import to_tables

RELAY = """
schema = "channel/1"
name = "relay"
parameters = { theta = 1, s1 = "1/4", s2 = "1/10" }
[[source]]
name = "X"
law = { normal = { mean = 0, variance = 1 } }
[[gate]]
name = "V"
map = "tanh(theta*X)"
noise = { normal = { variance = "s1" } }
[[gate]]
name = "Y"
map = "tanh(2*V)"
noise = { normal = { variance = "s2" } }
[question]
between = [["X"], ["Y"]]
"""


def complaints(text: str, format: str = "toml") -> list[str]:
    """The sentences that refuse the text."""
    with pytest.raises(ig.SpecificationError) as caught:
        loads(text, format)
    return str(caught.value).splitlines()


CHANGES = [
    ("theta*X", "theta*Z", "gate[0].map: 'tanh(theta*Z)' uses 'Z' at character 12, which is neither a parameter with a value nor a node before it"),
    ("theta*X", "theta*V", "gate[0].map: gate 'V' uses itself; a channel has no cycles"),
    ("theta*X", "theta*Y", "gate[0].map: gates 'V' and 'Y' use each other; a channel has no cycles"),
    ("mean = 0, variance = 1", "mean = 0, variance = -1", "source[0]: Source 'X', law Normal: the variance must be positive, and is -1."),
    ('s2 = "1/10"', 's2 = "-1/10"', "gate[1]: Gate 'Y', law Normal: the variance must be positive, and is -1/10."),
    (', s2 = "1/10"', "", "gate[1].noise.normal.variance: 's2' uses 's2' at character 1, which is neither a parameter with a value nor a node before it"),
    ("tanh(2*V)", "X @ V", "gate[1].map: 'X @ V' has 'X @ V' at character 1, where matmul got shapes (), ()"),
    (
        "tanh(2*V)",
        "stack(V, X)",
        "gate[1]: Gate 'Y' has a map of shape (2,) and noise of shape (); give both one shape, for example a covariance of variance*identity(2).",
    ),
    ("tanh(2*V)", "log(-s2)*V", "gate[1]: Gate 'Y': log has no value at -1/10"),
    ('[["X"], ["Y"]]', '[["X"], ["Y"]]\nat = { zeta = 1 }', "question.at.zeta: 'zeta' is no parameter of the channel; its parameters: 's1', 's2', 'theta'."),
    ('[["X"], ["Y"]]', '[["X"], ["Y"]]\nat = { s1 = [1, 2] }', "question.at.s1: has shape (2,), and among the parameters shape (); give both one shape."),
    ('[["X"], ["Y"]]', '[["X"], ["Y"]]\nwrt = ["zeta"]', "question.wrt[0]: 'zeta' is no parameter of the channel; its parameters:"),
    ('[["X"], ["Y"]]', '[["X"], ["Y"]]\norder = 3', "question.order: is 3; write 0 (the value), 1 (with the gradient) or 2"),
    ('[["X"], ["Y"]]', f'[["X"], ["Y"]]\norder = {"9" * 90}', "question.order: is a long number; write 0"),
    ('[["X"], ["Y"]]', '[["X"], ["Y"]]\norder = true', "question.order: is true; write a whole number."),
    ('[["X"], ["Y"]]', '[["X"], ["Y"]]\norder = 1.0', "question.order: is 1.0; write a whole number."),
    ('[["X"], ["Y"]]', '[["X"], ["Y"]]\ngiven = ["Q"]', "question.given[0]: 'Q' is no node of the channel; its nodes: 'X', 'V', 'Y'."),
    ('[["X"], ["Y"]]', '[["X"], ["Q"]]', "question.between[1][0]: 'Q' is no node of the channel"),
    ('[["X"], ["Y"]]', '[["X"], ["X"]]', "question: Node 'X' stands more than once"),
    ('[["X"], ["Y"]]', '["X"]', "question.between: is a list; write two lists of names"),
    ('[["X"], ["Y"]]', '[["X"], [1]]', "question.between: is a list; write names in a list"),
    ("s2 = ", "s9 = 1, s2 = ", "parameters: 's9' is no parameter of the channel"),
    ('map = "tanh(2*V)"', 'mop = "tanh(2*V)"', "gate[1].mop: is no key here; the keys are name, map, noise."),
    ('map = "tanh(2*V)"', "", 'gate[1].map: is missing; write map = "theta*X".'),
    ("mean = 0, variance = 1", "mean = 0, spread = 1", "source[0].law.normal.spread: is no key here; the keys are mean, variance, covariance."),
    ("mean = 0, variance = 1", "mean = 0", "source[0].law.normal: needs either variance (a scalar) or covariance"),
    ("mean = 0, variance = 1", "variance = 1, covariance = 1", "source[0].law.normal: needs either variance (a scalar) or covariance"),
    ("normal = { mean", "gauss = { mean", "source[0].law.gauss: is no key here; the keys are normal, uniform, laplace"),
    ("variance = 1 } }", "variance = 1 }, uniform = { lower = 0, upper = 1 } }", "source[0].law: names 2 laws; write exactly one of normal, uniform"),
    ("law = { normal = { mean = 0, variance = 1 } }", "law = {}", "source[0].law: names 0 laws"),
    ("law = { normal = { mean = 0, variance = 1 } }", "law = 3", "source[0].law: is 3; write a table."),
    ("mean = 0, variance = 1", "mean = nan, variance = 1", "source[0].law.normal.mean: is NaN; write a finite number."),
    ("mean = 0, variance = 1", "mean = -inf, variance = 1", "source[0].law.normal.mean: is -Infinity; write a finite number."),
    ("mean = 0, variance = 1", "mean = true, variance = 1", "source[0].law.normal.mean: is true; write a number"),
    ("mean = 0, variance = 1", "mean = 2020-01-01, variance = 1", "source[0].law.normal.mean: is a date; write a number"),
    ("mean = 0, variance = 1", "mean = [], variance = 1", "source[0].law.normal.mean: is an empty list"),
    ("mean = 0, variance = 1", "mean = [[1], [1, 2]], variance = 1", "source[0].law.normal.mean: a constant is ragged"),
    ("mean = 0, variance = 1", "mean = 0, variance = [1, 2]", "source[0].law.normal: Normal got a mean of shape () and a covariance of shape (2,)"),
    ('variance = "s2"', 'variance = "X"', "gate[1].noise.normal: Normal's covariance uses the node 'X'; the arguments of a law may use parameters only"),
    ('name = "Y"', 'name = "X"', "gate[1].name: 'X' names a parameter or an earlier node already"),
    ('name = "Y"', 'name = "theta"', "gate[1].name: 'theta' names a parameter or an earlier node already"),
    ('name = "Y"', 'name = "_Y"', "gate[1].name: A node is named '_Y'; use a letter followed by"),
    ('name = "Y"', 'name = "tanh"', "gate[1].name: A node is named 'tanh', which is an operation"),
    ('name = "Y"', 'name = "lambda"', "gate[1].name: A node is named 'lambda', a word of Python's grammar"),
    ('name = "Y"', "name = 7", "gate[1].name: is 7; write a text in quotes."),
    ("theta = 1", "class = 1", "parameters.class: A parameter is named 'class', a word of Python's grammar"),
    ("theta = 1", '"x y" = 1', "parameters.'x y': A parameter is named 'x y'"),
    ("theta = 1", "theta = '2*s1'", "parameters.theta: '2*s1' uses 's1' at character 3"),
    ("theta = 1", "theta = 'sqrt(2)'", "parameters.theta: 'sqrt(2)' is no number; write one, for example 2, 0.1 or 1/10."),
    ("theta = 1", "theta = { a = 1 }", "parameters.theta: is a table; write a number"),
    ("theta = 1", "theta = 1e41", "parameters.theta: is a number with an exponent above 40"),
    ("theta = 1", f"theta = {'1' * 65}", "parameters.theta: is a number of more than 64 digits"),
    ("theta = 1", f"theta = 0.{'1' * 65}", "parameters.theta: is a number of more than 64 digits"),
    ("channel/1", "channel/2", "schema: is 'channel/2'; this version reads 'channel/1'."),
    ('schema = "channel/1"', "", 'schema: is missing; write schema = "channel/1".'),
    ('"relay"', '"<script>"', "name: is '<script>'; use at most 80 letters"),
    ("[[source]]", "[[sources]]", "sources: is no key here; the keys are schema, name, parameters, source, gate, question."),
    ("[question]", "[question]\nat = 3", "question.at: is 3; write a table."),
    ("schema", "schema schema", "the text is no TOML: "),
    ("theta = 1", "theta = 1, theta = 2", "the text is no TOML: "),
]


@pytest.mark.parametrize(("old", "new", "complaint"), CHANGES)
def test_a_bad_file_is_refused_with_the_place_and_the_mend(old: str, new: str, complaint: str) -> None:
    assert old in RELAY
    found = complaints(RELAY.replace(old, new, 1))
    assert any(sentence.startswith(complaint) for sentence in found)
    assert all(sentence.endswith(".") for sentence in found)


def test_all_complaints_come_together() -> None:
    text = RELAY.replace("theta*X", "theta*Z").replace("variance = 1", "variance = -1").replace('name = "Y"', 'name = "1Y"')
    assert [sentence.partition(":")[0] for sentence in complaints(text)] == ["gate[0].map", "gate[1].name"]
    misshapen = RELAY.replace("theta = 1", "theta = true").replace("map", "mop").replace("between", "amid")
    assert [sentence.partition(":")[0] for sentence in complaints(misshapen)] == [
        "parameters.theta",
        *("gate[0].map", "gate[0].mop", "gate[1].map", "gate[1].mop"),
        *("question.between", "question.amid"),
    ]


def test_a_gate_that_uses_a_refused_one_is_not_complained_about() -> None:
    assert len(complaints(RELAY.replace("theta*X", "theta*Z"))) == 1


def test_a_gate_that_stands_too_late_is_named_with_its_place() -> None:
    head, first, rest = RELAY.partition('[[gate]]\nname = "V"')
    body, second, tail = rest.partition('[[gate]]\nname = "Y"')
    end, question, asked = tail.partition("[question]")
    swapped = head + second + end + first + body + question + asked
    assert complaints(swapped) == ["gate[0].map: uses 'V', which stands only later (gate[1]); move gate 'V' before it."]


def test_a_longer_cycle_is_named_in_the_order_of_use() -> None:
    gates = "".join(f'[[gate]]\nname = "{name}"\nmap = "{used}"\n' for name, used in (("A", "C"), ("B", "A"), ("C", "B")))
    text = 'schema = "channel/1"\nname = "ring"\n[[source]]\nname = "X"\nlaw = { normal = { variance = 1 } }\n' + gates + '[question]\nbetween = ["X", "C"]\n'
    assert complaints(text)[0].startswith("gate[0].map: gates 'A', 'C' and 'B' use one another in a circle")


def test_more_than_32_nodes_are_refused() -> None:
    gates = "".join(f'[[gate]]\nname = "V{number}"\nmap = "X"\n' for number in range(32))
    text = 'schema = "channel/1"\nname = "long"\n[[source]]\nname = "X"\nlaw = { normal = { variance = 1 } }\n' + gates + '[question]\nbetween = ["X", "V1"]\n'
    assert complaints(text) == ["gate: the file has 33 nodes; at most 32 are read."]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"a": 1, "a": 2}', "the key 'a' stands twice in one object"),
        ('{"a": {"b": 1, "b": 1}}', "the key 'b' stands twice in one object"),
        ('{"a": NaN}', "the text has the number NaN"),
        ('{"a": Infinity}', "the text has the number Infinity"),
        ('{"a": -Infinity}', "the text has the number -Infinity"),
        ('{"a": 1e999999999999999999999}', "has an exponent above 40"),
        ('{"a": ' + "9" * 5000 + "}", "has more than 64 digits"),
        ("[1]", "the text is no JSON object"),
        ("{", "the text is no JSON: "),
        ("", "the text is no JSON: "),
    ],
)
def test_json_that_has_no_exact_meaning_is_refused(text: str, complaint: str) -> None:
    assert complaint in complaints(text, "json")[0]


@pytest.mark.parametrize("text", ['{"\\ud800": 1}', '{"a": ["\\udfff"]}'])
def test_half_a_character_is_refused_in_whole_ones(text: str) -> None:
    (sentence,) = complaints(text, "json")
    assert sentence.encode().endswith(b"has half a character in it; write whole ones.")


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("[" * 60_000, "json"),
        ('{"a":' * 12_000, "json"),
        ('{"a":"' + '\\"' * 30_000, "json"),
        ("a = " + "[" * 60_000, "toml"),
        ("a = ['\"', " + "[" * 60_000, "toml"),
        ("a = " + "{a = " * 12_000, "toml"),
        ("a" + ".a" * 32_000 + " = 1", "toml"),
        ('a = "' + '\\"' * 30_000, "toml"),
        ('a = """' + '\\"' * 30_000, "toml"),
        ("'" * 65_000, "toml"),
        ('"""' * 21_000, "toml"),
        ("a = " + "9" * 60_000, "toml"),
        ("a = 1e" + "9" * 60_000, "toml"),
        ("[[a]]\n" * 10_000, "toml"),
        ("#" * 70_000, "toml"),
        ("x" * 10_000_000, "toml"),
        ("".join(f"a{number} = 1\n" for number in range(6000)), "toml"),
        (json.dumps({"question": {"at": {f"p{number}": 1 for number in range(5000)}}}), "json"),
    ],
)
def test_a_hostile_text_is_refused_in_no_time(text: str, format: str) -> None:
    started = time.process_time()
    found = complaints(text, format)
    assert time.process_time() - started < 1
    assert len(found) <= 21
    assert all(len(sentence) < 300 for sentence in found)


def test_brackets_in_strings_and_comments_are_no_nesting() -> None:
    quoted = "# " + "[" * 40 + "\n" + RELAY.replace("theta*X", "theta*" + "(" * 10 + "X" + ")" * 10)
    assert loads(quoted).name == "relay"
    assert complaints('{"schema": "' + "[" * 40 + '"}', "json")[0].startswith("schema: is ")


def test_a_law_may_not_nest_deeper_than_the_limit() -> None:
    law = "{ normal = { variance = 1 } }"
    for _ in range(20):
        law = f"{{ mixture = {{ weights = [1], components = [{law}] }} }}"
    assert "more than 32 deep" in complaints(RELAY.replace("{ normal = { mean = 0, variance = 1 } }", law))[0]


def test_an_unknown_format_is_refused() -> None:
    assert complaints(RELAY, "yaml") == ["the format is 'yaml'; it must be one of 'toml', 'json'."]


def test_dotted_keys_may_not_nest_deeper_than_the_limit() -> None:
    header = "[" + ".".join("a" * 20) + "]\n"
    assert "more than 32 deep" in complaints(RELAY + header + ".".join("b" * 20) + " = 1\n")[0]


@pytest.mark.parametrize("ending", [".toml", ".json"])
def test_a_file_that_cannot_be_text_is_refused(tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"spec{ending}"
    with pytest.raises(ig.SpecificationError, match="there is no such file"):
        load(file)
    file.write_bytes(b"name = '\xff'")
    with pytest.raises(ig.SpecificationError, match=r"is not UTF-8 text \(byte 9\)"):
        load(file)
    file.write_bytes(b"#" * 10_000_000)
    with pytest.raises(ig.SpecificationError, match="is larger than 64 kB"):
        load(file)
    file.unlink()
    file.mkdir()
    with pytest.raises(ig.SpecificationError, match="is no regular file"):
        load(file)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    (tmp_path / "relay.yaml").write_text(RELAY)
    with pytest.raises(ig.SpecificationError, match=r"relay.yaml: has no known ending; name the file .toml or .json."):
        load(tmp_path / "relay.yaml")


def test_every_complaint_about_a_file_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text(RELAY.replace("map", "mop"))
    with pytest.raises(ig.SpecificationError) as caught:
        load(tmp_path / "bad.toml")
    assert all(sentence.startswith(f"{tmp_path / 'bad.toml'}: gate[") for sentence in str(caught.value).splitlines())


ODD: list[Any] = [
    *(None, True, -1, 0, 10**100, Decimal("NaN"), Decimal("1e99"), "", "X", "theta", "X[0]", "1/0", "exp(1000*s1)", "1/(s1 - s1)", "identity(2)"),
    *([], {}, [[]], [1, [2]], [1, 2], ["X", "Y"], ["X", "X"], [["s1", 0], [0, 1]]),
    *({"normal": None}, {"normal": {"variance": [[1, 2], [2, 1]]}}, {"points": {"values": [1, 1]}}, {"points": {"values": 3}}),
    *({"mixture": {"weights": [1], "components": []}}, {"mixture": {"weights": 1, "components": [{"points": {"values": [1, 2]}}]}}),
    *({"student_t": {"freedom": -1, "scale": 1}}, {"uniform": {"lower": 1, "upper": 0}}, {"uniform": {"lower": [0, 0], "upper": [1, 2, 3]}}),
]


def _paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in the data but the whole."""
    for step, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*path, step)
        yield from _paths(value, (*path, step))


@pytest.mark.parametrize("path", list(_paths(tomllib.loads(RELAY))), ids=str)
def test_whatever_stands_at_a_place_the_file_is_read_or_refused_in_sentences(path: tuple[Any, ...]) -> None:
    for odd in ODD:
        data = tomllib.loads(RELAY)
        *above, last = path
        table: Any = data
        for step in above:
            table = table[step]
        table[last] = odd
        try:
            build(to_tables(data))
        except ig.SpecificationError as error:
            assert all(sentence.endswith(".") and ": " in sentence for sentence in str(error).splitlines())
