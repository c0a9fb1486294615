"""The signals' process: what the show says to other machines in the hall, and what it hears from them.

::

    conductor ── signals.sock ──▶ desk ──▶ OSC, Art-Net (UDP), MIDI, time code, Ableton Link
                    events ◀──────┘  ▲
                                     └── reads the shared clock (what sounds), writes its human part (who leads)

One loop with deadlines. It never waits for anybody: sockets do not block, names are looked up in a thread of their own,
queues have bounds, and a machine that is not there is a *fault* that is told once and mended when it comes back.
"""
