"""Laws: their arguments, shapes, declarations and the values they refuse."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import infograd as ig
from infograd.law import LAWS

P = ig.Parameter("p")

SCALAR_LAWS: list[ig.Law] = [
    ig.Normal(P, 2),
    ig.Uniform(-1, P),
    ig.Laplace(P, 2),
    ig.Logistic(P, 2),
    ig.StudentT(5, P, 2),
    ig.Exponential(P, 2),
    ig.Mixture(("1/3", "2/3"), (ig.Normal(P, 1), ig.Laplace(0, 2))),
    ig.Points((-1, P), ("1/4", "3/4")),
]


def test_the_list_of_laws_is_complete() -> None:
    assert set(LAWS) == {"Normal", "Uniform", "Laplace", "Logistic", "StudentT", "Exponential", "Mixture", "Points"}
    assert {type(law).__name__ for law in SCALAR_LAWS} == set(LAWS)


@pytest.mark.parametrize("law", SCALAR_LAWS, ids=repr)
def test_a_law_of_scalars_draws_scalars_and_knows_its_parameters(law: ig.Law) -> None:
    assert law.shape == ()
    assert law.parameters == (P,)


@pytest.mark.parametrize(
    ("law", "arguments"),
    [
        (ig.Normal(1, "1/4"), {"mean": 1, "covariance": "1/4"}),
        (ig.Uniform(-1, 2), {"lower": -1, "upper": 2}),
        (ig.Laplace(1, 3), {"location": 1, "scale": 3}),
        (ig.Logistic(1, 3), {"location": 1, "scale": 3}),
        (ig.StudentT(5, 1, 3), {"freedom": 5, "location": 1, "scale": 3}),
        (ig.Exponential(1, 3), {"location": 1, "scale": 3}),
        (ig.Points((-1, 2), ("1/4", "3/4")), {"values": (-1, 2), "weights": ("1/4", "3/4")}),
        (ig.Mixture(("1/4", "3/4"), (ig.Normal(), ig.Laplace())), {"weights": ("1/4", "3/4")}),
        (ig.Normal(), {"mean": 0, "covariance": 1}),
        (ig.Uniform(), {"lower": 0, "upper": 1}),
        (ig.Laplace(), {"location": 0, "scale": 1}),
        (ig.Logistic(), {"location": 0, "scale": 1}),
        (ig.StudentT(3), {"freedom": 3, "location": 0, "scale": 1}),
        (ig.Exponential(), {"location": 0, "scale": 1}),
        (ig.Points((-1, 0, 1)), {"values": (-1, 0, 1), "weights": ("1/3", "1/3", "1/3")}),
    ],
    ids=repr,
)
def test_the_arguments_are_kept_as_they_are_stated_in_order(law: ig.Law, arguments: dict[str, Any]) -> None:
    assert law.arguments == {name: ig.Constant(value) for name, value in arguments.items()}
    assert list(law.arguments) == list(arguments)


def test_what_each_law_declares_to_the_rooms() -> None:
    declared = {name: (set(law.reparameterisable), set(law.jumps), law.atomic) for name, law in LAWS.items()}
    assert declared == {
        "Normal": ({"mean", "covariance"}, set(), False),
        "Uniform": ({"lower", "upper"}, {"lower", "upper"}, False),
        "Laplace": ({"location", "scale"}, set(), False),
        "Logistic": ({"location", "scale"}, set(), False),
        "StudentT": ({"location", "scale"}, set(), False),
        "Exponential": ({"location", "scale"}, {"location"}, False),
        "Mixture": ({"components"}, set(), False),
        "Points": ({"values"}, set(), True),
    }


@pytest.mark.parametrize("law", LAWS.values())
def test_every_declared_name_is_an_argument_of_the_law(law: type[ig.Law]) -> None:
    assert {*law.reparameterisable, *law.jumps, *law.positive} <= set(law.__dataclass_fields__)
    assert law.primitive


def test_a_normal_of_vectors_takes_its_covariance_matrix() -> None:
    law = ig.Normal((0, 0), ((2, 1), (1, 2)))
    assert law.shape == (2,)
    assert ig.Normal(0, ((2, 1), (1, 2))) == law
    assert ig.Normal(0, P * ig.identity(3)).shape == (3,)


@pytest.mark.parametrize(("mean", "covariance"), [((0, 0), 1), (0, (1, 1)), ((0, 0), ig.identity(3)), (1, ig.identity(2)), (ig.identity(2), 1)])
def test_a_mean_and_a_covariance_that_do_not_fit_say_what_fits(mean: Any, covariance: Any) -> None:
    with pytest.raises(ig.SpecificationError, match="a scalar mean takes a variance, a vector of n entries an n by n matrix"):
        ig.Normal(mean, covariance)


def test_other_laws_of_vectors_have_independent_entries_and_take_scalars_beside_vectors() -> None:
    assert ig.Laplace((0, 1), 2).shape == (2,)
    assert ig.Uniform(0, (1, 2, 3)).shape == (3,)
    assert ig.Points(((1, 0), (0, 1), (1, 1))).shape == (2,)
    assert ig.Mixture((1,), (ig.Laplace((0, 0)),)).shape == (2,)


@pytest.mark.parametrize("arguments", [((0, 1), (1, 2, 3)), (((1, 2), (3, 4)), 1)])
def test_arguments_of_different_lengths_are_refused_with_their_shapes(arguments: tuple[Any, Any]) -> None:
    with pytest.raises(ig.SpecificationError, match=r"Laplace got arguments of shapes location .*, scale .*; give it scalars, or vectors of one length"):
        ig.Laplace(*arguments)


def test_the_argument_of_a_law_cannot_use_a_node() -> None:
    source = ig.Source("X", ig.Normal())
    with pytest.raises(ig.SpecificationError, match="Normal's covariance uses the node 'X'; the arguments of a law may use parameters only"):
        ig.Normal(0, source**2)


@pytest.mark.parametrize(
    ("weights", "components", "message"),
    [
        (("1/2", "1/2"), (ig.Normal(),), "give it one weight for each component"),
        (1, (ig.Normal(),), "give it one weight for each component"),
        ((1,), (), "give it one weight for each component"),
        (("1/2", "1/2"), (ig.Normal(), ig.Normal((0, 0), ig.identity(2))), "give it components of one shape"),
        (("1/2", "1/2"), (ig.Normal(), ig.Points((0, 1))), "a mixture of Points is one Points law"),
    ],
)
def test_a_mixture_that_does_not_fit_together_is_refused(weights: Any, components: Any, message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        ig.Mixture(weights, components)


@pytest.mark.parametrize(
    ("arguments", "message"), [((1,), "give it a list of points"), (((0, 1), (1,)), "one weight for each point"), (((0, 1), 1), "one weight for each point")]
)
def test_points_that_do_not_fit_together_are_refused(arguments: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        ig.Points(*arguments)


def violation(law: ig.Law, **values: Any) -> str | None:
    """The rule that the values break."""
    return law.violation(ig.Point(values))


NORMAL, VECTOR_NORMAL = ig.Normal(0, P), ig.Normal((0, 0), ig.Parameter("S", (2, 2)))


@pytest.mark.parametrize("variance", [0, "-1/4", -3])
def test_a_variance_must_be_positive(variance: Any) -> None:
    assert violation(NORMAL, mean=0, covariance=variance) == f"the variance must be positive, and is {Fraction(variance)}"
    assert violation(NORMAL, mean=0, covariance="1/1000000") is None


@pytest.mark.parametrize(
    ("covariance", "message"),
    [
        (((1, 0), (0, 1)), None),
        (((2, 1), (1, "0.500001")), None),
        (
            ((2, 1), (1, "1/2")),
            "the covariance must be positive definite, and has rank 1; multiply a 2 by 1 matrix by a source of 1 entry in a gate",
        ),
        (((2, 1), (1, 0.5)), "the covariance must be positive definite, and has rank 1; multiply a 2 by 1 matrix by a source of 1 entry in a gate"),
        (((2, 1), (1, "0.499999")), "the covariance must be positive definite, and is not"),
        (((0, 0), (0, 1)), "the covariance must be positive definite, and has rank 1; multiply a 2 by 1 matrix by a source of 1 entry in a gate"),
        (((0, 0), (0, 0)), "the covariance must be positive definite, and is zero; write a gate without noise"),
        (((0, 1), (1, 0)), "the covariance must be positive definite, and is not"),
        (((-1, 0), (0, 1)), "the covariance must be positive definite, and is not"),
        (((1, 1), (0, 1)), "the covariance must be symmetric, and its entries [0][1] and [1][0] differ"),
    ],
)
def test_a_covariance_must_be_symmetric_and_positive_definite_to_the_last_digit(covariance: Any, message: str | None) -> None:
    assert violation(VECTOR_NORMAL, mean=(0, 0), covariance=covariance) == message


@pytest.mark.parametrize("law", [ig.Laplace(), ig.Logistic(), ig.Exponential(), ig.StudentT(3)], ids=repr)
@pytest.mark.parametrize("scale", [0, -1])
def test_a_scale_must_be_positive(law: ig.Law, scale: int) -> None:
    assert violation(law, freedom=3, location=0, scale=scale) == f"the scale must be positive, and is {scale}"
    assert violation(law, freedom=3, location=0, scale=(1, scale)) == f"the scale[1] must be positive, and is {scale}"
    assert violation(law, freedom=3, location=0, scale=2) is None


def test_the_freedom_must_be_positive() -> None:
    assert violation(ig.StudentT(3), freedom=0, location=0, scale=1) == "the freedom must be positive, and is 0"


@pytest.mark.parametrize(("lower", "upper", "wrong"), [(0, 1, None), (1, 1, (1, 1)), (2, 1, (2, 1)), ((0, 3), 2, (3, 2)), (0, (1, -1), (0, -1))])
def test_the_ends_of_a_uniform_law_must_be_in_order(lower: Any, upper: Any, wrong: tuple[int, int] | None) -> None:
    message = None if wrong is None else f"the lower end must lie below the upper one, and they are {wrong[0]} and {wrong[1]}"
    assert violation(ig.Uniform(), lower=lower, upper=upper) == message


@pytest.mark.parametrize("law", [ig.Mixture(("1/2", "1/2"), (ig.Normal(), ig.Normal(1, 1))), ig.Points((0, 1))], ids=repr)
@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (("1/4", "3/4"), None),
        (("1/4", "1/4"), "the weights must sum to 1, and sum to 1/2"),
        ((0, 1), "weights[0] must be positive, and is 0"),
        (("3/2", "-1/2"), "weights[1] must be positive, and is -1/2"),
    ],
)
def test_weights_must_be_positive_and_sum_to_one(law: ig.Law, weights: Any, message: str | None) -> None:
    assert violation(law, values=(0, 1), weights=weights) == message


def test_points_must_differ() -> None:
    assert violation(ig.Points((0, P)), values=(1, 1), weights=("1/2", "1/2")) == "two of the points are the same; give each point once"
