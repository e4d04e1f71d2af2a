"""How samples come: the channel as a simulator, given data, and what an estimator at each level of access is handed of them."""
