"""`certify` and `answer`: a question goes to the first theorem whose hypotheses it meets - one stage, two users, two hops, a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from infograd.answer import Access, Answer, Refusal
from infograd.array import exact
from infograd.mapping import FrozenMapping
from infograd.numeric.certified import multiple_access, one_stage
from infograd.numeric.certified.enclosures import Certificate
from infograd.numeric.certified.graph import theorem as graph
from infograd.numeric.certified.one_stage import RadiusError
from infograd.numeric.certified.reading import OutsideTheoremError
from infograd.numeric.certified.two_hop import theorem as two_hop
from infograd.question import Question

METHOD = "certified"
CITATION = "the proofs in docs/proof.md, docs/proof-two-hop.md and docs/proof-graph.md"
ROOM = "numeric"
SEVERAL = {"two users": multiple_access.enclose, "two hops": two_hop.enclose, "a network": graph.enclose}


def certify(
    question: Question,
    *,
    radius: Fraction | str | float = Fraction(1, 10**20),
    variances: Iterable[str] = (),
    around: Mapping[str, Fraction] | None = None,
) -> Certificate:
    """Enclosures of the information, the entropy of the output and the derivatives that the question asks, each of at most that radius, in nats.

    One stage Y = f(X) + Z with Gaussian noise and a bounded analytic map, or one that grows (polynomials and softplus beside bounded maps; first derivatives);
    two users, Y = f1(X1) + f2(X2) + Z; two hops, V = f1(X) + N1 and Y = f2(V) + N2; networks of such sources and gates with several outputs, and at most
    one hidden noisy gate behind them. `variances` and `around` are `one_stage.certify`'s, and of one stage only.
    Raises: OutsideTheoremError with the hypothesis that each theorem misses; RadiusError, which carries the best enclosure; SpecificationError for a
    radius that is not positive.
    """
    forms = tuple(variances)
    try:
        return one_stage.certify(question, radius=radius, variances=forms, around=around)
    except OutsideTheoremError as reason:
        if forms or around:
            raise
        missed = [f"one stage: {reason}"]
    for name, enclose in SEVERAL.items():
        found = enclose(question, exact(radius, "the radius"))
        if isinstance(found, Certificate):
            return found
        missed.append(f"{name}: {found.reason.rstrip('.')}")
    raise OutsideTheoremError("; ".join(missed))


def answer(question: Question, *, radius: Fraction | str | float = Fraction(1, 10**20)) -> Answer | Refusal:
    """The certificate as an answer of the numeric room: exact midpoints, radii as proven doubts; the best enclosure where the radius is not met."""
    try:
        certificate = certify(question, radius=radius)
    except RadiusError as reason:
        certificate = reason.best
    except OutsideTheoremError as reason:
        return Refusal(ROOM, METHOD, f"{reason}.")
    gradient = FrozenMapping({name: each.quantity() for name, each in certificate.gradient.items()})
    hessian = FrozenMapping({name: each.quantity() for name, each in certificate.hessian.items()})
    return Answer(ROOM, METHOD, Access.MODEL, certificate.value.quantity(), gradient, hessian, CITATION, certificate.cost)
