"""LaTeX of expressions, laws, channels and questions."""

from __future__ import annotations

import re
from fractions import Fraction

from infograd.array import Array, entries
from infograd.channel import Channel, Source
from infograd.expression import Apply, Constant, Expression, Opaque, Parameter, Reference
from infograd.law import Law, Mixture, Normal
from infograd.question import Question

_GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
    ]
)
_SUM, _PRODUCT, _UNARY, _POWER, _ATOM = range(5)


def name_latex(name: str) -> str:
    """A name as a symbol: Greek names as letters, trailing digits as an index, longer words upright."""
    stem, digits = re.fullmatch(r"(.*?)(?:_?(\d+))?", name).groups()  # type: ignore[union-attr]  # the pattern matches every name
    if not stem:
        stem, digits = name, ""
    letter = f"\\{stem}" if stem in _GREEK else stem if len(stem) == 1 else f"\\mathrm{{{stem.replace('_', chr(92) + '_')}}}"
    return f"{letter}_{{{digits}}}" if digits else letter


def number_latex(value: Fraction | float) -> str:
    """A number; a fraction that is no short decimal as a fraction."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator)
    sign = "-" if value < 0 else ""
    if value.denominator > 10**6:
        digits, _, exponent = f"{float(value):.6g}".partition("e")
        return rf"{digits} \cdot 10^{{{int(exponent)}}}" if exponent else digits
    return f"{sign}\\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def array_latex(value: Array) -> str:
    """A number, a column, or a matrix."""
    if not isinstance(value, tuple):
        return number_latex(value)
    rows = [" & ".join(map(array_latex, row)) if isinstance(row, tuple) else number_latex(row) for row in value]
    return "\\begin{pmatrix} " + " \\\\ ".join(rows) + " \\end{pmatrix}"


def _in_parentheses(text: str) -> str:
    return f"\\left({text}\\right)"


def _binary(expression: Apply) -> tuple[str, int]:
    def part(position: int, least: int) -> str:
        return _wrapped(expression.arguments[position], least)

    match expression.operation:
        case "add":
            right = part(1, _SUM)
            return f"{part(0, _SUM)} - {right[1:]}" if right.startswith("-") else f"{part(0, _SUM)} + {right}", _SUM
        case "subtract":
            return f"{part(0, _SUM)} - {part(1, _PRODUCT)}", _SUM
        case "multiply":
            right = part(1, _PRODUCT)
            gap = r" \cdot " if right[0].isdigit() else " "
            return f"{part(0, _PRODUCT)}{gap}{right}", _PRODUCT
        case "matmul":
            return f"{part(0, _PRODUCT)} {part(1, _UNARY)}", _PRODUCT
        case "dot":
            return f"\\left\\langle {part(0, _SUM)}, {part(1, _SUM)} \\right\\rangle", _ATOM
        case "divide":
            return f"\\frac{{{part(0, _SUM)}}}{{{part(1, _SUM)}}}", _UNARY
        case "power":
            return f"{part(0, _ATOM)}^{{{part(1, _SUM)}}}", _POWER
        case _:
            return _entry(expression), _ATOM


def _entry(expression: Expression) -> str:
    """An entry with all its indices in one; braces keep them apart from an index of the name."""
    positions: list[str] = []
    while isinstance(expression, Apply) and expression.operation == "index":
        expression, position = expression.arguments
        positions.insert(0, expression_latex(position))
    return f"{{{_wrapped(expression, _ATOM)}}}_{{[{', '.join(positions)}]}}"


def _unary(expression: Apply) -> tuple[str, int]:
    argument = expression.arguments[0]
    inner = _wrapped(argument, _SUM)
    match expression.operation:
        case "negative":
            return f"-{_wrapped(argument, _PRODUCT)}", _SUM
        case "sqrt":
            return f"\\sqrt{{{inner}}}", _ATOM
        case "abs":
            return f"\\left|{inner}\\right|", _ATOM
        case "transpose":
            return f"{_wrapped(argument, _ATOM)}^{{\\mathsf{{T}}}}", _POWER
        case "sum":
            return f"\\mathbf{{1}}^{{\\mathsf{{T}}}} {_wrapped(argument, _UNARY)}", _PRODUCT
        case "stack":
            return "\\begin{pmatrix} " + " \\\\ ".join(_wrapped(each, _SUM) for each in expression.arguments) + " \\end{pmatrix}", _ATOM
        case "clip":
            low, high = (_wrapped(each, _SUM) for each in expression.arguments[1:])
            return f"\\mathrm{{clip}}_{{[{low}, {high}]}}{_in_parentheses(inner)}", _UNARY
        case "tanh" | "sin" | "cos" | "exp" | "log":
            return f"\\{expression.operation}{_in_parentheses(inner)}", _UNARY
        case _:
            return f"\\mathrm{{{expression.operation}}}{_in_parentheses(inner)}", _UNARY


_BINARY = frozenset({"add", "subtract", "multiply", "matmul", "dot", "divide", "power", "index"})


def _printed(expression: Expression) -> tuple[str, int]:
    if isinstance(expression, Constant):
        text = array_latex(expression.value)
        return text, _SUM if text.startswith("-") else _UNARY if text.startswith("\\tfrac") else _ATOM
    if isinstance(expression, Parameter | Reference):
        return name_latex(expression.name), _ATOM
    if isinstance(expression, Opaque):
        inputs = ", ".join(expression_latex(each) for each in expression.inputs)
        return f"{name_latex(expression.name)}{_in_parentheses(inputs)}", _UNARY
    return _binary(expression) if expression.operation in _BINARY else _unary(expression)


def _wrapped(expression: Expression, least: int) -> str:
    text, strength = _printed(expression)
    return text if strength >= least else _in_parentheses(text)


def expression_latex(expression: Expression) -> str:
    """The LaTeX of an expression."""
    return _printed(expression)[0]


def _rows(vector: Expression) -> list[Expression]:
    """The entries of a vector, as they stand where they stand one by one."""
    if isinstance(vector, Constant):
        return [Constant(value) for _, value in entries(vector.value)]
    if isinstance(vector, Apply) and vector.operation == "stack":
        return list(vector.arguments)
    return list(vector)


def law_latex(law: Law) -> str:
    """The LaTeX of a law, its arguments in order."""
    if isinstance(law, Mixture):
        parts = [f"{expression_latex(weight)} \\, {law_latex(component)}" for weight, component in zip(_rows(law.weights), law.components, strict=True)]
        return " + ".join(parts)
    arguments = ", ".join(expression_latex(argument) for argument in law.arguments.values())
    if isinstance(law, Normal):
        return f"\\mathcal{{N}}{_in_parentheses(arguments)}"
    return f"\\mathrm{{{type(law).__name__}}}{_in_parentheses(arguments)}"


def channel_latex(channel: Channel) -> tuple[str, ...]:
    """One line of LaTeX for each node."""
    lines = []
    for node in channel.nodes:
        name = name_latex(node.name)
        if isinstance(node, Source):
            lines.append(f"{name} \\sim {law_latex(node.law)}")
        elif node.noise is None:
            lines.append(f"{name} = {expression_latex(node.map)}")
        else:
            noise = f"N_{{{name}}}"
            lines.append(f"{name} = {expression_latex(node.map)} + {noise}, \\quad {noise} \\sim {law_latex(node.noise)}")
    return tuple(lines)


def question_latex(question: Question) -> str:
    """I(A;B|C) or h(A|C) in symbols."""
    left, right, given = (", ".join(map(name_latex, names)) for names in (*question.between, question.given))
    condition = rf" \mid {given}" if given else ""
    return f"{question.symbol}({left}{f'; {right}' if right else ''}{condition})"
