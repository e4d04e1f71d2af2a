"""Specifications from outside: TOML and JSON files, and formulas as text.

The form is "channel/1" (see `schema`); nothing in a file is executed, and everything is bounded (see `limits`).
"""

from infograd.verify.specification.dumping import dump
from infograd.verify.specification.loading import Specification, load, loads
from infograd.verify.specification.printing import array_text, law_text, to_text
from infograd.verify.specification.text import exact_text, parse

__all__ = ["Specification", "array_text", "dump", "exact_text", "law_text", "load", "loads", "parse", "to_text"]
