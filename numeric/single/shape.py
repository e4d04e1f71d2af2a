"""What the steps of a branch show of its map: which it needs, how fast they vary, whether the map settles, whether it is odd."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

Step: TypeAlias = tuple[str, tuple[Any, ...]]
REACH = {"tanh": 1.5, "sigmoid": 3.0, "softplus": 3.0, "erf": 1.0, "exp": 2.0, "sin": 1.5, "cos": 1.5}
LINEAR = ("add", "subtract", "negative", "multiply", "divide")
SETTLING = ("tanh", "sigmoid", "erf")
ODD = ("negative", "tanh", "sin", "erf")
SWITCHES = ("abs", "relu", "clip", "sign")


def needed_by(steps: list[Step], target: int) -> set[int]:
    """The steps that the target is made of, itself included."""
    needed, pending = set(), [target]
    while pending:
        number = pending.pop()
        if number not in needed:
            needed.add(number)
            name, arguments = steps[number]
            if name not in ("constant", "parameter", "primitive"):
                pending.extend(arguments[:1] if name in ("power", "clip") else arguments)
    return needed


def layers(steps: list[Step], moving: tuple[int, ...]) -> tuple[tuple[int, float], ...] | None:
    """The arguments of curved steps, linear in the primitive, each with the distance of its singularities or its unit; None where one is not."""
    straight: set[int] = set()
    found = []
    for number in moving:
        name, arguments = steps[number]
        inner = [argument for argument in arguments[:1] if name == "power"] if name in ("power", "clip", "primitive") else list(arguments)
        carried = [argument for argument in inner if argument in moving]
        if (
            name in ("add", "subtract", "negative", "primitive")
            or (name in ("multiply", "divide") and carried == inner[:1])
            or (name == "multiply" and len(carried) == 1)
        ):
            if all(argument in straight for argument in carried):
                straight.add(number)
        elif name in REACH and arguments[0] in straight:
            found.append((arguments[0], REACH[name]))
        elif not (name == "multiply" or (name == "power" and arguments[1] >= 0)):
            return None
    return tuple(found)


def settling(steps: list[Step], moving: tuple[int, ...], target: int) -> int | None:
    """The argument of the one step with limits on both sides in which the target is affine; None where there is none."""
    found, pending = [], [target]
    while pending:
        name, arguments = steps[pending.pop()]
        carried = [argument for argument in arguments if argument in moving] if name in LINEAR else []
        if name in SETTLING:
            found.append(int(arguments[0]))
        elif not carried or (name == "multiply" and len(carried) > 1) or (name == "divide" and arguments[1] in moving):
            return None
        pending.extend(carried)
    return found[0] if len(found) == 1 else None


def is_odd(steps: list[Step], moving: tuple[int, ...], target: int) -> bool:
    """Whether the step is certainly odd in the primitive, at all values of the parameters."""
    signs: dict[int, int | None] = {}
    for number in moving:
        name, arguments = steps[number]
        if name == "primitive":
            signs[number] = -1
            continue
        inner = [signs.get(argument, 1) for argument in (arguments[:1] if name in ("power", "clip") else arguments)]
        if None in inner:
            signs[number] = None
        elif name in ("multiply", "divide"):
            signs[number] = math.prod(inner)  # type: ignore[arg-type]  # no None among them
        elif name in ("add", "subtract"):
            signs[number] = inner[0] if inner[0] == inner[1] else None
        elif name == "power":
            signs[number] = inner[0] if arguments[1] % 2 else 1
        else:
            signs[number] = 1 if inner[0] == 1 else -1 if name in ODD else 1 if name in ("cos", "abs") else None
    return signs.get(target, 1) == -1
