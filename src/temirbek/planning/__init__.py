"""To be written."""

from temirbek.planning.plan import plan_set

__all__ = ["plan_set"]
