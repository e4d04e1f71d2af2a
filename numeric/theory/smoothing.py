"""The gradient that smoothed scores give on clean samples."""

from __future__ import annotations

import numpy as np

from infograd.numeric.theory.output import Output, refined
from infograd.quantity import Quantity


def gradient_of_clean(theta: float, noise: float, smoothing: float, *, calibrated: bool = False) -> Quantity:
    """E[J (s_{Y|X} - s_Y)] of Y = tanh(theta X) + N on clean samples with both scores smoothed by that variance; J = X sech^2(theta X).

    The conditional term is -E[J N]/(v + t) = 0; `calibrated` multiplies the marginal score by its Stein factor -1/E[Y s_t(Y)].
    """

    def integral(step: float) -> float:
        output = Output(lambda x: np.tanh(theta * x), noise + smoothing, noise, step)
        jacobian = output.x / np.cosh(theta * output.x) ** 2
        score = output.score(noise + smoothing)
        factor = -1 / output.mean(output.y * score, output.density(noise)) if calibrated else 1.0
        return -factor * output.mean(score, output.kernel(noise) @ (output.weights * jacobian))

    return refined(integral)
