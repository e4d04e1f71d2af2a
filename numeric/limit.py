"""Where a method ends."""


class LimitError(Exception):
    """A question beyond what a method of this room can answer; the message is the refusal's reason, without its full stop."""
