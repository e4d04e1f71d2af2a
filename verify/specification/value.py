"""The leaves of a specification: numbers, texts, and nested lists of them, as pydantic reads them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, TypeAlias

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from infograd.verify.specification.limits import BYTES, DIGITS, EXPONENT, excerpt


def refuse(sentence: str) -> PydanticCustomError:
    """The error that carries a whole sentence for the place where it is raised."""
    return PydanticCustomError("sentence", "{sentence}", {"sentence": sentence})


def described(value: object) -> str:
    """What stands at a place, for a message."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value) if abs(value) < 10**DIGITS else "a long number"
        case Decimal():
            return excerpt(str(value))[1:-1]
        case str():
            return excerpt(value)
        case list():
            return "a list"
        case dict():
            return "a table"
        case None:
            return "null"
        case _:
            return f"a {type(value).__name__}"


def _check_integer(value: int) -> None:
    if abs(value) >= 10**DIGITS:
        raise refuse(f"is a number of more than {DIGITS} digits; write a shorter one.")


def _check_decimal(value: Decimal) -> None:
    if not value.is_finite():
        raise refuse(f"is {value}; write a finite number.")
    if len(value.as_tuple().digits) > DIGITS:
        raise refuse(f"is a number of more than {DIGITS} digits; write a shorter one.")
    if value and abs(value.adjusted()) > EXPONENT:
        raise refuse(f"is a number with an exponent above {EXPONENT}; write a smaller one.")


def _value(value: Any, place: str = "") -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        _check_integer(value)
    elif isinstance(value, Decimal):
        _check_decimal(value)
    elif isinstance(value, str):
        if len(value) > BYTES:
            raise refuse(f"is a text of {len(value)} characters; at most {BYTES} are read.")
    elif isinstance(value, list):
        if not value:
            raise refuse(f"{place}is an empty list; give it at least one entry.".lstrip())
        for row in value:
            _value(row)
    else:
        raise refuse(f'is {described(value)}; write a number, a text in quotes such as "1/10", or a list of them.')
    return value


def _names(value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise refuse(f'is {described(value)}; write names in a list, for example ["X"].')
    return tuple(names)


def _sides(value: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list) or len(value) != 2:
        raise refuse(f'is {described(value)}; write two lists of names, for example [["X"], ["Y"]].')
    return tuple(_names(side) for side in value)


Value: TypeAlias = Annotated[Any, PlainValidator(_value)]
Names: TypeAlias = Annotated[tuple[str, ...], PlainValidator(_names)]
Sides: TypeAlias = Annotated[tuple[tuple[str, ...], ...], PlainValidator(_sides)]
