"""Working with a DJ's tools: what was found out goes out to other programs, what a person set by hand comes in.

**Out.** :func:`export_set` writes a mix, :func:`export_library` analysed tracks without one: a Rekordbox collection
(DJ_PLAYLISTS 1.0.0), M3U8, a CUE sheet, Audacity's label tracks, a REAPER project with both decks, a Traktor collection
(NML 19). Each format is a pure function of nouns in a file of its own (:mod:`rekordbox <temirbek.interchange.rekordbox>`,
:mod:`playlists <temirbek.interchange.playlists>`, :mod:`audacity <temirbek.interchange.audacity>`, :mod:`reaper
<temirbek.interchange.reaper>`, :mod:`traktor <temirbek.interchange.traktor>`): same nouns, same bytes. Files are made in the
folder that was named and nowhere else. Recordings, their tags (ReplayGain among them) and a person's libraries are never
written to.

**In.** :func:`read_rekordbox` and :func:`read_mixxx` give a :class:`temirbek.types.DjLibrary`: grids and cues that a person set,
keys, playlists. :func:`match` finds in it the recordings that lie here, and :func:`grid_over` fits a grid to a recording's
true length. A file that is no library is refused; in a library, what is wrong with one field costs that field alone, and
a note names file, track and field.

**Running orders.** :func:`read_rundown` understands tables that people wrote (xlsx, CSV; English, Russian, Kazakh), and says of
every row what it understood, guessed and ignored; :func:`cues_toml` makes cues of them. :func:`write_rundown_csv`,
:func:`write_rundown_xlsx` and :func:`write_rundown_html` write an evening; the tables come back the same.

**Conventions.** Times are seconds of the track (``track_s``) or of the mix (``mix_s``). A grid leaves as few *anchors*
(:mod:`temirbek.interchange.anchors`): place, tempo from there on, number of the beat in its bar; it returns to the
microsecond. Paths of other machines are kept as they are written there.

**Sources.** Rekordbox: AlphaTheta, "rekordbox xml format list". Mixxx: its ``res/schema.xml`` and ``beats.proto``. REAPER: "State
Chunk Definitions" (ReaTeam/Doc). Audacity: its manual, "Importing and Exporting Labels". CUE: the CDRWIN user's guide.
Facts alone were taken.

**Limits.** Programs decode MP3 and AAC with different delays, some 26 ms apart at worst, and no library says which it had:
for such files a person's grid is as exact as the two decoders agree, while WAV, FLAC and Ogg are exact. Rekordbox does
not say which grids a person has touched and which its own analysis left; Mixxx tells those that were locked
(``is_grid_locked``). It knows no bars: its first downbeat is what most cues lie on (``are_bars_human`` is False). A CUE sheet lists 99 tracks. REAPER gets tempo, gains, faders and, to
−24 dB, the bands; not filter, echo and reverb, nor the master's gain and limiter.
"""

from temirbek.interchange.anchors import grid_over
from temirbek.interchange.export import LIBRARY_FORMATS, SET_FORMATS, export_library, export_set
from temirbek.interchange.matching import match
from temirbek.interchange.mixxx_library import read_mixxx
from temirbek.interchange.rekordbox_library import read_rekordbox
from temirbek.interchange.rundown import read_rundown
from temirbek.interchange.rundown_nouns import RundownCue, RundownImport, RundownRow
from temirbek.interchange.rundown_page import write_rundown_html
from temirbek.interchange.rundown_toml import cues_toml, missing_keys
from temirbek.interchange.rundown_write import (
    evening_to_cues_toml,
    rundown_of,
    write_rundown_csv,
    write_rundown_xlsx,
)

__all__ = [
    "LIBRARY_FORMATS",
    "SET_FORMATS",
    "RundownCue",
    "RundownImport",
    "RundownRow",
    "cues_toml",
    "evening_to_cues_toml",
    "export_library",
    "export_set",
    "grid_over",
    "match",
    "missing_keys",
    "read_mixxx",
    "read_rekordbox",
    "read_rundown",
    "rundown_of",
    "write_rundown_csv",
    "write_rundown_html",
    "write_rundown_xlsx",
]
