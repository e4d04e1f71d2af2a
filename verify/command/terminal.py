"""Where text goes: results to standard output, progress and diagnostics to standard error. Colour obeys NO_COLOR."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.table import Table

WIDTH = 160


def output() -> Console:
    """Standard output, made anew so that a redirection is seen; a pipe gets whole lines, whatever the terminal's width."""
    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else WIDTH, highlight=False, markup=False, emoji=False)


def diagnostics() -> Console:
    """Standard error."""
    return Console(file=sys.stderr, soft_wrap=True, highlight=False, markup=False, emoji=False)


def table(*columns: str) -> Table:
    """A table without frame, for terminals and pipes alike."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """A function that hears (done, total, text): a bar on a terminal, a line each elsewhere."""
    console = diagnostics()
    if not console.is_terminal:
        yield lambda done, total, text: console.print(f"[{done}/{total}] {text}")
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total, text: bar.update(task, completed=done, total=total, description=text)
