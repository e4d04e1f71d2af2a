"""What the room declines, and which sum of scores carries which parameter."""

from __future__ import annotations

from fractions import Fraction

import pytest

import infograd as ig
from infograd import learned
from infograd.learned.gradient.decomposition import Term, all_decompositions, two_scores
from infograd.learned.gradient.plan import planned
from infograd.learned.samples.simulator import Simulator

THETA = ig.Parameter("theta")
X = ig.Source("X", ig.Normal(0, 1))
NORMAL = ig.Normal(0, 1)


def ask(
    *nodes: ig.Source | ig.Gate, between: tuple[str | tuple[str, ...], str | tuple[str, ...]] = ("X", "Y"), given: str | tuple[str, ...] = (), order: int = 1
) -> ig.Question:
    channel = ig.Channel(*nodes, defaults={})
    return ig.Question(channel, between=between, given=given, at={each.name: Fraction(1, 2) for each in channel.parameters}, order=order)


REFUSED = {
    "jumps": (ask(X, ig.Gate("Y", ig.sign(X - THETA), noise=NORMAL)), "'theta' moves the map of 'Y', which jumps"),
    "Mixture": (
        ask(ig.Source("X", ig.Mixture((THETA, 1 - THETA), (NORMAL, ig.Normal(1, 1)))), ig.Gate("Y", X, noise=NORMAL)),
        "the weights of the law Mixture of 'X'",
    ),
    "StudentT": (ask(X, ig.Gate("Y", X, noise=ig.StudentT(THETA))), "the freedom of the law StudentT of 'Y'"),
    "Points": (ask(ig.Source("X", ig.Points((-1, 1), (THETA, 1 - THETA))), ig.Gate("Y", X, noise=NORMAL)), "the weights of the law Points of 'X'"),
    "exponential noise": (ask(X, ig.Gate("Y", THETA * X, noise=ig.Exponential(0, 1))), "may jump, because the last noise, of 'Y', is Exponential"),
    "uniform noise in a mixture": (
        ask(X, ig.Gate("Y", THETA * X, noise=ig.Mixture(("1/2", "1/2"), (NORMAL, ig.Uniform(0, 1))))),
        "may jump, because the last noise, of 'Y', is Uniform",
    ),
    "jump carried by a deterministic stage": (
        ask(X, ig.Gate("V", THETA * X, noise=ig.Uniform(0, 1)), ig.Gate("Y", 2 * ig.Reference("V"))),
        "may jump, because the last noise, of 'V', is Uniform",
    ),
    "no noise": (ask(X, ig.Gate("Y", THETA * X)), "'Y' has no density given 'X'"),
    "linear dependence of the outputs": (
        ask(X, ig.Gate("Y", THETA * X, noise=NORMAL), ig.Gate("W", 3 * ig.Reference("Y")), between=("X", ("Y", "W"))),
        "'Y', 'W' has no density given 'X'",
    ),
    "atoms": (ask(X, ig.Gate("V", THETA * X, noise=NORMAL), ig.Gate("Y", ig.relu(ig.Reference("V")))), "may have atoms, because 'Y' applies relu"),
    "points alone": (ask(ig.Source("X", ig.Points((-1, 1))), ig.Gate("Y", THETA * ig.Reference("X"))), "'Y' has no density given 'X'"),
    "points as noise": (ask(X, ig.Gate("Y", THETA * X, noise=ig.Points((-1, 1)))), "'Y' has no density given 'X'"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("recipe", ["closed-form", "paper"])
def test_refusal_names_its_reason_before_any_score_is_fitted(case: str, recipe: str) -> None:
    question, reason = REFUSED[case]
    reply = learned.answer(question, recipe="closed-form" if recipe == "closed-form" else "paper", budget=learned.Budget(16, 2))
    assert isinstance(reply, ig.Refusal)
    assert reason in reply.reason
    assert reply.reason.endswith(".")


def test_smoothed_jump_and_unmoved_jump_are_answered() -> None:
    smoothed = ask(X, ig.Gate("V", THETA * X, noise=ig.Uniform(0, 1)), ig.Gate("Y", ig.Reference("V"), noise=NORMAL))
    unmoved = ask(X, ig.Gate("S", ig.sign(X)), ig.Gate("Y", THETA * ig.Reference("S"), noise=NORMAL), between=("S", "Y"))
    for question in (smoothed, unmoved):
        assert isinstance(learned.answer(question, budget=learned.LIGHT), ig.Answer)


def test_deterministic_last_stage_over_hidden_noise_is_answered() -> None:
    question = ask(X, ig.Gate("V", THETA * X, noise=NORMAL), ig.Gate("Y", ig.tanh(ig.Reference("V"))))
    through = learned.answer(question, budget=learned.LIGHT)
    before = learned.answer(ask(X, ig.Gate("Y", THETA * X, noise=NORMAL)), budget=learned.LIGHT)
    assert isinstance(through, ig.Answer)
    assert isinstance(before, ig.Answer)
    left, right = through.gradient["theta"], before.gradient["theta"]
    allowed = 2 * (float(left.doubt.estimated) + float(right.doubt.estimated)) + 10 * (float(left.doubt.stderr) + float(right.doubt.stderr))  # type: ignore[arg-type]  # scalars
    assert abs(float(left.value) - float(right.value)) <= allowed  # type: ignore[arg-type]  # scalars


def plan(question: ig.Question) -> dict[tuple[Term, ...], tuple[str, ...]]:
    found = planned(question, Simulator(question, {}), tuple(all_decompositions(question)))
    assert not isinstance(found, str)
    return found


def test_first_choice_is_the_papers_two_scores() -> None:
    question = ig.CATALOGUE["mac"].question
    assert plan(question) == {(Term(1, ("Y",), ("X1", "X2")), Term(-1, ("Y",), ("X2",))): ("a1", "a2", "s2")}


def test_roles_are_exchanged_where_the_first_group_moves_alone() -> None:
    question = ask(X, ig.Gate("Y", THETA * X, noise=NORMAL), between=("Y", "X"))
    assert list(plan(question)) == [(Term(1, ("Y",), ("X",)), Term(-1, ("Y",), ()))]


def test_moving_input_that_is_reached_around_takes_the_joint_scores() -> None:
    v = ig.Gate("V", ig.Parameter("a") * X, noise=NORMAL)
    y = ig.Gate("Y", v + ig.Parameter("b") * X, noise=NORMAL)
    found = plan(ask(X, v, y, between=("V", "Y")))
    joint = (Term(1, ("V", "Y"), ()), Term(-1, ("V",), ()), Term(-1, ("Y",), ()))
    assert found == {joint: ("a",), (Term(1, ("Y",), ("V",)), Term(-1, ("Y",), ())): ("b",)}


def test_moving_condition_needs_more_than_separation_given_both_groups() -> None:
    # C = X + noise moves with its noise's variance, Y is separated from that noise given X and C, yet h(Y|C) moves.
    c = ig.Gate("C", X, noise=ig.Normal(0, ig.Parameter("s")))
    question = ask(X, c, ig.Gate("Y", X, noise=NORMAL), given="C")
    assert all(choice[0].outputs != ("Y",) for choice in plan(question))
    reply = learned.answer(question, recipe="paper", budget=learned.Budget(16, 2))
    assert isinstance(reply, ig.Refusal)
    assert "'s' moves 'C'" in reply.reason


def test_two_scores_come_in_both_orders() -> None:
    assert [choice[0].outputs for choice in two_scores(ig.CATALOGUE["relay"].question)] == [("Y",), ("X",)]


@pytest.mark.parametrize(("order", "reason"), [(0, "gradients only"), (2, "no second derivatives")])
def test_other_orders_are_declined(order: int, reason: str) -> None:
    reply = learned.answer(ask(X, ig.Gate("Y", THETA * X, noise=NORMAL), order=order))
    assert isinstance(reply, ig.Refusal)
    assert reason in reply.reason


def test_question_without_parameters_less_access_and_a_small_budget_are_declined() -> None:
    scalar = ig.CATALOGUE["scalar"].question
    for reply, reason in (
        (learned.answer(ask(X, ig.Gate("Y", X, noise=NORMAL))), "no parameter"),
        (learned.answer(scalar, access=ig.Access.PAIRS), "only samples of the question's nodes are allowed"),
        (learned.answer(scalar, budget=learned.Budget(64, 2)), "128 samples cannot carry features of 2 variables"),
    ):
        assert isinstance(reply, ig.Refusal)
        assert reason in reply.reason
