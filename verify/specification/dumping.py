"""A question as the text of a specification file, the inverse of `loads`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from infograd.array import Array
from infograd.channel import Node, Source
from infograd.error import SpecificationError
from infograd.expression import Constant, Expression
from infograd.law import Law, Mixture, Normal, StudentT
from infograd.question import Question
from infograd.verify.specification.printing import to_text
from infograd.verify.specification.schema import SCHEMA


def dump(question: Question, name: str) -> str:
    """TOML that `loads` reads back as an equal question under that name.

    Raises: SpecificationError for an opaque module, and for a source that stands after a gate: a file lists its sources first.
    """
    channel = question.channel
    kinds = [isinstance(node, Source) for node in channel.nodes]
    if kinds != sorted(kinds, reverse=True):
        late = channel.nodes[kinds.index(True, kinds.index(False))]
        raise SpecificationError(
            f"Source {late.name!r} stands after a gate, and a specification file lists its sources first; build the channel in that order."
        )
    lines = [f'schema = "{SCHEMA}"', f'name = "{name}"']
    if channel.defaults:
        lines.append(f"parameters = {_values(channel.defaults)}")
    for node in channel.nodes:
        lines += _node(node)
    left, right = map(_names, question.between)
    lines += ["", "[question]", f"between = [{left}, {right}]"]
    if question.given:
        lines.append(f"given = {_names(question.given)}")
    lines.append(f"wrt = {_names(question.wrt)}")
    moved = {key: value for key, value in question.at.items() if channel.defaults.get(key) != value}
    if moved:
        lines.append(f"at = {_values(moved)}")
    if question.quantity != "information":
        lines.append(f'quantity = "{question.quantity}"')
    if question.order != 1:
        lines.append(f"order = {question.order}")
    return "\n".join(lines) + "\n"


def _node(node: Node) -> list[str]:
    if isinstance(node, Source):
        return ["", "[[source]]", f'name = "{node.name}"', f"law = {_law(node.law)}"]
    lines = ["", "[[gate]]", f'name = "{node.name}"', f"map = {_leaf(node.map)}"]
    return lines if node.noise is None else [*lines, f"noise = {_law(node.noise)}"]


def _law(law: Law) -> str:
    arguments = {key: _leaf(argument) for key, argument in law.arguments.items()}
    kind = "student_t" if isinstance(law, StudentT) else type(law).__name__.lower()
    if isinstance(law, Normal) and not law.shape:
        arguments["variance"] = arguments.pop("covariance")
    if isinstance(law, Mixture):
        arguments["components"] = f"[{', '.join(map(_law, law.components))}]"
    return f"{{ {kind} = {_table(arguments)} }}"


def _leaf(expression: Expression) -> str:
    return _array(expression.value) if isinstance(expression, Constant) else f'"{to_text(expression)}"'


def _array(value: Array) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_array, value))}]"
    text = str(value)
    return f'"{text}"' if "/" in text else text


def _names(names: Iterable[str]) -> str:
    return f"[{', '.join(f'{chr(34)}{name}{chr(34)}' for name in names)}]"


def _values(values: Mapping[str, Array]) -> str:
    return _table({key: _array(value) for key, value in values.items()})


def _table(entries: Mapping[str, str]) -> str:
    return f"{{ {', '.join(f'{key} = {text}' for key, text in entries.items())} }}" if entries else "{}"
