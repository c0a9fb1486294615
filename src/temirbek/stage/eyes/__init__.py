"""The eyes' process: it looks at people in front of the stage and tells where they are, in numbers.

::

    camera ─▶ finder ─▶ following ─▶ desk ── eyes.sock ──▶ people (≤ 10/s), gestures, key points for a battle (each picture)

**Frames never leave this process.** A picture lives in its memory from the camera's driver to the finder and is then
overwritten; no line here opens a file for writing, and the line carries numbers alone: random ids, places, key points, times.
Nobody is told from anybody else but by where they were a moment ago, or by a bib that they put on themselves.

It never waits for a camera: one that is gone is a *fault*, told once, tried again every three seconds, and *mended* when it is
back. Whoever asks for key points has them with the time at which their picture was taken, for music is measured against them.

Events: ``people`` (``host_s``, ``tracks``: :class:`~temirbek.types.BodyTrack`), ``gesture`` (a
:class:`~temirbek.types.BodyGesture`, when it begins and four times a second while it goes on: always with the same
``began_host_s``), ``keypoints`` (``track``), ``fault`` and ``mended``. Commands: ``state``,
``keypoints`` (``on``, and the ``track`` to follow, or nobody's: then whoever is seen largest), ``simulate`` (``guests``: a
list of :class:`~temirbek.seeing.Guest`; only the simulated hall has any).
"""
