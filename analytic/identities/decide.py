"""Deciding whether the score forms of the gradient and the direct derivative are one function of all parameters."""

from __future__ import annotations

import math
import random
import secrets
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Literal

from flint import fmpz

from infograd.analytic.asked import asked
from infograd.analytic.forms.term_count import term_bound
from infograd.analytic.identities.condition import Promises
from infograd.analytic.identities.field import Field, RationalFunctions, Residues, Sizes
from infograd.analytic.identities.probing import read_by_probing
from infograd.analytic.identities.proof import Proof
from infograd.analytic.identities.recursion import Recursion, Symmetric
from infograd.analytic.identities.scores import FORMS, Scores
from infograd.analytic.identities.system import read_by_forms
from infograd.analytic.identities.tangent import TangentRing, entry_name
from infograd.analytic.identities.transfer import Transfer
from infograd.analytic.refusal import NoClosedFormError
from infograd.analytic.ring import Entry, indices
from infograd.answer import Refusal
from infograd.array import shape_of
from infograd.channel import node_parameters
from infograd.error import SpecificationError
from infograd.graph import ancestors
from infograd.question import Question

ROOM, METHOD = "analytic", "identities"
Ring = Literal["exact", "prime"]
MOST_TERMS = 100_000
ERROR = Fraction(1, 2**100)
LEAST_BITS, STEP_BITS = 128, 64

Slopes = Mapping[tuple[Entry, str], Any]


def decide(question: Question, *, forms: Iterable[str] = tuple(FORMS), ring: Ring | None = None, seed: int | None = None) -> tuple[Proof, ...] | Refusal:
    """For every entry of `wrt` and every form of scores, whether that form is dI/d(entry), for all parameter values at once.

    The ring is that of rational functions where they are small enough, and else a prime field whose prime and point are
    drawn with `seed` (fresh, if none is given), with an error probability of at most 2^-100 for each proof.
    Raises: SpecificationError for an unknown form or ring, a seed that is no whole number, and what is no question. Source: arXiv:2601.01789, eqs. (18), (20), (22), (39), (63).
    """
    if isinstance(forms, str) or not isinstance(forms, Iterable):
        raise SpecificationError(f"forms is {forms!r}; name forms in a tuple, for example ('difference',).")
    forms = tuple(forms)
    for form in forms:
        if not isinstance(form, str) or form not in FORMS:
            raise SpecificationError(f"form is {form!r}; the forms are {', '.join(map(repr, FORMS))}.")
    if ring not in (None, "exact", "prime"):
        raise SpecificationError(f"ring is {ring!r}; write 'exact' or 'prime'.")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise SpecificationError(f"the seed is {seed!r}; write a whole number.")
    if asked(question).quantity != "information":
        return Refusal(ROOM, METHOD, f"nothing to decide: the score forms are of an information, not of an {question.quantity}")
    try:
        if ring is None:
            ring = "exact" if _is_rational(question) and term_bound(question) <= MOST_TERMS else "prime"
        return _Decision(question, forms).exact() if ring == "exact" else _Decision(question, forms).modulo(seed)
    except NoClosedFormError as reason:
        return Refusal(ROOM, METHOD, f"nothing to decide: {reason}")
    except ZeroDivisionError:
        return Refusal(ROOM, METHOD, "nothing to decide: the covariance of the asked nodes is singular, so they have no joint score")


def _is_rational(question: Question) -> bool:
    ring = TangentRing(Sizes(), frozenset())
    read_by_forms(ring, question)
    return not ring.free


