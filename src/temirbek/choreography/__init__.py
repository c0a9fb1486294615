"""To be written."""
from temirbek.choreography.read_moves import load_moves

