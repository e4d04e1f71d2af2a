"""What an output law is asked, in which shape it answers, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import infograd as ig
from infograd.numeric.functions import OutputLaw, lattice_cells, output_law
from tests.numeric.output_laws import PLACES, check, law_of, linear_question, reason, tanh_question, values


def test_an_output_whose_causes_lie_beyond_the_grid_is_refused_and_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the look at how far the tails are followed, no two resolutions agree where the grid ends."""
    monkeypatch.setattr(lattice_cells, "_pulled", lambda slices, loss: False)
    assert "was not reached" in reason(law_of(linear_question()).score(-60.0))
    check(law_of(linear_question()).score(5.0), -5 / 4.25)


def test_a_question_asked_twice_is_answered_once() -> None:
    law = law_of(ig.CATALOGUE["relay"].question)
    assert law.fisher_information() is law.fisher_information()
    assert law.estimator_variance("difference", "theta") is not None
    first, second = values(law.score(PLACES)), values(law.score(PLACES))
    np.testing.assert_array_equal(first.values, second.values)


def test_answers_have_the_shape_that_inputs_broadcast_to() -> None:
    law = law_of(ig.CATALOGUE["tanh"].question)
    assert values(law.score(0.5)).values.shape == ()
    assert values(law.posterior_score(PLACES[:, None], PLACES)).values.shape == (4, 4)
    assert values(law.quantile([[0.1, 0.2]])).error.shape == (1, 2)


def test_what_is_no_output_law_is_refused_with_the_reason() -> None:
    relay, x = ig.CATALOGUE["relay"].question.channel, ig.Source("X", ig.Normal(0, 1))
    folded = ig.Channel(x, noisy := ig.Gate("V", 1 * x, noise=ig.Normal(0, 1)), ig.Gate("Y", ig.tanh(noisy)))
    assert "descends from 'V'" in reason(output_law(ig.Question(relay, ("Y", "V"))))
    assert "'X' has no noise" in reason(output_law(ig.Question(relay, ("Y", "X"))))
    assert "'Y' has no noise" in reason(output_law(ig.Question(folded, ("X", "Y"))))
    assert "without conditions" in reason(output_law(ig.CATALOGUE["mac"].question))
    assert "without conditions" in reason(output_law(ig.Question(relay, ("Y", ()), quantity="entropy")))
    assert "vector" in reason(output_law(ig.CATALOGUE["vector"].question))


def test_jumps_of_a_noise_that_no_panel_sees_are_refused() -> None:
    uniform = ig.Mixture(("1/2", "1/2"), (ig.Uniform(-1, 1), ig.Normal(0, 1)))
    assert "jumps" in reason(output_law(tanh_question(uniform)))
    x = ig.Source("X", ig.Normal(0, 1))
    middle = ig.Gate("V", 1 * x, noise=ig.Uniform(0, 1))
    assert "jumps" in reason(output_law(ig.Question(ig.Channel(x, middle, ig.Gate("Y", 1 * middle, noise=ig.Normal(0, 1))), ("X", "Y"))))


def test_a_limiter_before_the_noise_is_antipodal() -> None:
    """sign(X) of a symmetric X is -1 or 1: s_Y = -y + tanh(y) at unit noise, from panels split at the jump."""
    x = ig.Source("X", ig.Laplace(0, 1))
    law = law_of(ig.Question(ig.Channel(x, ig.Gate("Y", ig.sign(x), noise=ig.Normal(0, 1))), ("X", "Y")))
    places = np.array([-30.0, -0.4, 1.0, 9.0])
    check(law.score(places), -places + np.tanh(places), 1e-14)
    check(law.posterior_mean(places, np.abs), 1.0)


def test_where_the_density_vanishes_there_is_no_score() -> None:
    law = law_of(tanh_question(ig.Uniform(-1, 1)))
    assert "vanishes" in reason(law.score([0.0, 5.0]))
    assert values(law.log_density([0.0, 5.0])).values[1] == -np.inf
    assert values(law.density([0.0, 5.0])).error[1] == 0.0


def test_a_map_that_overflows_is_refused() -> None:
    x = ig.Source("X", ig.Normal(0, 1))
    assert "range of numbers" in reason(output_law(ig.Question(ig.Channel(x, ig.Gate("Y", ig.log(x), noise=ig.Normal(0, 1))), ("X", "Y"))))


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda law: law.score([0.0, np.nan]), "finite"),
        (lambda law: law.quantile(1.0), "between 0 and 1"),
        (lambda law: law.conditional_score(0.0, {"Z": 1.0}), "'X'"),
        (lambda law: law.conditional_score(0.0, 0.5), "none of its points"),
        (lambda law: law.smoothed(0), "positive"),
        (lambda law: law.estimator_variance("best", "a"), "'control variate'"),
        (lambda law: law.estimator_variance("difference", "b"), "no parameter"),
    ],
)
def test_wrong_input_says_what_to_write(ask: Callable[[OutputLaw], object], message: str) -> None:
    with pytest.raises(ig.SpecificationError, match=message):
        ask(law_of(ig.CATALOGUE["bpsk"].question))


def test_an_error_that_is_not_positive_is_wrong() -> None:
    with pytest.raises(ig.SpecificationError, match="positive"):
        output_law(ig.CATALOGUE["tanh"].question, error=0.0)
