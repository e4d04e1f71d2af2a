"""The one exception that wrong input raises."""


class SpecificationError(ValueError):
    """A channel, a question or a value that cannot be meant: one sentence that names the place and the mend."""
