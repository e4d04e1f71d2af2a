"""Reference values of the information and its gradient, each with its error and the routes that agree on it."""
