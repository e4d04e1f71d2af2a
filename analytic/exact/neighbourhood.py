"""Where Gaussian vectors are degenerate: why the information is infinite, and whether it has a slope.

The rank of a covariance may drop at one value of a parameter only. With every other parameter fixed, the determinant
ratio is then a function of that parameter with a removable point or a jump, and sympy decides which.
"""

from __future__ import annotations

from collections.abc import Iterable

import sympy  # type: ignore[import-untyped]  # sympy ships no type information
from flint import fmpq

from infograd.analytic.affine import Form, LinearChannel, linear_channel
from infograd.analytic.exact.elementary import ZERO, Scalar, is_zero
from infograd.analytic.exact.jet import Jet
from infograd.analytic.exact.jet_ring import JetRing
from infograd.analytic.exact.rank import Pattern, confirmed, pattern
from infograd.analytic.exact.rank_bound import stays
from infograd.analytic.forms.symbolic import SymbolicRing, determinant_ratio, symbolic_pattern, symbols_of
from infograd.analytic.refusal import NoClosedFormError, UndecidedError
from infograd.analytic.ring import Entry
from infograd.question import Question

DIGITS = 50
STEP = fmpq(1, 1024)
MOST_JOINT = 24


def point_pattern(question: Question, linear: LinearChannel[Jet]) -> Pattern:
    """The ranks at the question's point: by exact numbers and balls, and where a ball contains zero by sympy.

    Raises: UndecidedError where neither decides.
    """
    rows = _rows(linear)
    try:
        return pattern(*rows, is_zero)
    except UndecidedError:
        return confirmed(symbolic_pattern(linear_channel(SymbolicRing({}, question.at), question)), *rows, is_zero)


def confirm_beside(question: Question, found: Pattern, moved: Iterable[Entry]) -> None:
    """Check the independence that a symbolic pattern claims at a point near the question's.

    Raises: NoClosedFormError where the claim is not confirmed there, or the maps do not exist there.
    """
    confirmed(found, *_rows(linear_channel(JetRing(question).moved(moved, STEP), question)), is_zero)


def _rows(linear: LinearChannel[Jet]) -> tuple[list[list[Scalar]], list[list[Scalar]], list[list[Scalar]]]:
    groups = (linear.given, linear.left, linear.right)
    columns = sorted({primitive for group in groups for form in group for primitive in form.coefficients})

    def rows(forms: tuple[Form[Jet], ...]) -> list[list[Scalar]]:
        return [[form.coefficients[column].constant if column in form.coefficients else ZERO for column in columns] for form in forms]

    return rows(linear.given), rows(linear.left), rows(linear.right)


def why_infinite(question: Question) -> str:
    """One sentence on what determines what."""
    left, right = question.between
    known = _listed((*left, *question.given))
    if len(right) == 1 and question.channel.node(right[0]).shape == ():
        return f"{right[0]} is a deterministic function of {known}"
    return f"a linear combination of the entries of {_listed(right)} is a deterministic function of {known}"


def why_degenerate(question: Question) -> str:
    """One sentence on why the asked nodes have no density."""
    (names, _), given = question.between, question.given
    if len(names) == 1 and question.channel.node(names[0]).shape == ():
        return f"{names[0]} is {f'a deterministic function of {_listed(given)}' if given else 'not random'}, so it has no density"
    return f"a linear combination of the entries of {_listed(names)} is {f'fixed by {_listed(given)}' if given else 'fixed'}, so they have no joint density"


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def why_no_slope(question: Question, entry: Entry, found: Pattern) -> str | None:
    """Why the information has no derivative in one entry at a point where its nodes are degenerate; None where it has one.

    A derivative taken along the kept entries is the true one where the rank is locally constant, and also where the
    ratio has a removable point: kept entries then tell at most as much as all, and as much at the point itself.
    Raises: NoClosedFormError where sympy does not decide it.
    """
    if stays(question, found, (entry,)):
        return None
    symbols = {entry: symbols_of(question.channel)[entry]}
    if symbolic_pattern(linear_channel(SymbolicRing(symbols, question.at), question)) == found:
        return None
    name = str(symbols[entry])
    beside, ratio = determinant_ratio(question, symbols)
    confirm_beside(question, beside, (entry,))
    if ratio is None:
        return f"the information is infinite for all other values of {name} near this one"
    _, here = determinant_ratio(question, {})
    there = ratio.subs(symbols[entry], SymbolicRing({}, question.at).parameter(*entry))
    if there.is_finite and sympy.cancel(there - here) == 0:
        if beside.given == found.given:
            return None
        raise NoClosedFormError(f"the slope where the given nodes determine one another at this value of {name} only")
    if there.is_infinite or (there.is_finite and abs((there - here).evalf(DIGITS)) > sympy.Float(10) ** (10 - DIGITS)):
        return f"the information jumps at this value of {name}: entries are degenerate here and not beside it"
    raise NoClosedFormError(f"whether the information jumps at this value of {name} is not decided")


def stays_jointly(question: Question, found: Pattern, free: Iterable[Entry]) -> bool:
    """Whether the pattern at the question's point is that of all points beside it, whichever of the free entries move.

    Raises: NoClosedFormError where too many entries stand in the maps to decide it in a field of rational functions.
    """
    symbols = symbols_of(question.channel)
    linear = linear_channel(SymbolicRing({entry: symbols[entry] for entry in free}, question.at), question)
    coefficients = [coefficient for group in (linear.given, linear.left, linear.right) for form in group for coefficient in form.coefficients.values()]
    count = len(set().union(*(coefficient.free_symbols for coefficient in coefficients)))
    if count > MOST_JOINT:
        raise NoClosedFormError(
            f"second derivatives in {count} entries of the maps where nodes are degenerate, and at most {MOST_JOINT} are decided; name fewer in wrt, or ask order 1"
        )
    return symbolic_pattern(linear) == found
