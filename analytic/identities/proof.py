"""A decided identity: what was compared, in which ring, with which probability of error; it can be decided again by itself."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from fractions import Fraction

from infograd.analytic.ring import Entry
from infograd.document import from_document, to_document
from infograd.error import SpecificationError
from infograd.question import Question

ROUTES = (
    "scores and motions, over T = (1 - A)^-1 by vector-Jacobian products, maps read by probing",
    "direct differentiation of 1/2 log det, over covariances by topological recursion, maps read as affine forms",
)


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a form of scores and dI/d(entry) are one function of all parameters.

    In the ring of rational functions the decision is exact. Modulo a prime drawn with `seed`, at a point drawn with it,
    two different functions are taken for one with probability `error` at most: `degree` and `bits` bound the degree and
    the coefficients of their difference's numerator. A difference that is seen is certain in both. `promised` says
    whether the graph's separations promise the identity; `witness` is the difference, or its residue.
    """

    question: Question
    entry: Entry
    form: str
    holds: bool
    promised: bool
    ring: str
    prime: int | None
    seed: int | None
    degree: int
    bits: int
    error: Fraction
    witness: str
    routes: tuple[str, str] = ROUTES

    def to_json(self) -> str:
        """The proof as one JSON object, with its question, for `from_json` to read back and check elsewhere."""
        return json.dumps({**asdict(self), "question": to_document(self.question), "error": str(self.error)})

    @staticmethod
    def from_json(text: str) -> Proof:
        """The proof of a text that `to_json` wrote.

        Raises: SpecificationError for a text that is no proof.
        """
        try:
            content = json.loads(text)
        except (ValueError, TypeError) as error:
            raise SpecificationError(f"the text is no JSON ({error}); give a text that to_json wrote.") from None
        names = [each.name for each in fields(Proof)]
        if not isinstance(content, dict) or sorted(content) != sorted(names):
            raise SpecificationError(f"the text is no proof; give a text that to_json wrote, one object with {', '.join(names)}.")
        if not isinstance(content["question"], dict):
            raise SpecificationError(f"the question of the proof is {content['question']!r}; give a text that to_json wrote.")
        try:
            name, index = content["entry"]
            read = {"entry": (name, tuple(index)), "error": Fraction(content["error"]), "routes": tuple(content["routes"])}
        except (ValueError, TypeError) as error:
            raise SpecificationError(f"the entry, the error or the routes of the proof are not as to_json writes them ({error}).") from None
        return Proof(**{**content, **read, "question": from_document(content["question"])})

    def check(self) -> bool:
        """Whether deciding it again, in the same ring with the same seed, comes to the same proof."""
        from infograd.analytic.identities.decide import decide

        found = decide(self.question, forms=(self.form,), ring="exact" if self.prime is None else "prime", seed=self.seed)
        return isinstance(found, tuple) and self in found
