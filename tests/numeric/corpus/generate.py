"""Makes verify/references/one_stage.json: thirty-digit values of channels of one stage, each by two routes.

python tests/numeric/corpus/generate.py             adds the questions that are missing (about half an hour of one core in all)
python tests/numeric/corpus/generate.py --check 5   computes five stored records again by both routes, and says where they differ
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

from flint import arb, ctx

ROOT = Path(__file__).resolve().parents[3]
if not __package__:
    sys.path.insert(0, str(ROOT))

from infograd.question import Question
from infograd.verify.specification import dump, loads
from tests.numeric.corpus import decision, route_one, route_two
from tests.numeric.corpus.questions import every

Route = Callable[[Question], list[Any]]
FILE = ROOT / "verify" / "references" / "one_stage.json"
DIGITS = 30
SECONDS = 60
PRECISIONS = (54, 56)


def routes(question: Question) -> tuple[tuple[str, Route], tuple[str, Route]]:
    """The two routes of a question, each with its name."""
    if question.channel.node(question.between[1][0]).noise is None:  # type: ignore[union-attr]  # the output is a gate
        return (decision.FIRST, decision.first), (decision.SECOND, decision.second)
    return (route_one.NAME, route_one.information), (route_two.NAME, route_two.information)


def numbers(question: Question, number: int) -> list[Any]:
    """The information and its derivatives by route 0 or 1, in the order of the parameters' names."""
    ctx.dps = PRECISIONS[number]
    return routes(question)[number][1](question)


def records(name: str, question: Question) -> list[dict[str, Any]]:
    """A record for each number on which the routes agree to 30 digits (decimals, where it is below 1)."""
    one, two = numbers(question, 0), numbers(question, 1)
    found = []
    for quantity, left, right in zip(["information", *sorted(question.at)], one, two, strict=True):
        gap = abs(left.mid() - right.mid())
        if not gap <= 10.0**-DIGITS / 2 * max(1.0, float(abs(right.mid()))):
            print(f"    {quantity}: the routes differ by {float(gap):.1e} at {float(right):.6g}", flush=True)
            continue
        found.append(
            {
                "name": name,
                "quantity": quantity,
                "value": decimal(right.mid()),
                "agreement": f"{float(gap):.1e}",
                "digits": DIGITS,
                "question": dump(question, name),
                "routes": [route for route, _ in routes(question)],
            }
        )
    return found


def decimal(value: Any) -> str:
    """Thirty significant digits, or thirty decimals below 1."""
    whole = len(str(abs(value).floor().unique_fmpz())) if abs(value) >= 1 else 0
    scaled = (value * arb(10) ** (DIGITS - whole) + arb(1) / 2).floor().unique_fmpz()
    with localcontext() as context:
        context.prec = 2 * DIGITS
        return f"{Decimal(str(scaled)).scaleb(whole - DIGITS):f}"


def main() -> None:
    """Fill or check the file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", type=int, default=0)
    parser.add_argument("--only", default="", help="questions whose name has this in it")
    parser.add_argument("--file", type=Path, default=FILE)
    chosen = parser.parse_args()
    file: Path = chosen.file
    stored: list[dict[str, Any]] = json.loads(file.read_text()) if file.exists() else []
    if chosen.check:
        check(stored, chosen.check)
        return
    known = {record["name"] for record in stored}
    signal.signal(signal.SIGVTALRM, stop)
    for name, question in every():
        if name in known or chosen.only not in name:
            continue
        start = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            found = records(name, question)
        except (ArithmeticError, TimeoutError) as reason:
            print(f"    {name}: {reason}", flush=True)
            continue
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        stored += found
        file.write_text(json.dumps(stored, indent=1) + "\n")
        print(f"{name}: {len(found)} numbers in {time.process_time() - start:.1f} s, {len(stored)} in all", flush=True)


def stop(number: int, frame: object) -> None:
    """End a question that takes too long."""
    raise TimeoutError(f"more than {SECONDS} seconds")


def check(stored: list[dict[str, Any]], count: int) -> None:
    """Compute `count` questions of the file again, spread evenly over it."""
    names = list(dict.fromkeys(record["name"] for record in stored))
    for name in names[:: max(1, len(names) // count)][:count]:
        mine = {record["quantity"]: record for record in stored if record["name"] == name}
        question = loads(next(iter(mine.values()))["question"]).question
        again = {record["quantity"]: record["value"] for record in records(name, question)}
        print(name, "agrees" if all(again.get(key) == record["value"] for key, record in mine.items()) else "DIFFERS", flush=True)


if __name__ == "__main__":
    main()
