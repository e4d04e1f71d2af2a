"""Specification files: TOML and JSON with one meaning, exact numbers, every law, and the way back."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import infograd as ig
from infograd.verify.specification import Specification, dump, load, loads

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
wrt = ["theta"]
"""
RELAY_DATA: dict[str, Any] = {
    "schema": "channel/1",
    "name": "relay",
    "parameters": {"theta": 1, "s1": 0.25, "s2": 0.1},
    "source": [{"name": "X", "law": {"normal": {"mean": 0, "variance": 1}}}],
    "gate": [
        {"name": "V", "map": "tanh(theta*X)", "noise": {"normal": {"variance": "s1"}}},
        {"name": "Y", "map": "tanh(2*V)", "noise": {"normal": {"variance": "s2"}}},
    ],
    "question": {"between": [["X"], ["Y"]], "wrt": ["theta"]},
}


def _with_law(law: str, shape: str = "X", parameters: str = 's = "1/2"') -> ig.Law:
    """The law of a source written into a file whose only gate uses both parameters."""
    text = f"""
schema = "channel/1"
name = "one law"
parameters = {{ t = 1, {parameters} }}
source = [{{ name = "X", law = {law} }}]
gate = [{{ name = "Y", map = "t*{shape}", noise = {{ normal = {{ variance = "s" }} }} }}]
question = {{ between = ["X", "Y"] }}
"""
    source = loads(text).question.channel.node("X")
    assert isinstance(source, ig.Source)
    return source.law


def test_the_relay_file_is_the_relay_of_the_catalogue() -> None:
    relay = ig.CATALOGUE["relay"].question
    assert loads(RELAY) == Specification("relay", ig.Question(relay.channel, relay.between, wrt=("theta",)))


def test_json_means_what_toml_means(tmp_path: Path) -> None:
    (tmp_path / "relay.toml").write_text(RELAY)
    (tmp_path / "relay.json").write_text(json.dumps(RELAY_DATA))
    assert load(tmp_path / "relay.json") == load(tmp_path / "relay.toml")


@pytest.mark.parametrize("written", ["0.1", '"0.1"', '"1/10"', "1e-1", "0.10000"])
def test_a_decimal_is_exact_however_it_is_written(written: str) -> None:
    text = RELAY.replace('s2 = "1/10"', f"s2 = {written}")
    assert loads(text) == loads(RELAY)
    assert loads(text).question.at["s2"] == Fraction(1, 10)


def test_a_number_of_json_is_exact() -> None:
    text = json.dumps(RELAY_DATA).replace("0.25", "0.1234567890123456789012345678901234567890")
    assert loads(text, "json").question.at["s1"] == Fraction("0.1234567890123456789012345678901234567890")


@pytest.mark.parametrize(
    ("written", "law"),
    [
        ("{ normal = { mean = 0.5, variance = 2 } }", ig.Normal(Fraction(1, 2), 2)),
        ('{ normal = { variance = "s**2" } }', ig.Normal(0, ig.Parameter("s") ** 2)),
        ("{ uniform = { lower = -1, upper = '1/3' } }", ig.Uniform(-1, Fraction(1, 3))),
        ("{ laplace = { scale = 's' } }", ig.Laplace(0, ig.Parameter("s"))),
        ("{ logistic = { location = 1, scale = 0.1 } }", ig.Logistic(1, Fraction(1, 10))),
        ("{ exponential = { scale = 3 } }", ig.Exponential(0, 3)),
        ("{ student_t = { freedom = 5, location = 's', scale = 2 } }", ig.StudentT(5, ig.Parameter("s"), 2)),
        ("{ points = { values = [-1, 1] } }", ig.Points((-1, 1))),
        ("{ points = { values = ['-s', 's'], weights = [0.1, 0.9] } }", ig.Points((-ig.Parameter("s"), ig.Parameter("s")), ("1/10", "9/10"))),
        (
            "{ mixture = { weights = [0.25, 0.75], components = [{ normal = { variance = 1 } }, { uniform = { lower = 0, upper = 's' } }] } }",
            ig.Mixture(("1/4", "3/4"), (ig.Normal(), ig.Uniform(0, ig.Parameter("s")))),
        ),
    ],
)
def test_every_scalar_law_is_written_as_its_python_noun(written: str, law: ig.Law) -> None:
    assert _with_law(written) == law


