"""Channels of one stage, B = f(A) + N: trapezoid grids where everything is smooth, panels where it is steep or jumps, sums where it decides."""
