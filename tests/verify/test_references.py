"""The stored reference values: what they say of one another, and what a wrong digit or a missing route does."""

from __future__ import annotations

import dataclasses
import json
import math
from fractions import Fraction

import pytest

import infograd as ig
from infograd.catalogue import CATALOGUE
from infograd.quantity import Doubt
from infograd.verify.policy import STANDARD
from infograd.verify.references import corpus as one_stage
from infograd.verify.references import series
from infograd.verify.references.comparing import answered, check, comparisons, make
from infograd.verify.references.comparing import verdict as verdict_on
from infograd.verify.references.decimals import decimal_text, rounded
from infograd.verify.references.plans import plan_of, plans
from infograd.verify.references.reference import Finding, Number, Reference
from infograd.verify.references.storage import document, read, reference_of, stored
from infograd.verify.specification import loads

STORED = {each.name: each for each in stored()}
NUMBERS = [(each, number) for each in stored() for number in each.numbers]


def width(doubt: Doubt) -> Fraction:
    return Fraction(doubt.proved) + Fraction(doubt.estimated)  # type: ignore[arg-type]  # references are scalars


def number_of(name: str, quantity: str = "I") -> Number:
    return next(number for number in STORED[name].numbers if number.quantity == quantity)


def assert_zero(*terms: tuple[Number, int | Fraction]) -> None:
    """A sum that a law makes 0 is 0 within the doubts of its terms."""
    total = sum((weight * number.value for number, weight in terms), Fraction(0))
    assert abs(total) <= sum((abs(Fraction(weight)) * width(number.doubt) for number, weight in terms), Fraction(0))


def with_last_digit_changed(reference: Reference, position: int) -> Reference:
    """The reference with one number changed by 5 in the last place whose unit exceeds its doubt."""
    number = reference.numbers[position]
    place = Fraction(10) ** (math.floor(math.log10(width(number.doubt))) + 1)
    changed = dataclasses.replace(number, value=number.value + 5 * place)
    return dataclasses.replace(reference, numbers=(*reference.numbers[:position], changed, *reference.numbers[position + 1 :]))


def test_every_plan_is_stored_with_its_question_and_nothing_else_is() -> None:
    assert {name: plan.question for name, plan in plans().items()} == {name: each.question for name, each in STORED.items()}


def test_what_every_route_found_lies_within_the_doubts_of_the_value() -> None:
    for each, number in NUMBERS:
        for finding in number.findings:
            rounding = Fraction(STANDARD.rtol) * abs(number.value) if finding.doubt.estimated else 0
            allowed = width(number.doubt) + Fraction(STANDARD.safety) * width(finding.doubt) + rounding
            assert number.gap(finding) <= allowed, (each.name, number.quantity, finding.route)


def test_values_are_known_to_1e_11_or_better_and_all_but_those_of_two_unequal_outputs_are_proved() -> None:
    assert max(width(number.doubt) for _, number in NUMBERS) < Fraction(1, 10**11)
    assert {each.name for each, number in NUMBERS if not number.proved} == {
        "broadcast-unequal-y1y2",
        "broadcast-unequal-y1-given-y2",
        "broadcast-unequal-y2-given-y1",
    }


def test_every_gradient_that_is_asked_is_stored() -> None:
    for each in STORED.values():
        assert {number.quantity for number in each.numbers} == {"I", *(f"dI/d{name}" for name in each.question.wrt)}


@pytest.mark.parametrize("quantity", ["I", "dI/da1", "dI/ds2"])
def test_the_stored_informations_of_two_users_obey_the_chain_rule(quantity: str) -> None:
    for family in ("mac-tanh-1-2", "mac-bpsk"):
        together, first = number_of(f"{family}-x1x2", quantity), number_of(f"{family}-x1-given-x2", quantity)
        assert_zero((together, 1), (first, -1), (number_of(f"{family}-x2", quantity), -1))


