"""To be written."""

from temirbek.motion.realize import realize

__all__ = ["realize"]
