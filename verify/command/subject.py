"""What a command is about: a catalogue name or a specification file, with what the command line changes."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infograd.array import Array
from infograd.catalogue import CATALOGUE
from infograd.error import SpecificationError
from infograd.question import Names, Question
from infograd.verify.specification import Specification, exact_text, load

_ENDINGS = (".toml", ".json")


def find(target: str) -> Specification:
    """The catalogue's question of that name, or the one in the file of that path.

    Raises: SpecificationError for an unknown name, and whatever `load` finds wrong with a file.
    """
    if target in CATALOGUE:
        return Specification(target, CATALOGUE[target].question)
    if os.sep in target or target.endswith(_ENDINGS) or Path(target).exists():
        return load(target)
    raise SpecificationError(f"{target!r} is neither a catalogue name nor a .toml or .json file; the names are {', '.join(CATALOGUE)}.")


def _pieces(text: str) -> Iterator[str]:
    """The text cut at the commas outside brackets."""
    depth, start = 0, 0
    for position, character in enumerate(text):
        depth += (character in "[(") - (character in "])")
        if character == "," and not depth:
            yield text[start:position]
            start = position + 1
    yield text[start:]


def read_point(texts: Sequence[str]) -> dict[str, Array]:
    """The values in texts like "theta=1,s2=1/10" or "W=[[1,0],[0,1]]".

    Raises: SpecificationError for a piece that is no assignment, and a name that is given twice.
    """
    point: dict[str, Array] = {}
    for piece in (piece for text in texts for piece in _pieces(text)):
        name, sign, value = (part.strip() for part in piece.partition("="))
        if not sign or not name:
            raise SpecificationError(f"{piece.strip()!r} is no assignment; write, for example, --at theta=1,s2=1/10.")
        if name in point:
            raise SpecificationError(f"{name!r} is given twice; give it once.")
        try:
            point[name] = exact_text(value).value
        except SpecificationError as error:
            raise SpecificationError(f"the value of {name!r}: {error}") from None
    return point


def read_names(texts: Sequence[str]) -> Names:
    """The names in texts like "X1,X2"; an empty text names nothing."""
    return tuple(name.strip() for text in texts for name in text.split(",") if name.strip())


def read_between(text: str) -> tuple[Names, Names]:
    """The two groups of nodes in a text like "X1,X2:Y".

    Raises: SpecificationError unless there are two.
    """
    sides = text.split(":")
    if len(sides) != 2:
        raise SpecificationError(f"{text!r} has {len(sides)} sides; write two groups of nodes, for example --between X:Y.")
    return read_names(sides[:1]), read_names(sides[1:])


@contextmanager
def _option(name: str) -> Iterator[None]:
    """Let complaints name the option that they are about."""
    try:
        yield
    except SpecificationError as error:
        raise SpecificationError(f"{name}: {error}") from None


def read_entropy(text: str) -> tuple[Names, Names]:
    """The one group of nodes in a text like "Y1,Y2", beside an empty one.

    Raises: SpecificationError unless it names a node.
    """
    nodes = read_names((text,))
    if not nodes:
        raise SpecificationError(f"{text!r} names no node; write, for example, --entropy Y.")
    return nodes, ()


def changed(
    question: Question,
    at: Sequence[str] = (),
    wrt: Sequence[str] = (),
    between: str | None = None,
    given: Sequence[str] = (),
    entropy: str | None = None,
) -> Question:
    """The question with what the options change; new nodes drop the old condition, so that "X:Y" is I(X;Y) and the entropy of "Y" is h(Y).

    Raises: SpecificationError that names the option where one of them does not fit the channel.
    """
    channel = question.channel
    with _option("--at"):
        point = read_point(at)
        channel.check_values(point)
    if between is not None and entropy is not None:
        raise SpecificationError("--entropy: an entropy has no two sides; give either --between or --entropy.")
    with _option("--between" if entropy is None else "--entropy"):
        sides = question.between if between is None else read_between(between)
        sides = sides if entropy is None else read_entropy(entropy)
        for name in (*sides[0], *sides[1]):
            channel.node(name)
    anew = between is not None or entropy is not None
    quantity = question.quantity if not anew else "information" if entropy is None else "entropy"
    with _option("--given"):
        condition = read_names(given) if given or anew else question.given
        for name in condition:
            channel.node(name)
    return Question(channel, sides, condition, read_names(wrt) if wrt else question.wrt, {**question.at, **point}, quantity, question.order)


def changes(at: Sequence[str], wrt: Sequence[str], between: str | None, given: Sequence[str], entropy: str | None) -> tuple[str, ...]:
    """The options that make the same changes again."""
    sides = tuple(f"{option}={text}" for option, text in (("--between", between), ("--entropy", entropy)) if text is not None)
    return (*(f"--at={text}" for text in at), *(f"--wrt={text}" for text in wrt), *sides, *(f"--given={text}" for text in given))


def repeat(*words: str) -> str:
    """The command line that repeats a run."""
    return shlex.join(("infograd", *words))