@pytest.mark.parametrize("quantity", ["I", "dI/ds2"])
def test_the_stored_informations_of_two_receivers_obey_the_chain_rule_both_ways(quantity: str) -> None:
    for family in ("broadcast-equal", "broadcast-unequal"):
        both, rest, known = (number_of(f"{family}-{label}", quantity) for label in ("y1y2", "y1-given-y2", "y2"))
        assert_zero((both, 1), (rest, -1), (known, -1))


def test_equal_channels_have_equal_values_whatever_family_they_stand_in() -> None:
    single = number_of("tanh-theta1-noise0.1")
    for name in ("mac-tanh-1-1-x1-given-x2", "mac-tanh-1-2-x1-given-x2", "broadcast-degraded-1-y1", "broadcast-equal-y1"):
        assert_zero((single, 1), (number_of(name), -1))
    assert_zero((number_of("mac-bpsk-x1x2"), 1), (number_of("pam4-a0.5"), -1))


@pytest.mark.parametrize("name", [name for name in STORED if name.startswith(("bpsk", "pam4"))])
def test_levels_depend_on_the_ratio_of_amplitude_and_deviation_alone(name: str) -> None:
    """a dI/da + 2 s2 dI/ds2 = 0."""
    point = STORED[name].question.at
    assert_zero((number_of(name, "dI/da"), Fraction(point["a"])), (number_of(name, "dI/ds2"), 2 * Fraction(point["s2"])))


@pytest.mark.parametrize("name", ["bpsk-a1", "mac-bpsk-x1", "mac-tanh-1-1-x1-given-x2", "broadcast-degraded-1-y1-given-y2", "broadcast-unequal-y2-given-y1"])
def test_a_change_in_the_last_place_beyond_the_doubt_is_found_in_every_number(name: str) -> None:
    honest, found = STORED[name], answered(plan_of(name))
    assert {each.status for each in comparisons(honest, found)} == {ig.Status.AGREE}
    for position, number in enumerate(honest.numbers):
        verdict = verdict_on(tuple(comparisons(with_last_digit_changed(honest, position), found)))
        failed = {(each.quantity, each.right.method) for each in verdict.comparisons if each.status is ig.Status.DISAGREE}
        assert {quantity for quantity, _ in failed} == {number.quantity}
        assert number.findings[0].route in {route for _, route in failed}
        assert verdict.status is ig.Status.DISAGREE
        assert number.findings[0].route in verdict.note


def test_a_number_needs_two_routes_of_different_names() -> None:
    finding = Finding("certified", Fraction(1, 2), Doubt(proved=1e-20))
    with pytest.raises(ig.SpecificationError, match="only the route 'certified'"):
        Number("I", Fraction(1, 2), Doubt(proved=1e-20), (finding,))
    with pytest.raises(ig.SpecificationError, match="a route twice"):
        Number("I", Fraction(1, 2), Doubt(proved=1e-20), (finding, finding))


def test_a_route_that_is_missing_from_the_stored_value_is_an_error_that_names_it() -> None:
    reference = STORED["bpsk-a1"]
    number = reference.numbers[0]
    short = dataclasses.replace(number, findings=number.findings[:2])
    with pytest.raises(ig.SpecificationError, match=r"bpsk-a1: I .* 'quadrature' is missing"):
        check(dataclasses.replace(reference, numbers=(short, *reference.numbers[1:])))


def test_a_stored_question_that_its_routes_do_not_answer_is_an_error() -> None:
    reference = STORED["bpsk-a1"]
    with pytest.raises(ig.SpecificationError, match="the stored question is not the one"):
        check(dataclasses.replace(reference, question=reference.question.at_point(a=3)))
    with pytest.raises(ig.SpecificationError, match="no reference 'bpsk-a7'; near it are bpsk-a"):
        check(dataclasses.replace(reference, name="bpsk-a7"))


def test_a_document_gives_back_its_reference_and_its_specification_the_question() -> None:
    for each in STORED.values():
        written = json.loads(json.dumps(document(each)))
        assert reference_of(written) == each
        assert loads(json.dumps(written["specification"]), "json").question == each.question


