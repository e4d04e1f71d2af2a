"""Gradients of channels known whole against the numeric room's, within and sharply within their stated doubt."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from fractions import Fraction

import pytest
import torch
from scipy import stats

import infograd as ig
from infograd import numeric
from infograd.learned.budget import Budget
from infograd.learned.gradient import by_model
from infograd.learned.gradient.by_model import gradients_along, gradients_from_samples
from infograd.learned.samples.simulator import Simulator
from infograd.learned.scores.mixture import design, line, terms
from infograd.learned.scores.mixture.design import Design
from infograd.learned.scores.mixture.sweep import Sweep

LIGHT = Budget(1024, 32)
ALPHA = 1e-8
SHARP = 1e-3


def truths(question: ig.Question) -> ig.Answer:
    found = numeric.answer(question)
    assert isinstance(found, ig.Answer)
    return found


def answered(question: ig.Question, budget: Budget = LIGHT, seed: int = 0) -> ig.Answer:
    (found,) = gradients_along(question, budget=budget, seed=seed)
    assert isinstance(found, ig.Answer), found
    return found


def number(value: object) -> float:
    assert isinstance(value, Fraction | float)
    return float(value)


def gaps(found: ig.Answer, truth: ig.Answer) -> list[tuple[float, float]]:
    """The error of every entry and what the two doubts allow."""
    pairs = []
    for name, quantity in found.gradient.items():
        for (_, value, doubt), (_, other, known) in zip(quantity.entries(), truth.gradient[name].entries(), strict=True):
            factor = float(stats.t.ppf(1 - ALPHA / 2, doubt.dof))
            allowed = number(doubt.estimated) + factor * number(doubt.stderr) + number(known.proved) + number(known.estimated) + 6 * number(known.stderr)
            pairs.append((abs(float(value) - float(other)), allowed))
    return pairs


def covered(found: ig.Answer, truth: ig.Answer) -> bool:
    return all(gap <= allowed for gap, allowed in gaps(found, truth))


def sharp(found: ig.Answer, truth: ig.Answer) -> bool:
    return max(allowed for _, allowed in gaps(found, truth)) <= SHARP


def one_stage(map_: ig.Expression, noise: ig.Law, source: ig.Law, a: float) -> ig.Question:
    x = ig.Source("X", source)
    return ig.Question(ig.Channel(x, ig.Gate("Y", map_, noise=noise), defaults={"a": a}), ("X", "Y"))


A = ig.Parameter("a")
X = ig.Reference("X")
NOISES = {
    "Normal": ig.Normal("1/5", "1/10"),
    "Laplace": ig.Laplace(0, "1/4"),
    "Logistic": ig.Logistic(0, "1/5"),
    "StudentT": ig.StudentT(3, 0, "3/10"),
    "Mixture": ig.Mixture(("1/3", "2/3"), (ig.Normal(-1, "1/20"), ig.Logistic(1, "1/5"))),
}


@pytest.mark.parametrize("name", ["tanh", "relay", "scalar", "cascade", "multipath-a", "multipath-b", "mac", "mac-sum"])
def test_a_catalogue_channel_is_answered_within_a_sharp_doubt(name: str) -> None:
    question = ig.CATALOGUE[name].question
    found, truth = answered(question, by_model.DEFAULT), truths(question)
    assert found.access is ig.Access.MODEL
    assert set(found.gradient) == set(question.wrt)
    assert covered(found, truth)
    assert all(allowed <= 0.02 for _, allowed in gaps(found, truth))


@pytest.mark.parametrize("name", ["tanh", "relay"])
def test_one_inner_number_is_answered_to_four_digits(name: str) -> None:
    question = ig.CATALOGUE[name].question
    assert sharp(answered(question), truths(question))


@pytest.mark.parametrize("noise", NOISES, ids=str)
def test_the_last_noise_may_have_any_density_without_jumps(noise: str) -> None:
    question = one_stage(ig.tanh(A * X), NOISES[noise], ig.Normal(0, 1), 1.5)
    found, truth = answered(question), truths(question)
    assert covered(found, truth)
    assert sharp(found, truth)


def test_a_parameter_of_the_last_noise_has_its_derivative() -> None:
    question = one_stage(ig.tanh(2 * X), ig.Logistic(0, A), ig.Normal(0, 1), 0.4)
    found, truth = answered(question), truths(question)
    assert covered(found, truth)
    assert sharp(found, truth)


@pytest.mark.parametrize("variance", ["1/10", "1/100", "1/1000", "1/10000"])
def test_small_noise_and_a_bimodal_output_stay_sharp(variance: str) -> None:
    question = one_stage(ig.tanh(A * X), ig.Normal(0, variance), ig.Normal(0, 1), 4)
    found, truth = answered(question), truths(question)
    assert covered(found, truth)
    assert sharp(found, truth)


def random_question(seed: int, hops: int) -> ig.Question:
    draw = random.Random(seed)
    b = ig.Parameter("b")
    maps = (ig.tanh, ig.sin, lambda x: ig.tanh(x) + x / 4, ig.softplus)
    source = draw.choice((ig.Normal(0, 1), ig.Uniform(-1, 1), ig.Mixture(("1/2", "1/2"), (ig.Normal(-1, "1/10"), ig.Normal(1, "1/4")))))
    last = draw.choice([ig.Normal(0, "1/8"), *(NOISES.values() if hops == 1 else (ig.Logistic(0, "1/5"),))])
    x = ig.Source("X", source)
    nodes: list[ig.Source | ig.Gate] = [x]
    if hops == 2:
        nodes.append(ig.Gate("V", draw.choice(maps)(A * x), noise=ig.Normal(0, "1/5")))
    before = nodes[-1] if hops == 2 else A * x
    nodes.append(ig.Gate("Y", b * draw.choice(maps)(before), noise=last))
    return ig.Question(ig.Channel(*nodes, defaults={"a": round(draw.uniform(-2, 2), 3), "b": round(draw.uniform(-2, 2), 3)}), ("X", "Y"))


@pytest.mark.parametrize(("hops", "count"), [(1, 24), (2, 6)])
def test_the_stated_doubt_covers_on_random_channels(hops: int, count: int) -> None:
    missed = []
    for seed in range(count):
        question = random_question(seed, hops)
        truth = numeric.answer(question, error=1e-7)
        if isinstance(truth, ig.Refusal):
            continue
        missed += [seed] if not covered(answered(question, seed=seed), truth) else []
    assert missed == []


def test_a_sweep_agrees_with_its_points_asked_one_by_one() -> None:
    question = ig.CATALOGUE["relay"].question
    question = ig.Question(question.channel, question.between, wrt="theta")
    values = (-2, "1/2", 3)
    for value, reply in zip(values, gradients_along(question, "theta", values, budget=LIGHT), strict=True):
        assert isinstance(reply, ig.Answer)
        truth = truths(question.at_point(theta=value))
        assert covered(reply, truth)
        assert sharp(reply, truth)


def test_a_sweep_is_a_function_of_its_seed_and_leaves_the_global_generator_alone() -> None:
    question = ig.CATALOGUE["tanh"].question
    before = torch.get_rng_state()
    first = gradients_along(question, "theta", (1, 2), budget=LIGHT, seed=5)
    assert first == gradients_along(question, "theta", (1, 2), budget=LIGHT, seed=5)
    assert first != gradients_along(question, "theta", (1, 2), budget=LIGHT, seed=6)
    assert torch.equal(before, torch.get_rng_state())


def test_independent_samples_have_the_error_that_they_state() -> None:
    question = ig.CATALOGUE["relay"].question
    question = ig.Question(question.channel, question.between, wrt="theta")
    truth = truths(question)
    scaled = []
    for seed in range(20):
        (found,) = gradients_from_samples(question, budget=Budget(20, 50), seed=seed)
        assert isinstance(found, ig.Answer)
        assert covered(found, truth)
        quantity = found.gradient["theta"]
        scaled.append((number(quantity.value) - number(truth.gradient["theta"].value)) / number(quantity.doubt.stderr))
    law = stats.chi2(len(scaled))
    assert float(law.ppf(ALPHA)) <= sum(each**2 for each in scaled) <= float(law.ppf(1 - ALPHA))


def test_an_entropy_without_inner_randomness_is_left_out() -> None:
    question = ig.CATALOGUE["tanh"].question
    plan = by_model.planned(ig.Question(question.channel, question.between, wrt="theta"), frozenset())
    assert not isinstance(plan, str)
    ((entropies, parameters),) = plan.items()
    assert parameters == ("theta",)
    assert [(term.sign, signal.inner) for term, signal in entropies] == [(1, ()), (-1, ("X",))]


def refused(question: ig.Question, budget: Budget = LIGHT) -> str:
    (found,) = gradients_along(question, budget=budget)
    assert isinstance(found, ig.Refusal), found
    return found.reason


def test_what_is_no_mixture_of_the_last_noise_is_refused_with_the_reason() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    v = ig.Gate("V", A * x, noise=ig.Normal(0, 1))
    bare = ig.Channel(x, v, ig.Gate("Y", ig.tanh(v)), defaults={"a": 1})
    assert "no additive noise" in refused(ig.Question(bare, ("X", "Y")))
    seen = ig.Channel(x, ig.Gate("W", x + 0 * x, noise=ig.Normal(0, 1)), ig.Gate("Y", A * x, noise=ig.Normal(0, 1)), defaults={"a": 1})
    assert "around them" in refused(ig.Question(seen, ("W", "Y")))
    assert "may jump" in refused(one_stage(A * X, ig.Uniform(-1, 1), ig.Normal(0, 1), 1))
    assert "one number" in refused(ig.CATALOGUE["vector"].question)


def test_too_few_draws_for_a_small_noise_are_refused() -> None:
    relay = ig.CATALOGUE["relay"].question.at_point(s2="1/1000000")
    assert "times as many draws" in refused(relay)


def test_a_budget_that_cannot_be_halved_is_refused_in_one_sentence() -> None:
    with pytest.raises(ig.SpecificationError, match="cannot be halved"):
        gradients_along(ig.CATALOGUE["tanh"].question, budget=Budget(1024, 31))


def test_a_coarse_grid_is_covered_by_its_probe(monkeypatch: pytest.MonkeyPatch) -> None:
    question = one_stage(ig.tanh(A * X), ig.Laplace(0, "1/4"), ig.Normal(0, 1), 1.5)
    truth = truths(question)
    fine = max(gap for gap, _ in gaps(answered(question), truth))
    monkeypatch.setattr(line, "STEPS_AT_A_KINK", 4)
    coarse = answered(question)
    assert max(gap for gap, _ in gaps(coarse, truth)) > 10 * fine
    assert covered(coarse, truth)


def test_widened_draws_without_their_weights_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    question = ig.CATALOGUE["tanh"].question
    widened = design.widened
    monkeypatch.setattr(design, "widened", lambda uniforms: (widened(uniforms)[0], torch.ones_like(uniforms)))
    assert not covered(answered(question), truths(question))


def test_the_conditional_entropy_dropped_for_two_hops_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    question = ig.CATALOGUE["relay"].question
    whole = terms.conditional

    def dropped(sweep: Sweep, *arguments: object) -> terms.Found:
        found = whole(sweep, *arguments)  # type: ignore[arg-type]  # passed on as they come
        return replace(found, replicates={entry: 0 * each for entry, each in found.replicates.items()})

    monkeypatch.setattr(by_model, "conditional", dropped)
    assert not covered(answered(question), truths(question))


def test_too_few_inner_draws_are_covered_by_the_halved_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    question = ig.CATALOGUE["relay"].question
    truth = truths(question)
    fine = max(gap for gap, _ in gaps(answered(question, by_model.DEFAULT), truth))
    monkeypatch.setattr(design, "LEAST_EQUIDISTANT", 0.5)
    found = answered(question, by_model.DEFAULT)
    assert max(gap for gap, _ in gaps(found, truth)) > 2 * fine
    assert covered(found, truth)


def test_weights_sum_to_one_over_each_mixture_and_each_replicate() -> None:
    question = ig.CATALOGUE["relay"].question
    plan = by_model.planned(question, frozenset())
    assert not isinstance(plan, str)
    signal = next(signal for entropies in plan for _, signal in entropies if signal.outer)
    drawn: Design = design.design(Simulator(question, {}), signal, Budget(256, 4), 32, seed=1)
    assert math.isclose(float((drawn.inner.sum(dim=2) - 1).abs().max()), 0, abs_tol=1e-12)
    assert math.isclose(float((drawn.outer.sum(dim=1) - 1).abs().max()), 0, abs_tol=1e-12)
