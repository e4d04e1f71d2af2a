"""Information of scalar and vector nodes by cubature: at most three variables of the inputs and three of the outputs, all linear parts folded."""

from infograd.numeric.cubature.method import METHOD, answer

__all__ = ["METHOD", "answer"]
