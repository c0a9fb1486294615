"""Voice: from the organiser's own words to sound, captions in time with it, and the accents that a body can show."""

__all__: list[str] = []
