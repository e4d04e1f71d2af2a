"""Whether antipodal inputs are the best of bounded amplitude."""

from __future__ import annotations

import numpy as np

from infograd.numeric.interpreter import Floats
from infograd.numeric.theory.output import REACH, STEP


def divergence_from_antipodal(noise: float, inputs: Floats) -> Floats:
    """D(p(y|x) || p(y)) in nats at each input, where p(y) is the output of equiprobable -1 and 1 in noise of that variance.

    By Smith (Information and Control 18 (1971) 203), -1 and 1 are the best inputs of amplitude at most 1 iff none of these exceeds the value at 1.
    """
    deviation = float(np.sqrt(noise))
    step = STEP * deviation
    y = np.arange(-1 - REACH * deviation, 1 + REACH * deviation, step)
    kernel = np.exp(-((y[:, None] - inputs) ** 2) / (2 * noise)) / np.sqrt(2 * np.pi * noise)
    log_kernel = -((y[:, None] - inputs) ** 2) / (2 * noise)
    log_output = np.logaddexp(-((y - 1) ** 2) / (2 * noise), -((y + 1) ** 2) / (2 * noise)) - np.log(2)
    return np.asarray((kernel * (log_kernel - log_output[:, None])).sum(axis=0) * step)
