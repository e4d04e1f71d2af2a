"""JSON of every noun is lossless, and the content hash depends on the nodes alone."""

from __future__ import annotations

import hashlib
import json
import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import infograd as ig
from infograd.document import to_document

NUMBERS = st.fractions(-9, 9, max_denominator=50) | st.floats(allow_nan=False, allow_infinity=False)
DOUBLES = st.floats(allow_nan=False)
POSITIVE = st.fractions("1/20", 9, max_denominator=20)
PARAMETERS = st.sampled_from("abc").map(ig.Parameter)
TEXTS = st.text(max_size=12)

SCALARS: st.SearchStrategy[Any] = st.recursive(
    st.builds(ig.Constant, NUMBERS) | PARAMETERS,
    lambda inner: st.one_of(
        st.builds(lambda x, y, name: ig.Apply(name, (x, y)), inner, inner, st.sampled_from(["add", "subtract", "multiply", "divide"])),
        st.builds(lambda x, name: ig.Apply(name, (x,)), inner, st.sampled_from(["negative", "tanh", "erf", "relu", "sum", "sign"])),
        st.builds(lambda x, n: x**n, inner, st.integers(0, 4)),
        st.builds(lambda x: ig.clip(x, -1, "1/3"), inner),
        st.builds(lambda x, y: ig.dot(ig.stack(x, y), (1, 2)), inner, inner),
        st.builds(lambda x, n: (ig.Parameter("M", (2, 2)).T @ ig.stack(x, 1))[n], inner, st.integers(0, 1)),
        st.builds(lambda x, name: ig.Opaque(name, (x,), (), (ig.Parameter("w", (2,)),)), inner, st.sampled_from(["net", "head"])),
    ),
    max_leaves=6,
)
LAWS: st.SearchStrategy[Any] = st.one_of(
    st.builds(ig.Normal, NUMBERS | PARAMETERS, POSITIVE | PARAMETERS),
    st.builds(ig.Uniform, st.fractions(-9, 0), st.fractions("1/9", 9)),
    st.builds(ig.Laplace, NUMBERS | PARAMETERS, POSITIVE),
    st.builds(ig.Logistic, NUMBERS, POSITIVE),
    st.builds(ig.StudentT, POSITIVE, NUMBERS, POSITIVE),
    st.builds(ig.Exponential, NUMBERS, POSITIVE | PARAMETERS),
    st.builds(lambda first, second: ig.Mixture(("1/3", "2/3"), (first, second)), st.builds(ig.Normal, NUMBERS, POSITIVE), st.builds(ig.Laplace)),
    st.lists(st.fractions(-9, 9), min_size=1, max_size=4, unique=True).map(ig.Points),
)
VECTOR_LAWS = st.builds(lambda mean, variance: ig.Normal(mean, variance * ig.identity(2)), st.tuples(NUMBERS, NUMBERS), POSITIVE)


@st.composite
def channels(draw: st.DrawFn) -> ig.Channel:
    """A source, a vector source, and up to two gates, some of them deterministic."""
    x, u = ig.Source("X", draw(LAWS)), ig.Source("U", draw(VECTOR_LAWS))
    nodes: list[ig.Source | ig.Gate] = [x, u]
    for name in ("V", "Y")[: draw(st.integers(0, 2))]:
        nodes.append(ig.Gate(name, draw(SCALARS) * x + ig.sum(u), noise=draw(st.none() | LAWS)))
    used = [parameter.name for parameter in ig.Channel(*nodes).parameters if not parameter.shape]
    return ig.Channel(*nodes, defaults={name: draw(POSITIVE) for name in used if draw(st.booleans())})


