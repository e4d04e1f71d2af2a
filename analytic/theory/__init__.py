"""Closed forms: cascades, multipath, path and Fisher integrals, learned scores, bottleneck, rate-distortion, sensors; one module for each."""
