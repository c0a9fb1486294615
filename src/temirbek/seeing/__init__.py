"""Seeing: from pictures to people that are followed for a moment: where they stand, where they face, how they move."""

__all__: list[str] = []
