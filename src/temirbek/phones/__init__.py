"""Phones: five thousand people vote, wish, clap and light up, through one small process of its own."""

__all__: list[str] = []
