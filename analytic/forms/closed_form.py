"""Closed forms: an information or an entropy and its gradient as expressions in the parameters, for reading and for substitution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy  # type: ignore[import-untyped]  # sympy ships no type information

from infograd.analytic.asked import asked
from infograd.analytic.exact.answer import ROOM
from infograd.analytic.exact.neighbourhood import confirm_beside, why_infinite
from infograd.analytic.exact.rank import Pattern
from infograd.analytic.expression import Symbolic
from infograd.analytic.forms.entropy_form import volume
from infograd.analytic.forms.mathjson import mathjson, name_mathjson
from infograd.analytic.forms.symbolic import determinant_ratio, rational, symbols_of
from infograd.analytic.forms.term_count import MOST_BOUND, term_bound
from infograd.analytic.refusal import NoClosedFormError
from infograd.analytic.ring import Entry, indices
from infograd.answer import Refusal
from infograd.array import entries, shape_of, with_shape
from infograd.channel import node_parameters
from infograd.graph import ancestors
from infograd.latex import name_latex
from infograd.mapping import FrozenMapping, Point
from infograd.question import Question

METHOD = "closed form"
MOST_SYMBOLS, MOST_TERMS = 8, 16


@dataclass(frozen=True, slots=True)
class Written:
    """A closed form in one notation: its value, and its gradient by parameter in nested tuples of the parameter's shape."""

    value: Any
    gradient: FrozenMapping[Any]


@dataclass(frozen=True, slots=True)
class ClosedForm:
    """I(A;B|C) = 1/2 log(`ratio`), or h(A|C) = 1/2 log((2 pi e)^`dimension` `ratio`), in nats, and its gradient, by parameter in
    nested tuples of the parameter's shape.

    `signal` is the ratio minus 1, the signal-to-noise ratio where one side is a scalar. `dimension` is the number of entries of
    A in an entropy, and 0 in an information. `symbols` holds each parameter's symbols in its shape. The expressions hold
    wherever no rank of the nodes' covariance drops. `value` and `gradient` are sympy's; `latex` and `mathjson` write both.
    """

    signal: Symbolic
    scalar_side: bool
    gradient: FrozenMapping[Any]
    symbols: FrozenMapping[Any]
    dimension: int = 0

    @property
    def ratio(self) -> Symbolic:
        """det S_B|C / det S_B|AC, as 1 + signal/noise where one side is a scalar; det S_A|C in an entropy."""
        return 1 + self.signal if self.scalar_side else _factored(1 + self.signal)

    @property
    def information(self) -> Symbolic:
        """1/2 log(ratio), which is the information where one was asked."""
        return sympy.log(self.ratio) / 2

    @property
    def value(self) -> Symbolic:
        """The information or the entropy."""
        return sympy.log((2 * sympy.pi * sympy.E) ** self.dimension * self.ratio) / 2

    def substitutions(self, at: Point) -> dict[Symbolic, Symbolic]:
        """The symbols' values at a point, exact."""
        return {
            symbol: rational(value) for name, array in self.symbols.items() for (_, symbol), (_, value) in zip(entries(array), entries(at[name]), strict=True)
        }

    def mathjson(self) -> Written:
        """The form in MathJSON, ready for `json.dumps`.

        Raises: SpecificationError for a parameter with the name of a constant of MathJSON.
        """
        names = self._names(name_mathjson)
        return self._written(mathjson(self.value, names), lambda expression: mathjson(expression, names))

    def latex(self) -> Written:
        """The form in LaTeX."""
        names = self.latex_names()

        def text(expression: Symbolic) -> str:
            return str(sympy.latex(expression, symbol_names=names))

        return self._written(self._value_latex(text), text)

    def latex_names(self) -> dict[Symbolic, str]:
        """The LaTeX of every symbol."""
        return self._names(_entry_latex)

    def _names(self, write: Callable[[str, tuple[int, ...]], Any]) -> dict[Symbolic, Any]:
        return {symbol: write(name, index) for name, array in self.symbols.items() for index, symbol in entries(array)}

    def _written(self, value: Any, write: Callable[[Symbolic], Any]) -> Written:
        slopes = {name: with_shape((write(slope) for _, slope in entries(array)), shape_of(array)) for name, array in self.gradient.items()}
        return Written(value, FrozenMapping(slopes))

    def _value_latex(self, text: Callable[[Symbolic], str]) -> str:
        ratio = text(self.ratio)
        if self.dimension:
            unit = "2 \\pi e" if self.dimension == 1 else f"\\left(2 \\pi e\\right)^{{{self.dimension}}}"
            factor = f"\\left({ratio}\\right)" if self.ratio.is_Add else ratio
            return f"\\tfrac{{1}}{{2}} \\log\\left({unit} \\, {factor}\\right)"
        if self.signal == 0:
            return "0"
        argument = f"1 + {text(self.signal)}" if self.scalar_side else ratio
        return f"\\tfrac{{1}}{{2}} \\log\\left({argument}\\right)"


