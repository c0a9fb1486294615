"""The verb: a show in, one self-contained page out.

The template (built from ``frontend/``) holds :data:`MARKER` once. There the show is put in: one script element
``id="show"`` with JSON, and for each binary part an element ``id="payload-NAME"`` with base64. The JSON::

    {
      "format": 1, "title": "…",
      "sound": {"mime": "audio/ogg", PART},                       bytes, not deflated
      "music": {"duration_s", "beats_s", "first_downbeat", "beats_per_bar", "phrases_beats", "energy",
                "tracks": [{"title", "artist", "license"}],
                "plays": [{"track", "deck", "from_beat", "to_beat", "reason"}],
                "transitions": [{"from_play", "start_beat", "end_beat", "swap_beat", "style", "reason",
                                 "is_on_phrases"}],
                "sections": [{"start_beat", "end_beat", "label", "energy", "track"}],
                "automation": [{"deck", "control", "beats", "values"}],
                "waveforms": {"rate_hz", "rows", "columns", "data": PART}},   A, B, mix; 0–255
      "stage": {"half_extent", "riser", "desk": {"center", "size", "controls": {NAME: {"position", "travel", "kind"}}},
                "zones": [{"id", "title", "corners"}]},
      "figures": {"g1": {"bodies": [{"name", "parent", "position", "quat", "joint", "axis"}],
                         "meshes": [{"body", "rgba", "vertices": PART, "triangles": PART}]}, …},
      "performers": [{"id", "name", "robot", "role", "mark", "facing", "color", "accents": [[beat, body part]],
                      "motion": {"start_s", "rate_hz", "joints", "table": PART}}],
      "report": the tree of report.json
    }

    PART = {"payload": NAME, "kind": "lattice", "rows", "columns", "differences", "offset", "step"}
         | {"payload": NAME, "kind": "uint8" | "uint16" | "uint32" | "bytes", "count"}

Lengths are metres in the stage frame, angles radians, quaternions w x y z; a motion's columns are base position,
quaternion and joints. Parts other than "bytes" are deflated (zlib); :mod:`temirbek.replay.lattice` says how a
table lies in its bytes. "track" counts in "tracks"; −1 means that nobody leads.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from temirbek.errors import InvalidInput
from temirbek.replay.bodies import figure_json, stage_json
from temirbek.replay.motion import PAGE_RATE_HZ, resample_qpos
from temirbek.replay.music import music_json
from temirbek.replay.payloads import Payloads
from temirbek.replay.sound import MIME, compress_sound
from temirbek.types import Choreography, ExecutedMotion, Figure, Mix, Performer, Progress, Stage, no_progress

FORMAT = 1
MARKER = "<!-- the show goes here -->"
"""The place in the template; it occurs there once."""


def write_page(
    folder: Path,
    *,
    template: Path,
    title: str,
    mix: Mix,
    choreography: Choreography,
    executed: Mapping[str, ExecutedMotion],
    figures: Mapping[str, Figure],
    stage: Stage,
    report: Mapping[str, Any],
    on_progress: Progress = no_progress,
) -> Path:
    """Writes ``index.html`` into a folder; it appears there only when it is complete.

    Args:
        folder: An existing folder.
        template: The page without its show, as ``frontend/`` builds it.
        title: Of the show.
        mix: What sounds; its file is read.
        choreography: The cast and its planned accents.
        executed: Performer id → what physics made of the dance; performers without are not shown.
        figures: Robot kind → how it looks; every kind in the cast must be there.
        stage: Where it happens.
        report: The measures, as JSON values.
        on_progress: Hears the share done.

    Returns:
        The page.

    Raises:
        InvalidInput: The template is absent or is not one; the mix's sound cannot be read.
    """
    head, tail = _halves(template)
    on_progress(0.05)
    payloads = Payloads()
    sound = payloads.raw("sound", compress_sound(mix.audio_path))
    on_progress(0.6)
    show = {
        "format": FORMAT,
        "title": title,
        "sound": {"mime": MIME, **sound},
        "music": music_json(mix, payloads),
        "stage": stage_json(stage),
        "figures": {kind: figure_json(kind, figure, payloads) for kind, figure in figures.items()},
        "performers": [
            _performer_json(performer, choreography, executed[performer.id], payloads)
            for performer in choreography.performers
            if performer.id in executed
        ],
        "report": report,
    }
    on_progress(0.9)
    page = folder / "index.html"
    partial = page.with_name(f".{page.name}.{os.getpid()}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.write(head)
            file.write(f'<script type="application/json" id="show">{_script_json(show)}</script>\n')
            for name, text in payloads.texts.items():
                file.write(f'<script type="text/plain" id="payload-{name}">{text}</script>\n')
            file.write(tail)
        partial.replace(page)
    finally:
        partial.unlink(missing_ok=True)
    on_progress(1.0)
    return page


def _performer_json(
    performer: Performer, choreography: Choreography, motion: ExecutedMotion, payloads: Payloads
) -> dict[str, Any]:
    accents = choreography.accents.get(performer.id, ())
    return {
        "id": performer.id,
        "name": performer.name,
        "robot": performer.robot,
        "role": performer.role,
        "mark": list(performer.mark_m),
        "facing": performer.facing_rad,
        "color": performer.accent_color,
        "accents": [[round(accent.beat, 5), accent.part] for accent in accents],
        "motion": {
            "start_s": motion.start_s,
            "rate_hz": PAGE_RATE_HZ,
            "joints": list(motion.joint_names),
            "table": payloads.table(f"motion-{performer.id}", resample_qpos(motion), differences=True),
        },
    }


def _halves(template: Path) -> tuple[str, str]:
    try:
        text = template.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{template}: the page's template is not there; `make setup` builds it") from error
    head, found, tail = text.partition(MARKER)
    if not found or MARKER in tail:
        raise InvalidInput(f"{template}: not a template of the replay page (it must hold {MARKER!r} once)")
    return head, tail


def _script_json(value: Any) -> str:
    """JSON that can stand inside a script element: no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")