DOUBTS = st.builds(ig.Doubt, st.floats(0, 9), st.floats(0, 9), st.floats(0, 9), st.floats(1, 9) | st.just(math.inf))
QUANTITIES = st.one_of(
    st.builds(ig.Quantity, NUMBERS, DOUBTS),
    st.builds(ig.Quantity, st.tuples(NUMBERS, NUMBERS), DOUBTS),
    st.builds(ig.Quantity, st.builds(ig.Infinite, TEXTS) | st.builds(ig.Undefined, TEXTS), DOUBTS),
)
GRADIENTS = st.dictionaries(TEXTS, QUANTITIES, max_size=2).map(ig.FrozenMapping)
ANSWERS = st.builds(
    ig.Answer,
    TEXTS,
    TEXTS,
    st.sampled_from(ig.Access),
    st.none() | QUANTITIES,
    GRADIENTS,
    GRADIENTS,
    TEXTS,
    st.dictionaries(TEXTS, st.integers(0, 10**9), max_size=2).map(ig.FrozenMapping),
)
SIDES = st.builds(ig.Side, TEXTS, TEXTS, NUMBERS, DOUBTS)
STATUSES = st.sampled_from(ig.Status)
COMPARISONS = st.builds(
    ig.Comparison,
    TEXTS,
    st.tuples() | st.tuples(st.integers(0, 3)),
    SIDES,
    SIDES,
    DOUBLES,
    DOUBLES,
    DOUBLES,
    STATUSES,
    st.builds(ig.Expectation, STATUSES, TEXTS),
)
VERDICTS = st.builds(ig.Verdict, STATUSES, st.lists(COMPARISONS, max_size=2).map(tuple), st.tuples() | st.tuples(TEXTS), TEXTS)
QUESTIONS = st.sampled_from(sorted(ig.CATALOGUE)).map(lambda name: ig.CATALOGUE[name].question)
OBJECTIVES = st.builds(lambda weight, question: ig.Objective(((Fraction(weight), question),)), NUMBERS, QUESTIONS)
RECORDS = st.builds(
    ig.Record,
    TEXTS,
    QUESTIONS,
    st.tuples(ANSWERS, st.builds(ig.Refusal, TEXTS, TEXTS, TEXTS)),
    VERDICTS,
    st.tuples() | st.tuples(st.builds(ig.Formula, TEXTS, TEXTS)),
    TEXTS,
)
CURVES = st.builds(ig.Curve, TEXTS, st.tuples(DOUBLES), st.tuples(DOUBLES), st.tuples() | st.tuples(DOUBLES), st.booleans())
FIGURES = st.builds(ig.Figure, TEXTS, TEXTS, TEXTS, st.tuples(st.builds(ig.Panel, TEXTS, TEXTS, TEXTS, st.tuples(CURVES))))
RUNS = st.builds(ig.Run, TEXTS, st.tuples(RECORDS), st.tuples(FIGURES), st.dictionaries(TEXTS, TEXTS, max_size=2).map(ig.FrozenMapping))


@given(st.one_of(SCALARS, LAWS, VECTOR_LAWS, channels(), QUANTITIES, ANSWERS, COMPARISONS, VERDICTS, OBJECTIVES, RECORDS, RUNS))
def test_a_noun_comes_back_equal_with_equal_hash_and_equal_text(noun: Any) -> None:
    text = ig.to_json(noun)
    back = ig.from_json(text)
    assert back == noun
    assert hash(back) == hash(noun)
    assert ig.to_json(back) == text


@pytest.mark.parametrize("name", ig.CATALOGUE)
def test_every_question_of_the_catalogue_comes_back(name: str) -> None:
    question = ig.CATALOGUE[name].question
    assert ig.from_json(ig.to_json(question)) == question


def test_every_noun_has_a_json_form() -> None:
    nouns = [each for each in vars(ig).values() if isinstance(each, type) and hasattr(each, "__dataclass_fields__")]
    abstract = {ig.Law, ig.FrozenMapping, ig.Point, ig.Case}
    with pytest.raises(ig.SpecificationError, match="the kinds are") as caught:
        ig.from_json('{"schema": 1, "kind": "Nothing"}')
    listed = set(str(caught.value).split("the kinds are ")[1].rstrip(".").split(", "))
    assert listed == {noun.__name__ for noun in nouns if noun not in abstract}


