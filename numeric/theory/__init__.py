"""Quadrature for what the paper builds around the information of one channel: smoothed scores, twins, bounded inputs, fixed rules."""
