"""The mix as the page reads it: its map, its plan in seconds, its waveforms."""

from typing import Any

import numpy as np

from temirbek.replay.payloads import Payloads
from temirbek.types import WAVEFORM_RATE_HZ, Mix, Play, Transition


def music_json(mix: Mix, payloads: Payloads) -> dict[str, Any]:
    """Everything about the mix but its sound; instants in mix seconds [s], positions in mix beats."""
    grid = mix.beat_grid
    index_of = {track.id: index for index, track in enumerate(mix.tracks)}
    waveforms = np.round(np.clip(mix.waveforms, 0, 1) * 255).astype(np.uint8)
    return {
        "duration_s": mix.duration_s,
        "beats_s": np.round(grid.beats_s, 6).tolist(),
        "first_downbeat": grid.first_downbeat,
        "beats_per_bar": grid.beats_per_bar,
        "phrases_beats": mix.phrases_beats.tolist(),
        "energy": np.round(mix.energy, 4).tolist(),
        "tracks": [
            {"title": track.title, "artist": track.artist, "license": track.license} for track in mix.tracks
        ],
        "plays": [_play_json(play, index_of) for play in mix.plan.plays],
        "transitions": [_transition_json(transition) for transition in mix.plan.transitions],
        "sections": [
            {
                "start_beat": part.section.start_beat,
                "end_beat": part.section.end_beat,
                "label": part.section.label,
                "energy": round(part.section.energy, 4),
                "track": index_of.get(part.track_id, -1),
            }
            for part in mix.sections
        ],
        "automation": [
            {
                "deck": course.deck,
                "control": course.control,
                "beats": np.round(course.beats, 5).tolist(),
                "values": np.round(course.values, 5).tolist(),
            }
            for course in mix.plan.automation
        ],
        "waveforms": {
            "rate_hz": WAVEFORM_RATE_HZ,
            "rows": waveforms.shape[0],
            "columns": waveforms.shape[1],
            "data": payloads.integers("waveforms", waveforms.ravel()),
        },
    }


def _play_json(play: Play, index_of: dict[str, int]) -> dict[str, Any]:
    return {
        "track": index_of[play.track_id],
        "deck": play.deck,
        "from_beat": play.mix_from_beat,
        "to_beat": play.mix_to_beat,
        "reason": play.reason,
    }


def _transition_json(transition: Transition) -> dict[str, Any]:
    return {
        "from_play": transition.from_play,
        "start_beat": transition.start_beat,
        "end_beat": transition.end_beat,
        "swap_beat": transition.swap_beat,
        "style": transition.style,
        "reason": transition.reason,
        "is_on_phrases": transition.is_on_phrases,
    }
