"""Networks of scalar nodes of any topology: transition kernels on grids, contracted by opt_einsum, even where all is analytic and split at every corner where it is not."""
