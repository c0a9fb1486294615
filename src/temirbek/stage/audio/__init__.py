"""The sound of the show: what everybody hears, and the clock that everybody follows.

The task: recordings and sound that is still being made come out of the loudspeakers without a gap, for hours, on a small
machine that does other things; every process knows which mix time sounds at any instant, to a fraction of a
millisecond; and nothing that happens to a device, to this process or to whoever steers it stops the time.

Two processes (``python -m temirbek.stage.audio RUN --setup JSON`` starts both)::

    commands ─▶ engine ── ring (shared memory, 0.25 s ahead) ──▶ player ─▶ device
    events   ◀──  │                                                │
                  └─ programme ──▶ clock.shm ◀── device's time ────┘──▶ robots, conductor, DJ, signals

- The *player* (``player.py``) hands finished samples to the device and says when they sound; its callback only copies. It
  is the first in the machine's queue (SCHED_FIFO where that is permitted), and has no files and no commands.
- The *engine* (``engine.py``) mixes voices into the ring, answers commands (``desk.py``), restarts a player that died
  or hangs. What the device has not taken can be made anew, so a command is heard one device buffer and about 20 ms later,
  although sound is made further ahead.

Conventions. An *output frame* counts samples since the engine began; a *mix frame* counts samples of a programme; a *source
frame* those of a file. All sound is 48 kHz, float32, interleaved ``(n, 2)``, full scale ±1. A *voice* ("music", "speech"
…) plays one *take* at a time; a take is a list of pieces (which file from which mix frame on) and legs (which mix frame at
which output frame, how fast). Output is a function of these lists, in any blocks, as often as wanted. One voice at
0 dB and speed 1 comes out bit by bit (but for the sign of zero); several that exceed full scale together are turned down
around the peaks alone. The clock tells the voice "music".

Commands, JSON lines on ``RUN/sound.sock``, each with ``do``; answers have ``ok``, and ``frame`` and ``host_s`` of the first
sample that sounds otherwise, or ``reason``:

- ``play`` {voice, path, programme "", start_frame 0, mix_frame = start_frame, at_host_s null (as soon as can be), gain_db 0,
  fade_in_s 0}: replaces what the voice plays. Paths ending in ``.f32`` are spools: raw samples, as long as the file is now.
- ``splice`` {voice, mix_frame, path, start_frame 0}: from that mix frame on, samples come from there. With ``of``, this, ``end``,
  ``fade`` and ``rate`` are refused where the voice plays another programme.
- ``end`` {voice, mix_frame}: the programme is over there (a spool has no end of its own).
- ``fade`` {voice, seconds, to_db −120, then "keep" | "stop"}; ``stop`` {seconds 0.05}: all voices.
- ``duck`` {voice, while, by_db, attack_s 0.2, release_s 0.6}: a lasting rule.
- ``rate`` {voice, ratio 0.92–1.08}: up to 0.2 % as a turntable does, at once; more with the pitch kept, from about 0.4 s on,
  1 % per quarter of a second; the answer tells from when. ``state`` {}.

Events: ``started``, ``ended`` {voice, programme, host_s, mix_frame, why: over | stopped | faded | replaced}, ``starving``
{voice, is_over, silent_s}, ``underrun`` {count, device_frames, engine_frames}, ``sink`` {sink, words, why}, ``lost`` and
``back`` {sink, host_s}, ``player_lost`` {why}, ``level`` {rms, peak} ten times a second, ``priority``, ``health``
{latest_ms, jitter_ms, gaps} once a second.

Methods: delay-locked loop after Adriaensen (*Using a DLL to filter time*, 2005); a time map as base, rate and offset as in trio's
mock clock; Signalsmith Stretch and the seams of :mod:`temirbek.mixing` for speeds away from 1.

Limits: a device at another rate than 48 kHz is refused (JACK) or left to the system to convert (PortAudio); files at other
rates are refused: they are converted before the show. Compressed files other than FLAC are decoded from their beginning when
they are entered late. A device's latency beyond what it says itself has to be measured (``SoundSetup.latency_ms``).
"""

from temirbek.stage.audio.priority import is_real_time, keep_in_memory, raise_priority, settle

__all__ = ["is_real_time", "keep_in_memory", "raise_priority", "settle"]
