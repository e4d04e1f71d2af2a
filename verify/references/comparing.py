"""Making reference values, and holding stored ones against their routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from infograd.answer import Access, Answer, Refusal
from infograd.error import SpecificationError
from infograd.mapping import FrozenMapping
from infograd.quantity import Doubt, Quantity
from infograd.record import Record
from infograd.verdict import Comparison, Side, Status, Verdict
from infograd.verify.comparing import compare
from infograd.verify.judging import gradient_name
from infograd.verify.policy import STANDARD
from infograd.verify.references.decimals import rounded
from infograd.verify.references.plans import Plan, plan_of
from infograd.verify.references.reference import Finding, Number, Reference

ROOM = "reference"
PROVEN = replace(STANDARD, rtol=0.0)


def _quantities(answer: Answer) -> dict[str, Quantity]:
    values = {} if answer.value is None else {"I": answer.value}
    return values | {gradient_name(name): quantity for name, quantity in answer.gradient.items()}


def answered(plan: Plan) -> dict[str, dict[str, Quantity]]:
    """The numbers of every route by name.

    Raises: SpecificationError where a route refuses.
    """
    found = {}
    for route in plan.routes:
        reply = route.answer()
        if isinstance(reply, Refusal):
            raise SpecificationError(f"{plan.name}: the route {route.name!r} refused: {reply.reason}")
        found[route.name] = _quantities(reply)
    return found


def _finding(route: str, quantity: Quantity) -> Finding:
    """The finding to the digits that its doubt leaves."""
    proved, estimated = Fraction(quantity.doubt.proved), Fraction(quantity.doubt.estimated)  # type: ignore[arg-type]  # references are scalars
    value, radius = rounded(Fraction(quantity.value), proved + estimated)  # type: ignore[arg-type]
    return Finding(route, value, Doubt(estimated=radius) if estimated else Doubt(proved=radius))


def make(plan: Plan) -> Reference:
    """The reference that the plan's routes make now.

    Raises: SpecificationError where a route refuses, or disagrees with the first one.
    """
    found = answered(plan)
    numbers = []
    for quantity in found[plan.routes[0].name]:
        findings = tuple(_finding(route, stated[quantity]) for route, stated in found.items() if quantity in stated)
        numbers.append(Number(quantity, findings[0].value, findings[0].doubt, findings))
    made = Reference(plan.name, plan.family, plan.question, plan.made, tuple(numbers))
    failed = [each for each in comparisons(made, found) if each.status is not Status.AGREE]
    if failed:
        raise SpecificationError(
            f"{plan.name}: {failed[0].quantity} by {failed[0].right.method} differs by {failed[0].gap:.1e}, allowed {failed[0].allowed:.1e}."
        )
    return made


def comparisons(reference: Reference, found: Mapping[str, Mapping[str, Quantity]]) -> Iterator[Comparison]:
    """Every stored number against every route that gives it; between two proven numbers there is no rounding to allow for.

    Raises: SpecificationError where a number was confirmed by other routes than those that give it now.
    """
    for number in reference.numbers:
        confirmed = {finding.route for finding in number.findings}
        giving = {route: stated[number.quantity] for route, stated in found.items() if number.quantity in stated}
        if confirmed != set(giving):
            lost = ", ".join(map(repr, sorted(confirmed ^ set(giving))))
            raise SpecificationError(
                f"{reference.name}: {number.quantity} is not confirmed by the same routes as it is made by: {lost} is missing on one side."
            )
        left = Side(ROOM, "stored", number.value, number.doubt)
        for route, quantity in giving.items():
            right = Side("verify" if route == "alternating series" else "numeric", route, quantity.value, quantity.doubt)
            policy = STANDARD if number.doubt.estimated or quantity.doubt.estimated else PROVEN
            yield compare(number.quantity, (), left, right, floor=policy.least_scale, alpha=policy.alpha, policy=policy)


def _stored(reference: Reference) -> Answer:
    quantities = {number.quantity: Quantity(number.value, number.doubt) for number in reference.numbers}
    gradient = {name: quantities[gradient_name(name)] for name in reference.question.wrt if gradient_name(name) in quantities}
    return Answer(ROOM, "stored", Access.MODEL, quantities.get("I"), FrozenMapping(gradient), citation=reference.made)


def check(reference: Reference) -> Record:
    """The stored values held against all of their routes, computed again.

    Raises: SpecificationError for a reference that has no plan or whose question is another one, for a route that refuses, and for one that is missing.
    """
    plan = plan_of(reference.name)
    if plan.question != reference.question:
        raise SpecificationError(f"{reference.name}: the stored question is not the one that its routes answer; make it again with --store.")
    found = tuple(comparisons(reference, answered(plan)))
    return Record(reference.name, reference.question, (_stored(reference),), verdict(found), (), reference.command)


def verdict(found: tuple[Comparison, ...]) -> Verdict:
    """The verdict on stored numbers: the worst status among their comparisons, and which routes they disagree with."""
    statuses = {each.status for each in found}
    status = next((kind for kind in (Status.DISAGREE, Status.POWERLESS, Status.AGREE) if kind in statuses), Status.UNANSWERED)
    against = sorted({each.right.method for each in found if each.status is Status.DISAGREE})
    return Verdict(status, found, (), f"The stored value is not what {', '.join(against)} gives." if against else "")
