"""Where the stage and its console meet: the conductor's process, and the record of a run.

The task: join two rooms that do not know each other. The console (:mod:`temirbek.web`) asks for a desk to stand before;
the stage (:mod:`temirbek.stage`) has a conductor to stand behind it.
"""

__all__: list[str] = []
