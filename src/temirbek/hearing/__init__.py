"""Hearing: from a microphone and the known mix to what the hall lets hear: applause, cheering, clapping along."""

__all__: list[str] = []
