"""The battle: how a person's dance is measured, how a robot answers it, and how a round is decided in the open."""

__all__: list[str] = []
