"""The sound of the show: one process that plays, whose position everybody follows."""