def test_nan_and_infinities_survive_as_doubles() -> None:
    side = ig.Side("numeric", "trapezoid", 0.0, ig.Doubt())
    comparison = ig.Comparison("information", (), side, side, math.nan, math.inf, -math.inf, ig.Status.DISAGREE)
    text = ig.to_json(comparison)
    assert "NaN" not in text
    assert ig.to_json(ig.from_json(text)) == text
    assert math.isnan(ig.from_json(text).gap)


def test_numbers_keep_their_kind() -> None:
    assert to_document(ig.Quantity(Fraction(1, 2)))["value"] == {"rational": "1/2"}
    assert to_document(ig.Quantity(0.5))["value"] == {"double": "0x1.0000000000000p-1"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "the text is no JSON"),
        ("[]", "a document is a JSON object with a schema number"),
        ('{"kind": "Normal"}', "the document has schema None; this version reads schema 1"),
        ('{"schema": 2, "kind": "Normal"}', "the document has schema 2; this version reads schema 1"),
        ('{"schema": 1, "kind": "Gaussian"}', "the document has an object of kind 'Gaussian'; the kinds are"),
        ('{"schema": 1, "kind": "Parameter", "size": 3}', "the document's object of kind 'Parameter' cannot be read"),
        ('{"schema": 1, "kind": "Parameter", "name": "__import__"}', "use a letter followed by at most 31"),
    ],
)
def test_text_that_is_no_document_is_refused(text: str, message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        ig.from_json(text)


def test_an_object_that_is_no_noun_has_no_json_form() -> None:
    with pytest.raises(ig.SpecificationError, match="of type object has no JSON form"):
        ig.to_json(object())


def constant(rational: str) -> dict[str, Any]:
    """The canonical form of an exact constant."""
    return {"kind": "Constant", "value": {"rational": rational}}


def test_the_content_hash_is_the_sha256_of_the_canonical_nodes() -> None:
    theta = ig.Parameter("theta")
    x = ig.Source("X", ig.Normal(0, 1))
    channel = ig.Channel(x, ig.Gate("Y", theta * x, noise=ig.Normal(0, "1/4")), defaults={"theta": 1})
    product = {
        "kind": "Apply",
        "operation": "multiply",
        "arguments": [{"kind": "Parameter", "name": "theta", "shape": []}, {"kind": "Reference", "name": "X", "shape": []}],
    }
    nodes = [
        {"kind": "Source", "name": "X", "law": {"kind": "Normal", "mean": constant("0"), "covariance": constant("1")}},
        {"kind": "Gate", "name": "Y", "map": product, "noise": {"kind": "Normal", "mean": constant("0"), "covariance": constant("1/4")}},
    ]
    assert ig.content_hash(channel) == hashlib.sha256(json.dumps(nodes, separators=(",", ":")).encode()).hexdigest()


@given(POSITIVE, POSITIVE)
def test_the_content_hash_ignores_defaults_and_follows_the_variance(first: Fraction, second: Fraction) -> None:
    def channel(variance: Fraction, default: Fraction) -> ig.Channel:
        x = ig.Source("X", ig.Normal(0, 1))
        return ig.Channel(x, ig.Gate("Y", ig.Parameter("theta") * x, noise=ig.Normal(0, variance)), defaults={"theta": default})

    assert ig.content_hash(channel(first, first)) == ig.content_hash(channel(first, second))
    assert (ig.content_hash(channel(first, first)) == ig.content_hash(channel(second, first))) is (first == second)


def test_the_content_hash_follows_the_order_of_nodes_and_of_arguments() -> None:
    x, z = ig.Source("X", ig.Normal()), ig.Source("Z", ig.Normal())
    ways = [ig.Channel(x, z, ig.Gate("Y", x - z)), ig.Channel(z, x, ig.Gate("Y", x - z)), ig.Channel(x, z, ig.Gate("Y", z - x))]
    assert len({ig.content_hash(channel) for channel in ways}) == 3
