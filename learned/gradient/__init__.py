"""From scores to the gradient: which sum of scores carries it, Algorithm 1, calibration, doubt."""
