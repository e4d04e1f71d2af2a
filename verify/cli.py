"""The command line: `infograd oracle`, `check`, `verify`, `claims`, `references` and `catalogue`.

Results go to standard output, progress and diagnostics to standard error. Exit codes: 0 all hold, 1 something disagrees,
2 bad specification or usage, 3 powerless or unanswered. This module reads the command line only; each command's work is in
`infograd.verify.command`, imported when the command runs, so that --help stays fast.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import IO, Any, Literal

import click

import infograd
from infograd.array import exact
from infograd.convention import UNITS, Unit
from infograd.error import SpecificationError


class _Complaints(click.ClickException):
    """Wrong input: one line for each complaint, exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print every complaint as an error of its own."""
        for sentence in self.message.splitlines():
            click.echo(f"Error: {sentence}", file=file, err=file is None)


class _Commands(click.Group):
    """A group whose commands return their exit code and may raise SpecificationError."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; wrong input becomes a complaint, an interruption exit code 130."""
        try:
            code = super().invoke(ctx)
        except SpecificationError as error:
            raise _Complaints(str(error)) from None
        except KeyboardInterrupt:
            click.echo("Interrupted.", err=True)
            ctx.exit(130)
        ctx.exit(code or 0)


_format = click.option("--format", type=click.Choice(["table", "json"]), default="table", show_default=True, help="How to print the result.")
_context = {"help_option_names": ["-h", "--help"], "max_content_width": 120}


@click.group(cls=_Commands, context_settings=_context)
@click.version_option(infograd.__version__, package_name="infograd")
def main() -> None:
    """Verification suite and reference oracle for the information gradient of stochastic directed acyclic graphs.

    Exit codes: 0 all hold, 1 something disagrees, 2 bad specification or usage, 3 powerless or unanswered.
    """


def _positive(context: click.Context, parameter: click.Parameter, value: float) -> float:
    if not (value > 0 and math.isfinite(value)):
        raise click.BadParameter(f"{value} is not a positive number of nats.")
    return value


def _radius(context: click.Context, parameter: click.Parameter, value: str | None) -> Fraction | None:
    if value is None:
        return None
    radius = exact(value, "--radius")
    if radius <= 0:
        raise click.BadParameter(f"{value} is not a positive number of nats.")
    return radius


def _changes(command: Callable[..., int]) -> Callable[..., int]:
    """The options that change the question of a NAME or a file."""
    options = (
        click.option("--given", multiple=True, metavar="NAME,...", help="Condition on these nodes."),
        click.option("--entropy", metavar="NAME,...", help="Ask the entropy of these nodes instead, unconditioned unless --given."),
        click.option("--between", metavar="A:B", help="The two groups of nodes: X:Y or X1,X2:Y, unconditioned unless --given."),
        click.option("--wrt", multiple=True, metavar="NAME,...", help="Differentiate in these parameters only."),
        click.option("--at", multiple=True, metavar="NAME=VALUE,...", help="Move parameters: theta=1,s2=1/10 or W=[[1,0],[0,1]]."),
    )
    for option in options:
        command = option(command)
    return command


@main.command(short_help="Print the information and its gradient of one channel.")
@click.argument("target", metavar="NAME_OR_SPEC")
@_changes
@click.option("--unit", type=click.Choice(UNITS), default="nats", show_default=True, help="The unit of every number.")
@click.option("--error", type=float, default=1e-12, show_default=True, callback=_positive, help="The error to ask of the numeric room, in nats.")
@click.option("--radius", default=None, metavar="NATS", callback=_radius, help="Ask for a proven enclosure of that radius: 1e-20 or 1/1000.")
@_format
def oracle(
    target: str,
    at: tuple[str, ...],
    wrt: tuple[str, ...],
    between: str | None,
    entropy: str | None,
    given: tuple[str, ...],
    unit: Unit,
    error: float,
    radius: Fraction | None,
    format: Literal["table", "json"],
) -> int:
    """Print the information and its gradient, each with its doubt, for a catalogue NAME or a specification file."""
    from infograd.verify.command import oracle as command
    from infograd.verify.command.subject import changed, changes, find, repeat
    from infograd.verify.specification import Specification

    found = find(target)
    question = changed(found.question, at, wrt, between, given, entropy)
    words = repeat("oracle", target, *changes(at, wrt, between, given, entropy), f"--error={error}" if radius is None else f"--radius={radius}")
    return command.run(Specification(found.name, question), unit, format, error, words, radius)


