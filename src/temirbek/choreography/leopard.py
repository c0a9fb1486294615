"""The snow leopard: an animal's own dance, not a dancer's on four legs."""

from collections.abc import Sequence

from temirbek.choreography.form import Phrase, Unit
from temirbek.choreography.material import Chooser, tempo_rule
from temirbek.choreography.part import Part, intensity_of
from temirbek.types import Move, Performer

PICTURE_EVERY = 4  # a picture (bow, sit, paw) in the last unit of every so many

LOWEST = 0.7  # a quadruped's trunk moves by centimetres: smaller is not seen


class LeopardPart:
    """Composes for one quadruped.

    Args:
        leopard: Who.
        chooser: Draws moves.
    """

    def __init__(self, leopard: Performer, chooser: Chooser) -> None:
        self._leopard, self._chooser = leopard, chooser
        self._motifs: dict[str, tuple[Move, Move, Move]] = {}

    def compose(self, phrases: Sequence[Phrase]) -> Part:
        """The leopard's part for all phrases."""
        part = Part()
        for phrase in phrases:
            first, second, picture = self._motif(phrase)
            words = f"{self._leopard.name}: {first.title.lower()}, {second.title.lower()}, {picture.title.lower()}"
            part.notes.append((phrase.start_beat, words))
            for k, unit in enumerate(phrase.units):
                move = first if k % 2 == 0 else second
                if k % PICTURE_EVERY == PICTURE_EVERY - 1:
                    move = picture
                self._unit(part, phrase, unit, move, mirrored=k % 4 >= 2)
        return part

    def _unit(self, part: Part, phrase: Phrase, unit: Unit, move: Move, *, mirrored: bool) -> None:
        level = max(intensity_of(unit, phrase), LOWEST)
        end = unit.end_beat
        if phrase.before_drop and unit is phrase.units[-1]:
            end -= min(4.0, unit.length_beats / 2)
            part.dance(
                self._leopard.id,
                self._chooser.moves["cat_freeze"],
                end,
                unit.end_beat,
                intensity=0.9,
                tempo_bpm=phrase.tempo_bpm,
            )
        if move.length_beats > end - unit.start_beat:  # a picture needs its whole length
            move = self._motif(phrase)[0]
        part.dance(
            self._leopard.id,
            move,
            unit.start_beat,
            end,
            intensity=level,
            tempo_bpm=phrase.tempo_bpm,
            mirrored=mirrored,
        )

    def _motif(self, phrase: Phrase) -> tuple[Move, Move, Move]:
        if phrase.motif not in self._motifs:
            first = self._chooser.choose("go2", _is_steady, phrase)
            second = self._chooser.choose("go2", _is_steady, phrase, avoid=(first.name,))
            picture = self._chooser.choose("go2", _is_picture, phrase)
            if (tempo_rule(picture, phrase.tempo_bpm) or 1.0) != 1.0:
                picture = first
            self._motifs[phrase.motif] = (first, second, picture)
        return self._motifs[phrase.motif]


def _is_steady(move: Move) -> bool:
    return move.family not in ("idle", "pictures")


def _is_picture(move: Move) -> bool:
    return move.family == "pictures" and bool(move.accents)