class _Decision:
    def __init__(self, question: Question, forms: tuple[str, ...]) -> None:
        self.question, self.forms = question, forms
        self.promised = Promises(question)
        self.entries = [(name, index) for name in question.wrt for index in indices(shape_of(question.at[name]))]

    def exact(self) -> tuple[Proof, ...]:
        """The proofs in the field of rational functions of all parameters."""
        relevant = ancestors(self.question.channel, self.question.nodes)
        found = {parameter for node in self.question.channel.nodes if node.name in relevant for parameter in node_parameters(node)}
        names = [entry_name((each.name, index)) for each in sorted(found, key=lambda each: each.name) for index in indices(each.shape)]
        field = RationalFunctions(names)
        left, right = self._sides(field)
        proofs = []
        for entry in self.entries:
            for form in self.forms:
                difference = left[entry, form] - right[entry, form]
                witness = "0" if not difference else field.text(difference)
                proofs.append(self._proof(entry, form, not difference, f"Q({', '.join(names)})", None, None, (0, 0), Fraction(0), witness))
        return tuple(proofs)

    def modulo(self, seed: int | None) -> tuple[Proof, ...]:
        """The proofs at a random point modulo a random prime."""
        seed = secrets.randbits(128) if seed is None else seed
        left_sizes, right_sizes = self._sides(Sizes())
        sizes = {key: left_sizes[key] - right_sizes[key] for key in left_sizes}
        degree = max((size.top for size in sizes.values()), default=0)
        bits = max((size.top_bits for size in sizes.values()), default=0)
        length = LEAST_BITS
        while error_bound(length, degree, bits) > ERROR:
            length += STEP_BITS
        prime = drawn_prime(length, seed)
        field = Residues(prime, seed)
        left, right = self._sides(field)
        proofs = []
        for entry in self.entries:
            for form in self.forms:
                difference, size = left[entry, form] - right[entry, form], sizes[entry, form]
                equal = difference == field.constant(Fraction(0))
                if not equal and self.free:
                    raise NoClosedFormError("a difference was found that hangs on a function of the parameters other than a rational one")
                error = error_bound(length, size.top, size.top_bits) if equal else Fraction(0)
                proofs.append(self._proof(entry, form, equal, f"GF(p), p of {length} bits", prime, seed, (size.top, size.top_bits), error, str(difference)))
        return tuple(proofs)

    def _proof(
        self, entry: Entry, form: str, holds: bool, ring: str, prime: int | None, seed: int | None, size: tuple[int, int], error: Fraction, witness: str
    ) -> Proof:
        return Proof(self.question, entry, form, holds, self.promised(entry[0], form), ring, prime, seed, *size, error, witness)

    def _sides(self, field: Field[Any]) -> tuple[Slopes, Slopes]:
        wrt = frozenset(self.question.wrt)
        ring = TangentRing(field, wrt)
        direct = direct_slopes(field, Recursion(field, read_by_forms(ring, self.question)), self.question)
        self.free = ring.free
        reading = read_by_probing(TangentRing(field, wrt), self.question.channel, self.question.nodes).system
        left, right = self.question.between
        scores = Scores(Transfer(field, reading), *(reading.rows(names) for names in (left, right, self.question.given)))
        zero = field.constant(Fraction(0))
        places = [(entry, form) for entry in self.entries for form in self.forms]
        return {(entry, form): FORMS[form](scores, entry) for entry, form in places}, {(entry, form): direct.get(entry, zero) for entry, form in places}


def direct_slopes(field: Field[Any], recursion: Recursion, question: Question) -> Mapping[Entry, Any]:
    """dI(A;B|C) in every parameter entry that moves it, I = 1/2 log(det S_AC det S_BC / (det S_C det S_ABC))."""
    left, right, given = (recursion.system.rows(names) for names in (*question.between, question.given))
    half = field.constant(Fraction(1, 2))
    weights: Symmetric = {}
    for rows, sign in (([*left, *given], 1), ([*right, *given], 1), (given, -1), ([*left, *right, *given], -1)):
        for place, weight in recursion.log_determinant_weights(rows).items():
            signed = half * weight if sign > 0 else -(half * weight)
            weights[place] = weights[place] + signed if place in weights else signed
    return recursion.slopes(weights)


def error_bound(length: int, degree: int, bits: int) -> Fraction:
    """The probability that a polynomial with integer coefficients, not zero, vanishes at a random point modulo a random prime of that length.

    At most degree/p at the point. It vanishes identically for at most bits/(length - 1) primes of [2^(length-1), 2^length), of
    which there are more than 3 * 2^(length-1) / (5 (length - 1) log 2) (Rosser and Schoenfeld, Illinois J. Math. 6 (1962) 64, eq. 3.9).
    """
    least = 2 ** (length - 1)
    return Fraction(degree, least) + Fraction(math.ceil(bits / (length - 1)) * 5 * (length - 1), 3 * least)


def drawn_prime(length: int, seed: int) -> int:
    """A prime of that many bits, drawn uniformly with the seed and proved prime."""
    source = random.Random(f"prime {seed}")
    while True:
        candidate = source.getrandbits(length - 1) | 1 << (length - 1)
        if fmpz(candidate).is_prime():
            return candidate
