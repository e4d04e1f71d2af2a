"""One thread for torch while a question is answered.

The matrices of one question are too small to share: a second thread hardly helps on an idle machine and costs a factor of
tens where another process wants the core. It also makes a reply independent of the number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Run the block on one thread and restore the caller's number."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
