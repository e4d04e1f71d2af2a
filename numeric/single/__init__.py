"""The single of the numeric room."""