@pytest.mark.parametrize("text", ["", "[]", '{"schema": "references/0", "references": []}', '{"schema": "references/1", "references": [{"name": "x"}]}'])
def test_text_that_holds_no_references_is_one_sentence(text: str) -> None:
    with pytest.raises(ig.SpecificationError) as caught:
        read(text)
    assert "\n" not in str(caught.value)


def test_making_a_reference_again_gives_the_stored_value() -> None:
    made = make(plan_of("bpsk-a2"))
    for number in made.numbers:
        assert_zero((number, 1), (number_of("bpsk-a2", number.quantity), -1))


@pytest.mark.parametrize("a", ["1/100", "1/2", "3", "8"])
def test_the_alternating_series_meets_the_proven_enclosure(a: str) -> None:
    from infograd.numeric import certified

    question = CATALOGUE["bpsk"].question.at_point(a=a)
    summed, enclosed = series.answer(question), certified.answer(question, radius="1e-25")
    assert isinstance(enclosed, ig.Answer)
    assert summed.value is not None
    assert enclosed.value is not None
    for one, other in ((summed.value, enclosed.value), *((summed.gradient[name], enclosed.gradient[name]) for name in ("a", "s2"))):
        gap = abs(Fraction(one.value) - Fraction(other.value))  # type: ignore[arg-type]  # scalars
        assert gap <= width(one.doubt) + width(other.doubt)
        assert width(one.doubt) < Fraction(1, 10**40)


def test_the_alternating_sum_bounds_its_error_and_not_by_being_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moments of the uniform law, sum (-1)^k/(k+1) = log 2, and of the mass at 1, where the bound is nearly met: sum (-1)^k = 1/2."""
    from flint import arb, ctx

    for terms in (4, 8, 16):
        monkeypatch.setattr(series, "TERMS", terms)
        with ctx.workprec(200):
            assert series.alternating_sum(lambda k: arb(1) / (k + 1)).contains(arb(2).log())
            found = series.alternating_sum(lambda k: arb(1))
            assert found.contains(arb(1) / 2)
            assert float(abs(found.mid() - arb(1) / 2)) >= 0.4 * float(found.rad())


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("radius", [Fraction(1, 3), Fraction(7, 10**9), Fraction(1, 10**20)])
def test_rounding_a_value_keeps_the_truth_inside_and_the_radius_narrow(sign: int, radius: Fraction) -> None:
    value = sign * Fraction(22, 7)
    shown, doubt = rounded(value, radius)
    assert abs(shown - value) + radius <= doubt <= Fraction(17, 10) * radius
    assert Fraction(decimal_text(shown)) == shown


def test_the_corpus_has_two_routes_for_every_number_and_reads_as_questions() -> None:
    found = one_stage.corpus()
    assert found.documents
    assert len(found.documents) == sum(len(each.documents) for each in found.asked)
    for each in found.asked:
        assert {stated["quantity"] for stated in each.documents} <= {"information", *each.question.wrt}


def test_a_wrong_digit_of_the_corpus_is_found_by_the_numeric_room() -> None:
    asked = next(each for each in one_stage.corpus().asked if abs(float(each.documents[0]["value"])) > 0.1)
    digits = asked.documents[0]["value"]
    wrong = {**asked.documents[0], "value": f"{digits[:8]}{(int(digits[8]) + 5) % 10}{digits[9:]}"}
    assert one_stage.check(asked).verdict.as_expected
    record = one_stage.check(dataclasses.replace(asked, documents=(wrong, *asked.documents[1:])))
    assert record.verdict.comparisons[0].status is ig.Status.DISAGREE


def test_a_corpus_record_with_one_route_is_an_error() -> None:
    record = one_stage.corpus().documents[0]
    with pytest.raises(ig.SpecificationError, match="fewer than two routes"):
        one_stage.read(json.dumps([{**record, "routes": record["routes"][:1]}]))
