"""Manners: how robots answer people: whom they greet, when they bow, wave or clap back, and when they leave it be."""

__all__: list[str] = []
