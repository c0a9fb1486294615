"""To be written."""

from temirbek.choreography.compose import compose
from temirbek.choreography.read_moves import load_moves, move_from_text

__all__ = ["compose", "load_moves", "move_from_text"]
