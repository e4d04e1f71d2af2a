"""A bar for training that takes long, on standard error and only where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_EVERY = 10


def shown(steps: int, title: str) -> Iterator[int]:
    """The numbers 0 to `steps` - 1, with a bar that vanishes when they are used up or left."""
    if not sys.stderr.isatty():
        yield from range(steps)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=steps)
        for step in range(steps):
            yield step
            if step % _EVERY == 0:
                bar.update(task, completed=step)
