"""Score models: each fits s(y) or s(y, x) to what its level of access shows of the samples."""
