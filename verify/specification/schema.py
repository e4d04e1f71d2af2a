"""The form of a specification, "channel/1": its tables and keys, checked before any of their meaning.

A number is an integer, a decimal (read exactly: 0.1 is 1/10) or a text ("1/10"). The arguments of laws, and maps, may also be
a formula in parameters ("2*s1"), or lists of such.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt, StrictStr, ValidationError, model_validator

from infograd.error import SpecificationError
from infograd.question import QUANTITIES
from infograd.verify.specification.place import Path, place_text
from infograd.verify.specification.problems import joined
from infograd.verify.specification.value import Names, Sides, Value, described, refuse

SCHEMA = "channel/1"
_TITLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _.,()-]{0,79}")


def _title(text: str) -> str:
    if not _TITLE.fullmatch(text):
        raise refuse(f"is {described(text)}; use at most 80 letters, digits, spaces and _ . , ( ) -, a letter or digit first.")
    return text


def _order(order: int) -> int:
    if order not in (0, 1, 2):
        raise refuse(f"is {described(order)}; write 0 (the value), 1 (with the gradient) or 2 (with second derivatives).")
    return order


def _quantity(text: str) -> str:
    if text not in QUANTITIES:
        raise refuse(f"is {described(text)}; write one of {', '.join(map(repr, QUANTITIES))}.")
    return text


class Table(BaseModel):
    """A table of the file; a key that it does not list is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def present(self) -> dict[str, Any]:
        """The keys that the file gives, with their values."""
        return {key: getattr(self, key) for key in type(self).model_fields if getattr(self, key) is not None}


class NormalTable(Table):
    """A Gaussian law: a variance, or for a vector the covariance matrix."""

    mean: Value = 0
    variance: Value = None
    covariance: Value = None

    @model_validator(mode="after")
    def _one_width(self) -> NormalTable:
        if (self.variance is None) == (self.covariance is None):
            raise refuse("needs either variance (a scalar) or covariance (a matrix, for a vector); write one of them.")
        return self


class UniformTable(Table):
    """Equal density between two ends."""

    lower: Value
    upper: Value


class ScaleTable(Table):
    """A law with a location and a scale."""

    location: Value = 0
    scale: Value


class StudentTable(ScaleTable):
    """Student's law: `freedom` degrees of freedom."""

    freedom: Value


class PointsTable(Table):
    """Finitely many values, equally likely unless weights are given."""

    values: Value
    weights: Value = None


class MixtureTable(Table):
    """One of several laws, drawn by weights."""

    weights: Value
    components: list[LawTable]


class LawTable(Table):
    """Exactly one law by its name."""

    normal: NormalTable | None = None
    uniform: UniformTable | None = None
    laplace: ScaleTable | None = None
    logistic: ScaleTable | None = None
    exponential: ScaleTable | None = None
    student_t: StudentTable | None = None
    points: PointsTable | None = None
    mixture: MixtureTable | None = None

    @model_validator(mode="after")
    def _one_law(self) -> LawTable:
        if len(self.present()) != 1:
            raise refuse(f"names {len(self.present())} laws; write exactly one of {', '.join(type(self).model_fields)}.")
        return self


class SourceTable(Table):
    """A random input."""

    name: StrictStr
    law: LawTable


class GateTable(Table):
    """A node with a map of earlier nodes; without noise it is deterministic."""

    name: StrictStr
    map: Value
    noise: LawTable | None = None


class QuestionTable(Table):
    """I(A;B|C), its derivatives up to `order` in `wrt` (all parameters, if absent), at values that override the defaults.

    With quantity "entropy" it is h(A|C), and the second list of `between` is empty.
    """

    between: Sides
    given: Names = ()
    wrt: Names | None = None
    at: dict[str, Value] = Field(default_factory=dict)
    quantity: Annotated[StrictStr, AfterValidator(_quantity)] = "information"
    order: Annotated[StrictInt, AfterValidator(_order)] = 1


class Document(Table):
    """A whole specification."""

    schema_number: Literal["channel/1"] = Field(alias="schema")
    name: Annotated[StrictStr, AfterValidator(_title)]
    parameters: dict[str, Value] = Field(default_factory=dict)
    source: list[SourceTable]
    gate: list[GateTable] = Field(default_factory=list)
    question: QuestionTable


_TABLES: dict[str, type[Table]] = {
    "": Document,
    "source": SourceTable,
    "gate": GateTable,
    "question": QuestionTable,
    **dict.fromkeys(("law", "noise", "components"), LawTable),
    "normal": NormalTable,
    "uniform": UniformTable,
    **dict.fromkeys(("laplace", "logistic", "exponential"), ScaleTable),
    "student_t": StudentTable,
    "points": PointsTable,
    "mixture": MixtureTable,
}
_EXAMPLES = {
    "schema": f'schema = "{SCHEMA}"',
    "name": 'name = "X"',
    "source": "[[source]] with name and law",
    "question": '[question] with between = [["X"], ["Y"]]',
    "law": "law = { normal = { mean = 0, variance = 1 } }",
    "map": 'map = "theta*X"',
    "between": 'between = [["X"], ["Y"]]',
    "components": "components = [{ normal = { variance = 1 } }]",
}
_KINDS = {
    "model_type": "a table",
    "model_attributes_type": "a table",
    "dict_type": "a table",
    "list_type": "a list",
    "string_type": "a text in quotes",
    "int_type": "a whole number",
}


def to_tables(data: dict[str, Any]) -> Document:
    """The tables of the file.

    Raises: SpecificationError with one sentence a line for every missing, unknown or misshapen key, each with its path.
    """
    try:
        return Document.model_validate(data)
    except ValidationError as error:
        raise SpecificationError(joined(list(_sentences(error)))) from None


def _sentences(error: ValidationError) -> Iterator[str]:
    for each in error.errors(include_url=False):
        path = each["loc"]
        yield f"{place_text(path) or 'the file'}: {_complaint(each['type'], path, each['input'], each.get('ctx', {}))}"


def _complaint(kind: str, path: Path, value: object, context: dict[str, Any]) -> str:
    key = str(path[-1]) if path else ""
    if kind == "sentence":
        return str(context["sentence"])
    if kind == "missing":
        return f"is missing; write {_EXAMPLES.get(key, f'{key} = 1')}."
    if kind == "extra_forbidden":
        above = [step for step in path[:-1] if isinstance(step, str)]
        table = _TABLES[above[-1] if above else ""]
        return f"is no key here; the keys are {', '.join(field.alias or name for name, field in table.model_fields.items())}."
    if kind == "literal_error":
        return f"is {described(value)}; this version reads {SCHEMA!r}."
    return f"is {described(value)}; write {_KINDS[kind]}."
