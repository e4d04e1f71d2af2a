"""Independent pieces of work on a pool of processes, one thread each."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any

from infograd.error import SpecificationError


@dataclass(frozen=True, slots=True)
class Task:
    """A function of the module level and its arguments; `label` tells the experiment what it is, `cost` orders the work."""

    label: tuple[str, ...]
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    cost: float = 1.0

    @property
    def text(self) -> str:
        """The label as progress shows it."""
        return ", ".join(self.label)


def _single_threaded() -> None:
    for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = "1"


def perform(tasks: Sequence[Task], jobs: int, progress: Callable[[int, int, str], None]) -> list[Any]:
    """The results in the order of the tasks; the costliest start first.

    Raises: SpecificationError where a worker dies, naming what to change; what a task raises is raised here.
    """
    results: list[Any] = [None] * len(tasks)
    order = sorted(range(len(tasks)), key=lambda position: -tasks[position].cost)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=jobs, mp_context=context, initializer=_single_threaded) as pool:
        futures = {pool.submit(tasks[position].function, *tasks[position].arguments): position for position in order}
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                position = futures[future]
                results[position] = future.result()
                progress(done, len(tasks), tasks[position].text)
        except BrokenProcessPool:
            raise SpecificationError(f"a worker process of {jobs} died, perhaps for want of memory; run again with --jobs 1.") from None
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return results
