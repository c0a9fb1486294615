"""Voice: from the organiser's own words to sound, captions in time with it, and the accents that a body can show.

The corridor, one file a step:

1. :mod:`.lexicon`, :mod:`.numerals`: how names, numbers, dates and times are said. The organiser's text is cut into
   *units*, each some of its words and what a voice says for them; captions always show the text itself.
2. :mod:`.programs`: speech programs are processes of their own, with bounded time and bounded output. They are under the
   GPL: nothing of them is ever loaded here.
3. :mod:`.espeak`: espeak-ng tells no word times, so it speaks every text twice: once evenly, once with each unit at
   another loudness than its neighbours. Both have the same timing, sample by sample; the ratio of the two is a staircase
   whose steps are the words (:mod:`.staircase`).
4. :mod:`.piper`, :mod:`.recording`: other voices and recordings of people are aligned with espeak-ng's reading of the same
   words, whose times are known, by dynamic time warping of their spectra (:mod:`.alignment`; after Malfrère & Dutoit
   1997, the method of synthesis-based forced alignment).
5. :mod:`.captions`: at most two lines of 37 characters, cut where sentences and clauses end (EBU-TT and BBC subtitle
   guidelines; EN 301 549, 7.1: captions keep time with the sound to 100 ms).
6. :mod:`.accents`: stressed words and the summits of their loudest syllable, where a speaker's beat
   gesture has its stroke (McNeill 1992; Loehr 2004); arm moves of the G1 whose stroke lands there.

Conventions: 48 kHz mono, full scale ±1, −16 LUFS; seconds from the first sample. Same text, voice and lexicon: same sound.

Limits: espeak-ng is understood in a hall, and sounds like a machine; its Kazakh stress is regular, not always right. Word
times of recordings hold for a reader who reads the text as it is written; words left out or put in are not noticed, but
the words around them are misplaced. Speech over music is not aligned well: give dry recordings.
"""

from temirbek.voice.accents import beat_gestures
from temirbek.voice.captions import LINE_LENGTH, MOST_LINES, captions_of
from temirbek.voice.lexicon import Lexicon, Unit, house_lexicon
from temirbek.voice.programs import why_missing
from temirbek.voice.recording import hear_recording
from temirbek.voice.speak import script_of, speak

__all__ = [
    "LINE_LENGTH",
    "MOST_LINES",
    "Lexicon",
    "Unit",
    "beat_gestures",
    "captions_of",
    "hear_recording",
    "house_lexicon",
    "script_of",
    "speak",
    "why_missing",
]
