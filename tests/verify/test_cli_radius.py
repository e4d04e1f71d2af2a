"""`infograd oracle --radius`: proven enclosures as exact rationals."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from infograd.verify.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
KNOWN = Fraction("0.7584086737094713592494")
KNOWN_SLOPE = Fraction("0.26642254741730887085")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["oracle", *arguments])


def content(*arguments: str) -> dict[str, Any]:
    outcome = run(*arguments, "--format", "json")
    assert outcome.exit_code == 0, outcome.output
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


@pytest.mark.parametrize("radius", ["1e-10", "1/10000000000000000", "1e-20"])
def test_the_enclosure_is_as_narrow_as_asked_and_holds_the_known_digits(radius: str) -> None:
    found = content("tanh", "--radius", radius)
    assert found["rigor"] == "proven"
    for enclosure, known in ((found["enclosure"], KNOWN), (found["gradient_enclosure"]["theta"], KNOWN_SLOPE)):
        mid, rad = Fraction(enclosure["mid"]), Fraction(enclosure["rad"])
        assert 0 < rad <= Fraction(radius)
        assert abs(mid - known) <= rad + Fraction(1, 10**19)


def test_an_exact_answer_is_its_own_enclosure_and_quadrature_is_none() -> None:
    exact = content("scalar", "--radius", "1e-30")
    assert exact["gradient_enclosure"]["theta"] == {"mid": "1/2", "rad": "0"}
    estimated = content("tanh")
    assert estimated["rigor"] == "estimated"
    assert "enclosure" not in estimated


def test_bits_are_enclosed_too() -> None:
    nats, bits = content("tanh", "--radius", "1e-12"), content("tanh", "--radius", "1e-12", "--unit", "bits")
    ratio = Fraction(nats["enclosure"]["mid"]) / Fraction(bits["enclosure"]["mid"])
    assert abs(ratio - Fraction("0.69314718055994530942")) <= Fraction(1, 10**11)


def test_points_and_two_hops_are_covered() -> None:
    assert content("bpsk", "--radius", "1e-10")["rigor"] == "proven"
    assert content("relay", "--radius", "1e-6")["rigor"] == "proven"


def test_what_no_theorem_covers_is_refused_with_every_hypothesis_that_fails(tmp_path: Path) -> None:
    unbounded = tmp_path / "unbounded.toml"
    unbounded.write_text((EXAMPLES / "relay.toml").read_text().replace("tanh(theta*X)", "softplus(theta*X)"))
    assert "softplus" in unbounded.read_text()
    refused = run(str(unbounded), "--radius", "1e-10")
    assert refused.exit_code == 3
    assert "numeric (certified) does not answer: one stage:" in refused.stderr
    assert "two hops:" in refused.stderr


@pytest.mark.parametrize(
    ("radius", "sentence"), [("0", "0 is not a positive number of nats"), ("-1", "is not a positive"), ("x", "--radius"), ("nan", "--radius")]
)
def test_a_radius_that_is_no_positive_number_is_one_sentence(radius: str, sentence: str) -> None:
    outcome = run("tanh", f"--radius={radius}")
    assert outcome.exit_code == 2
    assert sentence in outcome.stderr
    assert "Traceback" not in outcome.stderr
