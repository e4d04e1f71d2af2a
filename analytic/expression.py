"""What a sympy expression is to a type checker: sympy's own annotations do not pass one."""

from __future__ import annotations

from typing import Any, TypeAlias

Symbolic: TypeAlias = Any
