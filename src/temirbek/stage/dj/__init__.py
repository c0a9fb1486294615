"""The Robo-DJ's own process: a live set, planned and rendered ahead while the hall listens.

::

    conductor ── dj.sock ──▶ desk ──▶ booth: plan (planning) ▶ sound (mixing) ──▶ spool-N.f32 ──▶ sound process
                              │          │                                              ▲
                              │          └──▶ dj/set-REV.json, waveform-REV.bin         │ play, splice, fade
                              └── reads the shared clock: what sounds ──────────────────┘

One loop without threads: it answers, and between answers it renders one frame (0.32 s of sound) at a time, until
:data:`temirbek.stage.dj.booth.AHEAD_S` are there. A request is planned, the sound from the change on is rendered anew
into another spool, and only when enough of it lies there is the sound process asked to go over. If it is too late for
that, the same request is planned again for a later beat. So whatever goes wrong here, what sounds goes on.

Everything that was decided is a line in ``dj/deeds.jsonl``, written before it is done. All verbs of planning are pure,
so after a crash the lines are read again, and the set stands as it stood: the last spool is written on behind its last
whole frame, and the sound process, which reads it, does not notice.
"""
