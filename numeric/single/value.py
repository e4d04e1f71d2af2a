"""The operations on plain numbers, real or complex; a kink or a jump has no complex continuation and takes real numbers only."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special


def _sigmoid(x: Any) -> Any:
    return 0.5 + 0.5 * np.tanh(0.5 * x) if np.iscomplexobj(x) else special.expit(x)


def _softplus(x: Any) -> Any:
    if not np.iscomplexobj(x):
        return np.logaddexp(0.0, x)
    turned = np.where(np.real(x) > 0, -x, x)
    return np.where(np.real(x) > 0, x, 0.0) + np.log(1 + np.exp(turned))


def _power(x: Any, exponent: int) -> Any:
    return x**exponent if exponent >= 0 else 1.0 / x**-exponent


VALUES: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "negative": operator.neg,
    "power": _power,
    "tanh": np.tanh,
    "sin": np.sin,
    "cos": np.cos,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "erf": special.erf,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "abs": np.abs,
    "relu": lambda x: np.maximum(x, 0.0),
    "clip": np.clip,
    "sign": np.sign,
}
