"""The DJ robot: works the desk when the plan moves a control, dances behind it when it does not."""

from collections.abc import Sequence

from temirbek.choreography.form import Phrase, Unit
from temirbek.choreography.material import Chooser, is_planted
from temirbek.choreography.part import Part, intensity_of
from temirbek.types import Move, Performer, Reach

GROOVE_SHARE = 0.6  # a DJ stands at a desk: the legs dance smaller than a dancer's
AT_WORK_SHARE = 0.35  # and smaller still while hands are at the controls: ankles keep their margin
TOO_DEEP = ("sink", "stomp")  # grooves that would take the hands below the table
LISTEN_BEATS = 16.0  # so long before a hand goes to work, the other record is listened to
HANDS_FREE_BEATS = 3.0  # no hands in the air so close to work


class DjPart:
    """Composes for the DJ.

    Args:
        dj: Who.
        chooser: Draws moves.
        reaches: What its hands do at the desk.
    """

    def __init__(self, dj: Performer, chooser: Chooser, reaches: Sequence[Reach]) -> None:
        self._dj, self._chooser, self._reaches = dj, chooser, reaches

    def compose(self, phrases: Sequence[Phrase]) -> Part:
        """The DJ's part for all phrases."""
        part = Part(reaches=list(self._reaches))
        grooves: dict[str, Move] = {}
        for phrase in phrases:
            if phrase.motif not in grooves:
                grooves[phrase.motif] = self._chooser.choose("g1", is_planted, phrase, avoid=TOO_DEEP)
            for k, unit in enumerate(phrase.units):
                self._unit(part, phrase, unit, k, grooves[phrase.motif])
        part.notes += self._desk_notes()
        return part

    def _unit(self, part: Part, phrase: Phrase, unit: Unit, k: int, groove: Move) -> None:
        level = intensity_of(unit, phrase)
        mirrored = k % 2 == 1
        share = GROOVE_SHARE if self._are_free(unit) else AT_WORK_SHARE
        for move, intensity in ((groove, share * level), (self._above(phrase, unit, k), level)):
            part.dance(
                self._dj.id,
                move,
                unit.start_beat,
                unit.end_beat,
                intensity=intensity,
                tempo_bpm=phrase.tempo_bpm,
                mirrored=mirrored,
            )
        if phrase.opens_drop and k == 0:
            words = (
                "the DJ's hands go up"
                if self._are_free(unit)
                else "the DJ's hands stay at the desk: work to do"
            )
            part.notes.append((unit.start_beat, words))

    def _above(self, phrase: Phrase, unit: Unit, k: int) -> Move:
        """What arms and chest do above the desk."""
        moves = self._chooser.moves
        if phrase.label == "drop" and self._are_free(unit):
            if phrase.opens_drop and k == 0:
                return moves["hands_up"]
            if k % 2 == 1:
                return moves["dj_pump"]
        coming = [r.start_beat - unit.end_beat for r in self._reaches]
        if any(0.0 <= wait <= LISTEN_BEATS for wait in coming) and self._are_free(unit):
            return moves["dj_headphone"]
        return moves["dj_nod"]

    def _are_free(self, unit: Unit) -> bool:
        return all(
            r.end_beat + HANDS_FREE_BEATS <= unit.start_beat
            or r.start_beat - HANDS_FREE_BEATS >= unit.end_beat
            for r in self._reaches
        )

    def _desk_notes(self) -> list[tuple[float, str]]:
        return [
            (r.start_beat, f"{self._dj.name}'s {r.hand} hand at {r.target.replace('_', ' ')}")
            for r in self._reaches
        ]
