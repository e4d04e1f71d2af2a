"""Scores by networks, trained by denoising, sliced and flow matching."""