def _entry_latex(name: str, index: tuple[int, ...]) -> str:
    return name_latex(name) if not index else f"{{{name_latex(name)}}}_{{[{','.join(map(str, index))}]}}"


def _factored(expression: Symbolic) -> Symbolic:
    return sympy.factor(sympy.cancel(expression))


def relevant_entries(question: Question) -> list[Entry]:
    """The parameter entries that the question's nodes depend on."""
    relevant = ancestors(question.channel, question.nodes)
    found = {parameter for node in question.channel.nodes if node.name in relevant for parameter in node_parameters(node)}
    return [(parameter.name, index) for parameter in sorted(found, key=lambda each: each.name) for index in indices(parameter.shape)]


def closed_form(question: Question) -> ClosedForm | Refusal:
    """The symbolic I(A;B|C) or h(A|C) and its gradient in the question's parameters, for at most 8 scalar parameters and 16 terms.

    Raises: SpecificationError for what is no question.
    Source: arXiv:2601.01789, eqs. (33)-(34), (45)-(46), (65)-(66) are instances.
    """
    found = relevant_entries(asked(question))
    if len(found) > MOST_SYMBOLS:
        return Refusal(ROOM, METHOD, f"no closed form: the nodes depend on {len(found)} scalar parameters, and at most {MOST_SYMBOLS} are written out")
    try:
        bound = term_bound(question)
        if bound > MOST_BOUND:
            return Refusal(ROOM, METHOD, f"no closed form: a determinant may have {bound} terms, and at most {MOST_BOUND} are expanded")
        return _closed_form(question, found)
    except NoClosedFormError as reason:
        return Refusal(ROOM, METHOD, f"no closed form: {reason}")


def _ratio(question: Question, free: dict[Entry, Symbolic]) -> tuple[Pattern, Symbolic]:
    if question.quantity == "entropy":
        pattern, ratio = volume(question, free)
        confirm_beside(question, pattern, free)
        return pattern, ratio
    pattern, found = determinant_ratio(question, free)
    confirm_beside(question, pattern, free)
    if found is None:
        raise NoClosedFormError(f"the information is infinite: {why_infinite(question)}")
    return pattern, found


def _closed_form(question: Question, found: list[Entry]) -> ClosedForm:
    every = symbols_of(question.channel)
    pattern, ratio = _ratio(question, {entry: every[entry] for entry in found})
    signal = sympy.cancel(ratio - 1)
    terms = sum(len(sympy.Add.make_args(part)) for part in sympy.fraction(signal))
    if terms > MOST_TERMS:
        raise NoClosedFormError(f"it has {terms} terms, and at most {MOST_TERMS} are written out")
    signal = sympy.factor(signal)
    shapes = {name: shape_of(array) for name, array in question.at.items()}

    def arranged(name: str, values: dict[Entry, Symbolic]) -> Any:
        return with_shape((values[name, index] for index in indices(shapes[name])), shapes[name])

    asked = [(name, index) for name in question.wrt for index in indices(shapes[name])]
    slopes = dict(zip(asked, _slopes(signal, [every[entry] for entry in asked]), strict=True))
    entropy = question.quantity == "entropy"
    return ClosedForm(
        signal,
        not entropy and 1 in (len(pattern.left), len(pattern.right)),
        FrozenMapping({name: arranged(name, slopes) for name in question.wrt}),
        FrozenMapping({name: arranged(name, every) for name in shapes}),
        len(pattern.left) if entropy else 0,
    )


def _slopes(signal: Symbolic, symbols: list[Symbolic]) -> list[Symbolic]:
    """The derivatives of 1/2 log(1 + signal) in lowest terms, d = (n' m - n m') / (2 m (n + m)) for signal = n/m."""
    top, bottom = sympy.fraction(signal)
    total = top + bottom
    slopes = []
    for symbol in symbols:
        change = sympy.expand(sympy.diff(top, symbol) * bottom - top * sympy.diff(bottom, symbol))
        over_bottom, first = sympy.fraction(sympy.cancel(change / bottom))
        over_total, second = sympy.fraction(sympy.cancel(over_bottom / total))
        slopes.append(sympy.factor(over_total) * (sympy.Rational(1, 2) / sympy.factor(first) / sympy.factor(second)))
    return slopes
