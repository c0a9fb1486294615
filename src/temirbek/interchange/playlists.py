"""A set as playlists that any player reads: M3U8 of the tracks, a CUE sheet of the mix."""

from collections.abc import Sequence
from pathlib import Path

from temirbek.interchange.places import line_path, path_text
from temirbek.interchange.text import name_of, one_line
from temirbek.types import Mix, Track

CUE_FRAMES_PER_S = 75
MOST_CUE_TRACKS = 99
"""A CUE sheet numbers its tracks with two digits."""


def m3u8(tracks: Sequence[Track]) -> str:
    """An extended M3U playlist in UTF-8, absolute paths."""
    lines = ["#EXTM3U"]
    for track in tracks:
        lines += [f"#EXTINF:{round(track.duration_s)},{name_of(track)}", line_path(track.path)]
    return "\n".join(lines) + "\n"


def lead_starts_s(mix: Mix) -> tuple[float, ...]:
    """Mix seconds at which each play takes over: the first with the mix, each other where it takes the bass."""
    return (0.0, *(float(mix.beat_grid.time_at(t.swap_beat)) for t in mix.plan.transitions))


def cue_sheet(mix: Mix, folder: Path) -> str:
    """The CUE sheet of a mix, to lie in ``folder``: a track begins where it takes the bass.

    Minutes go on beyond 99. Of more than 99 tracks the first 99 are listed; the last entry runs to the end.
    """
    audio = line_path(mix.audio_path)
    near = Path(audio).name if Path(audio).parent == Path(path_text(folder)) else audio
    lines = [f'FILE "{_quoted(near)}" WAVE']
    for number, (track, start_s) in enumerate(zip(mix.tracks, lead_starts_s(mix), strict=True), start=1):
        if number > MOST_CUE_TRACKS:
            break
        lines += [f"  TRACK {number:02d} AUDIO", f'    TITLE "{_quoted(track.title)}"']
        if track.artist:
            lines.append(f'    PERFORMER "{_quoted(track.artist)}"')
        lines.append(f"    INDEX 01 {_cue_time(start_s)}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """What may stand between quotes: the format has no escape for a quote."""
    return one_line(text).replace('"', "'")


def _cue_time(time_s: float) -> str:
    minutes, frames = divmod(round(time_s * CUE_FRAMES_PER_S), 60 * CUE_FRAMES_PER_S)
    return f"{minutes:02d}:{frames // CUE_FRAMES_PER_S:02d}:{frames % CUE_FRAMES_PER_S:02d}"