@main.command(short_help="Put one question to every room and judge the replies.")
@click.argument("target", metavar="NAME_OR_SPEC")
@_changes
@_format
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Write report.html, report.pdf, records.jsonl and junit.xml there.")
def check(
    target: str,
    at: tuple[str, ...],
    wrt: tuple[str, ...],
    between: str | None,
    entropy: str | None,
    given: tuple[str, ...],
    format: Literal["table", "json"],
    out: Path | None,
) -> int:
    """Ask every room the question of a specification file or a catalogue NAME, and judge the replies."""
    from infograd.verify.command import check as command
    from infograd.verify.command.subject import changed, changes, find, repeat
    from infograd.verify.specification import Specification

    found = find(target)
    question = changed(found.question, at, wrt, between, given, entropy)
    return command.run(Specification(found.name, question), format, out, repeat("check", target, *changes(at, wrt, between, given, entropy)))


@main.command(short_help="Judge the catalogue, repeat the experiments, write the report.")
@click.option(
    "--profile", type=click.Choice(["quick", "full"]), default="quick", show_default=True, help="Train the paper's recipe at 5 points of each sweep, or at all."
)
@click.option("--out", type=click.Path(path_type=Path), default=Path("report"), show_default=True, metavar="DIR", help="Where to write the report.")
@click.option("--jobs", type=click.IntRange(min=1), default=None, metavar="N", help="Processes to use.  [default: one for each core]")
def verify(profile: Literal["quick", "full"], out: Path, jobs: int | None) -> int:
    """Judge the whole catalogue, repeat the paper's experiments, and write the report as HTML, PDF, JSON lines and JUnit XML."""
    from infograd.verify.command import campaign as command

    return command.run(profile, out, jobs)


@main.command(short_help="Show the paper's ledger: what holds, where, by which evidence.")
@click.argument("id", required=False, metavar="[ID]")
@click.option("--check", is_flag=True, help="Derive every proof and refutation again; exit code 1 if a standing flips.")
@click.option("--full", is_flag=True, help="Also measure again what is otherwise held against the stored run.")
@click.option("--store", type=click.Path(path_type=Path), metavar="FILE", help="Keep what --full measures in this file.")
@click.option("--format", type=click.Choice(["table", "json", "markdown"]), default="table", show_default=True, help="How to print the ledger.")
@click.option("--jobs", type=click.IntRange(min=1), default=None, metavar="N", help="Processes to use.  [default: one for each core]")
def claims(id: str | None, check: bool, full: bool, store: Path | None, format: Literal["table", "json", "markdown"], jobs: int | None) -> int:
    """Show the claims of the paper with their standing: all, one (theorem-1, eq-36) or those of a range (eq-11-13)."""
    from infograd.verify.command import claims as command

    return command.run(id, format, check=check, full=full, store=store, jobs=jobs)


@main.command(short_help="Show the reference values: their doubts, and the routes that agree on them.")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--check", is_flag=True, help="Take every route again and compare; exit code 1 if one disagrees.")
@click.option("--store", type=click.Path(path_type=Path), metavar="DIR", help="Make the values of NAME's family, or all, again into JSON files there.")
@click.option("--format", type=click.Choice(["table", "json", "markdown"]), default="table", show_default=True, help="How to print the values.")
@click.option("--jobs", type=click.IntRange(min=1), default=None, metavar="N", help="Processes to use.  [default: one for each core]")
def references(name: str | None, check: bool, store: Path | None, format: Literal["table", "json", "markdown"], jobs: int | None) -> int:
    """Show the reference values: all, those of a family (relay, mac-tanh, one-stage), or those of one question (relay-xy-theta1)."""
    from infograd.verify.command import references as command

    return command.run(name, format, check=check, store=store, jobs=jobs)


@main.command(short_help="List the named channels.")
@_format
def catalogue(format: Literal["table", "json"]) -> int:
    """List the named channels with their parameters at their defaults."""
    from infograd.verify.command import catalogue as command

    return command.run(format)


if __name__ == "__main__":
    main(prog_name="infograd")