@pytest.mark.parametrize(
    ("written", "law"),
    [
        ("{ normal = { mean = [0, 0], covariance = [[1, 0], [0, 1]] } }", ig.Normal((0, 0), ig.identity(2))),
        ("{ normal = { covariance = [[2, 0.5], [0.5, 1]] } }", ig.Normal((0, 0), ((2, "1/2"), ("1/2", 1)))),
        ("{ normal = { covariance = 's*identity(2)' } }", ig.Normal((0, 0), ig.Parameter("s") * ig.identity(2))),
        ("{ normal = { mean = ['s', 1], covariance = 'identity(2)' } }", ig.Normal((ig.Parameter("s"), ig.Constant(1)), ig.identity(2))),
        ("{ points = { values = [[0, 0], [1, 1]] } }", ig.Points(((0, 0), (1, 1)))),
        ("{ uniform = { lower = [0, 0], upper = [1, 's + 1'] } }", ig.Uniform((0, 0), (ig.Constant(1), ig.Parameter("s") + 1))),
    ],
)
def test_every_vector_law_is_written_as_its_python_noun(written: str, law: ig.Law) -> None:
    assert _with_law(written, shape="X[0]") == law


def test_a_gate_without_noise_is_deterministic_and_maps_may_be_numbers_and_lists() -> None:
    text = RELAY.replace('map = "tanh(2*V)"\nnoise = { normal = { variance = "s2" } }', 'map = ["V", "s2*X", 0.5]')
    v, x, s2 = ig.Reference("V"), ig.Reference("X"), ig.Parameter("s2")
    assert loads(text).question.channel.node("Y") == ig.Gate("Y", ig.stack(v, s2 * x, Fraction(1, 2)))


def test_the_shape_of_a_parameter_is_that_of_its_value() -> None:
    text = RELAY.replace("theta = 1", "theta = [1, 2]").replace("theta*X", "X*dot(theta, theta)")
    assert loads(text).question.channel.parameters[2] == ig.Parameter("theta", (2,))


def test_at_overrides_the_parameters_and_may_stand_for_them() -> None:
    at = RELAY + "at = { theta = 3 }\norder = 0\ngiven = []\n"
    alone = at.replace("theta = 1, ", "")
    assert loads(at).question.at["theta"] == loads(alone).question.at["theta"] == 3
    assert loads(at).question.channel.defaults["theta"] == 1
    assert "theta" not in loads(alone).question.channel.defaults
    assert loads(at).question.order == 0


def test_without_wrt_the_gradient_is_in_every_parameter() -> None:
    assert loads(RELAY.replace('wrt = ["theta"]', "")).question.wrt == ("s1", "s2", "theta")


@pytest.mark.parametrize("name", ig.CATALOGUE)
def test_a_dumped_question_loads_back_equal(name: str) -> None:
    question = ig.CATALOGUE[name].question
    assert loads(dump(question, name)) == Specification(name, question)
    moved = (
        ig.Question(question.channel, question.between, question.given, question.wrt[:1], {**question.at, question.wrt[-1]: "7/3"}, order=2)
        if name != "vector"
        else question
    )
    assert loads(dump(moved, name)).question == moved


def test_a_dumped_mixture_and_a_deterministic_gate_load_back_equal() -> None:
    s = ig.Parameter("s")
    x = ig.Source("X", ig.Mixture((s, 1 - s), (ig.StudentT(5, 0, s), ig.Logistic(1, 2))))
    v = ig.Gate("V", ig.clip(x, -1, "1/3"))
    y = ig.Gate("Y", v**3 - x / 3, noise=ig.Laplace(0, s))
    question = ig.Question(ig.Channel(x, v, y), between=("X", "Y"), given=("V",), at={"s": "1/4"})
    assert loads(dump(question, "odd")).question == question


def test_a_source_after_a_gate_cannot_be_dumped() -> None:
    x = ig.Source("X", ig.Normal())
    y = ig.Gate("Y", x, noise=ig.Normal())
    z = ig.Source("Z", ig.Normal())
    w = ig.Gate("W", y + z, noise=ig.Normal())
    with pytest.raises(ig.SpecificationError, match="Source 'Z' stands after a gate"):
        dump(ig.Question(ig.Channel(x, y, z, w), between=("X", "W")), "late")
