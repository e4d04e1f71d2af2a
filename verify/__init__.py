"""The judge: one question, several rooms' replies, one verdict. The only place where rooms meet.

Importing this package loads the standard library only; a room is imported when it is asked.
"""

from infograd.verify.asking import METHODS, ROOMS, ask
from infograd.verify.judging import judge
from infograd.verify.policy import STANDARD, Policy

__all__ = ["METHODS", "ROOMS", "STANDARD", "Policy", "ask", "judge"]
