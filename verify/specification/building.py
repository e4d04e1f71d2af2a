"""From the tables of a file to a channel and its question."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from keyword import iskeyword
from typing import Any

from infograd.array import Array, shape_of
from infograd.channel import Channel, Gate, Node, Source, check_domain
from infograd.error import SpecificationError
from infograd.expression import Constant, Expression, Parameter, Reference, apply, checked_name
from infograd.law import Exponential, Laplace, Law, Logistic, Mixture, Normal, Points, StudentT, Uniform
from infograd.question import Question
from infograd.verify.specification.limits import CHANNEL_NODES
from infograd.verify.specification.order import cycle_text, cycles, names_used
from infograd.verify.specification.place import Path
from infograd.verify.specification.problems import Problems
from infograd.verify.specification.schema import Document, GateTable, LawTable, QuestionTable, SourceTable
from infograd.verify.specification.text import exact_text, parse

_LAWS: dict[str, Callable[..., Law]] = {
    "uniform": Uniform,
    "laplace": Laplace,
    "logistic": Logistic,
    "exponential": Exponential,
    "student_t": StudentT,
    "points": Points,
}


def build(document: Document) -> Question:
    """The question that the file asks.

    Raises: SpecificationError with one sentence a line, each with its path into the file.
    """
    return _Builder(document).question()


def exact_value(value: Any) -> Array:
    """The exact number or nested numbers of a leaf that holds no formula."""
    return _constant(value).value


def _constant(value: Any) -> Constant:
    if isinstance(value, str):
        return exact_text(value)
    return Constant([exact_value(row) for row in value] if isinstance(value, list) else value)


class _Builder:
    """One file on its way; `names` holds what a formula may use, `standing` the nodes built, `failed` those that could not be."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems = Problems()
        self.names: dict[str, Expression] = {}
        self.standing: list[tuple[Path, Node]] = []
        self.failed: set[str] = set()
        self.values: dict[str, Array] = {}
        self.defaults: dict[str, Array] = {}
        self.overrides: dict[str, Array] = {}

    def question(self) -> Question:
        """The question; all complaints come together."""
        self.read_parameters()
        self.check_size()
        broken = self.find_disorder()
        self.failed |= broken
        for position, source in enumerate(self.document.source):
            self.stand(("source", position), source, self.source)
        for position, gate in enumerate(self.document.gate):
            if gate.name not in broken:
                self.stand(("gate", position), gate, self.gate)
        self.check_domains()
        self.problems.raise_any()
        with self.problems.at("parameters"):
            channel = Channel(*(node for _, node in self.standing), defaults=self.defaults)
        self.problems.raise_any()
        return self.ask(channel, self.document.question)

    def read_parameters(self) -> None:
        """The values of the parameters, and of the question's point, which override them."""
        for path, table, values in (
            (("parameters",), self.document.parameters, self.defaults),
            (("question", "at"), self.document.question.at, self.overrides),
        ):
            for name, value in table.items():
                with self.problems.at(*path, name):
                    _writable(name, "A parameter")
                    found = exact_value(value)
                    known = self.names.setdefault(name, Parameter(name, shape_of(found)))
                    if known.shape != shape_of(found):
                        raise SpecificationError(f"has shape {shape_of(found)}, and among the parameters shape {known.shape}; give both one shape.")
                    values[name] = found
                if name not in values:
                    self.failed.add(name)
        self.values = {**self.defaults, **self.overrides}

    def check_size(self) -> None:
        """A channel has at most 32 nodes."""
        count = len(self.document.source) + len(self.document.gate)
        if count > CHANNEL_NODES:
            raise SpecificationError(f"gate: the file has {count} nodes; at most {CHANNEL_NODES} are read.")

    def find_disorder(self) -> set[str]:
        """The gates in a cycle, or that use a gate before it stands."""
        taken = {*self.names, *self.failed, *(source.name for source in self.document.source)}
        gates: dict[str, int] = {}
        for position, gate in enumerate(self.document.gate):
            if gate.name not in taken:
                gates.setdefault(gate.name, position)
        uses = {name: names_used(self.document.gate[position].map) & gates.keys() for name, position in gates.items()}
        broken: set[str] = set()
        for cycle in cycles(uses):
            self.problems.add(("gate", gates[cycle[0]], "map"), f"{cycle_text(cycle)}; a channel has no cycles, so let a map use only nodes before its own.")
            broken.update(cycle)
        for name, used in uses.items():
            for later in sorted(used - broken):
                if name not in broken and gates[later] > gates[name]:
                    self.problems.add(
                        ("gate", gates[name], "map"), f"uses {later!r}, which stands only later (gate[{gates[later]}]); move gate {later!r} before it."
                    )
                    broken.add(name)
        return broken

    def stand(self, path: Path, table: Any, build_node: Callable[[Path, Any], Node | None]) -> None:
        """Build one node and let it stand under its name."""
        node = None
        with self.problems.at(*path, "name"):
            _writable(table.name, "A node")
            if table.name in self.names or table.name in self.failed:
                raise SpecificationError(f"{table.name!r} names a parameter or an earlier node already; give every node and parameter its own name.")
            node = build_node(path, table)
        if node is None:
            self.failed.add(table.name)
        else:
            self.standing.append((path, node))
            self.names[node.name] = Reference(node.name, node.shape)

    def source(self, path: Path, table: SourceTable) -> Node | None:
        """A source, or None where its law could not be read."""
        law = self.law((*path, "law"), table.law)
        return None if law is None else Source(table.name, law)

    def gate(self, path: Path, table: GateTable) -> Node | None:
        """A gate, or None where its map or its noise could not be read."""
        map = self.argument((*path, "map"), table.map)
        noise = self.law((*path, "noise"), table.noise) if table.noise is not None else None
        if map is None or (table.noise is not None and noise is None):
            return None
        with self.problems.at(*path):
            return Gate(table.name, map, noise)
        return None

    def law(self, path: Path, table: LawTable) -> Law | None:
        """A law, or None where one of its arguments could not be read."""
        ((kind, content),) = table.present().items()
        path = (*path, kind)
        arguments: dict[str, Any] = {}
        for name, value in content.present().items():
            if name == "components":
                arguments[name] = [self.law((*path, name, position), each) for position, each in enumerate(value)]
            else:
                arguments[name] = self.argument((*path, name), value)
        if None in arguments.values() or None in arguments.get("components", ()):
            return None
        with self.problems.at(*path):
            if kind == "normal":
                return Normal(arguments["mean"], arguments.get("covariance", arguments.get("variance")))
            return Mixture(**arguments) if kind == "mixture" else _LAWS[kind](**arguments)
        return None

    def argument(self, path: Path, value: Any) -> Expression | None:
        """The expression of a leaf, or None where it could not be read or uses a name that could not."""
        if names_used(value) & self.failed:
            return None
        with self.problems.at(*path):
            return self.expression(value)
        return None

    def expression(self, value: Any) -> Expression:
        """The expression of a number, a formula, or nested lists of them."""
        if isinstance(value, int | Decimal):
            return Constant(value)
        if isinstance(value, str):
            return parse(value, self.names)
        rows = [self.expression(row) for row in value]
        if all(isinstance(row, Constant) for row in rows):
            return Constant([row.value for row in rows if isinstance(row, Constant)])
        return apply("stack", *rows)

    def check_domains(self) -> None:
        """Every law and map at the values of the parameters, as far as they have some."""
        if not self.failed:
            for path, node in self.standing:
                with self.problems.at(*path):
                    check_domain(node, self.values)

    def ask(self, channel: Channel, table: QuestionTable) -> Question:
        """The question about the channel, with every name looked up where it stands."""
        for path, names in ((("between", 0), table.between[0]), (("between", 1), table.between[1]), (("given",), table.given)):
            for position, name in enumerate(names):
                with self.problems.at("question", *path, position):
                    channel.node(name)
        for position, name in enumerate(table.wrt or ()):
            if name not in self.values:
                self.problems.add(
                    ("question", "wrt", position), f"{name!r} is no parameter of the channel; its parameters: {', '.join(map(repr, self.values)) or 'none'}."
                )
        for name in self.overrides:
            with self.problems.at("question", "at", name):
                channel.check_values({name: self.overrides[name]})
        self.problems.raise_any()
        left, right = table.between
        try:
            return Question(channel, (left, right), table.given, table.wrt, self.overrides, table.quantity, table.order)
        except SpecificationError as error:
            raise SpecificationError(f"question: {error}") from None


def _writable(name: str, what: str) -> str:
    """The name, where a formula can hold it."""
    if iskeyword(name):
        raise SpecificationError(f"{what} is named {name!r}, a word of Python's grammar that no formula can hold; choose another name.")
    return checked_name(name, what)
