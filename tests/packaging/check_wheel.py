"""What an installed wheel without extras must do: `python -I check_wheel.py` with the interpreter of an environment that holds nothing else.

It is a script and no test module, because that environment has no pytest.
"""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def check(holds: bool, law: str) -> None:
    """Print the law when it holds, and stop with it when it does not."""
    if not holds:
        sys.exit(f"FAILED: {law}")
    print(f"ok: {law}")


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The installed command with these arguments."""
    return subprocess.run([str(Path(sys.executable).with_name("infograd")), *arguments], capture_output=True, text=True, check=False)


def oracle(name: str) -> dict[str, Any]:
    """The JSON object that the oracle prints for a channel of the catalogue."""
    outcome = run("oracle", name, "--format", "json")
    check(outcome.returncode == 0, f"infograd oracle {name} exits 0 ({outcome.stderr.strip()})")
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def main() -> None:
    """Every check, in order; the first that fails ends the run."""
    import infograd
    from infograd import learned, verify

    check(Path(infograd.__file__).is_relative_to(sys.prefix), "the package is the installed one")
    check(all(find_spec(name) is None for name in ("torch", "pytest", "jinja2")), "no extra is installed")
    rooms = ("analytic", "numeric", "learned", "verify", "reports")
    check(all(files(f"infograd.{room}").joinpath("py.typed").is_file() for room in rooms), "every room is there, and typed")
    check(all(any(files("infograd.reports").joinpath(folder).iterdir()) for folder in ("templates", "fonts")), "the report's templates and fonts are there")

    help_text = run("--help")
    check(help_text.returncode == 0 and "oracle" in help_text.stdout, "infograd --help lists the commands")

    scalar = oracle("scalar")
    check(abs(scalar["value"] - 0.34657359027997264) < 1e-12, "the oracle knows 1/2 log 2")
    check(abs(scalar["gradient"]["theta"] - 0.5) < 1e-12 and scalar["unit"] == "nats", "the oracle knows its slope, in nats")
    tanh = oracle("tanh")
    check(abs(tanh["value"] - 0.75840867370947) < 1e-12 and abs(tanh["gradient"]["theta"] - 0.26642254741730) < 1e-12, "the oracle knows the tanh channel")

    question = infograd.CATALOGUE["tanh"].question
    reply = learned.answer(question)
    check(isinstance(reply, infograd.Refusal) and "pip install 'infograd[torch]'" in reply.reason, "without torch the learned room says how to install it")
    scalar_question = infograd.CATALOGUE["scalar"].question
    verdict = verify.judge(scalar_question, verify.ask(scalar_question))
    check(verdict.status is infograd.Status.AGREE, "the two other rooms are judged without it")

    listed = run("claims", "--format", "json")
    check(listed.returncode == 0 and {entry["id"] for entry in json.loads(listed.stdout)} >= {"eq-1", "theorem-2", "figure-6"}, "the ledger is there")
    decided = run("claims", "corollary-3", "--check", "--format", "json")
    check(decided.returncode == 0 and all(each["holds"] for each in json.loads(decided.stdout)[0]["findings"]), "a claim is derived again without torch")

    wrong = run("oracle", "nonsense")
    check(wrong.returncode == 2 and "Traceback" not in wrong.stderr, "a name that is not in the catalogue exits 2, without a traceback")
    report = run("check", "scalar", "--out", "report")
    check(report.returncode == 2 and "infograd[report]" in report.stderr, "without the report extra a report is refused with the pip line")
    check(not Path("report").exists(), "a refused report leaves no folder")


if __name__ == "__main__":
    main()
