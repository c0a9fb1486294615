"""Where the dancers go: from the wings, from formation to formation, and back."""

from collections.abc import Sequence

from temirbek.choreography.floor import Floor
from temirbek.choreography.form import Phrase
from temirbek.choreography.formation import FORMATIONS, WORDS, faced, pushed_out, targets, walks_to
from temirbek.choreography.layers import SAME_BEAT, end_of
from temirbek.choreography.material import Chooser, rule_for
from temirbek.choreography.part import Part, intensity_of
from temirbek.choreography.scene import Scene
from temirbek.choreography.walking import Walker
from temirbek.errors import InvalidInput
from temirbek.types import MoveCall, Performer, Place

WALK_INTENSITY = 0.6  # of the poses, on the way from the wings and back


class Travel:
    """Plans the walks of dancers who belong together.

    Args:
        dancers: One or more, of one kind of robot; the first leads.
        chooser: Knows the vocabulary, and draws formations.
        floor: Where everybody is; told of every step.
        scene: What the numbers ask.
        part: Takes calls and notes.
        bar_beats: Beats in a bar.

    Attributes:
        free_from: Dancer → the beat from which on its legs have nowhere to go.
        walks: Dancer → its walks (from beat, to beat).
        dances_from: Dancer → the beat at which it has come from the wings.
    """

    def __init__(
        self,
        dancers: Sequence[Performer],
        chooser: Chooser,
        floor: Floor,
        scene: Scene,
        part: Part,
        bar_beats: int,
    ) -> None:
        self._dancers, self._chooser, self._floor = dancers, chooser, floor
        self._scene, self._part, self._bar = scene, part, float(bar_beats)
        self.free_from = {d.id: 0.0 for d in dancers}
        self.dances_from = {d.id: 0.0 for d in dancers}
        self.walks: dict[str, list[tuple[float, float]]] = {d.id: [] for d in dancers}
        self._formation = "home"
        self._homes = tuple(
            pushed_out(Place(x_m=d.mark_m[0], y_m=d.mark_m[1], heading_rad=d.facing_rad), floor)
            for d in dancers
        )
        self._have_wings = any(d.wings_m is not None for d in dancers)

    def check_marks(self) -> None:
        """Whether everybody can stand where the show file says.

        Raises:
            InvalidInput: A mark is within reach of an artist's zone, and there is no other way to stand elsewhere.
        """
        for dancer, home in zip(self._dancers, self._homes, strict=True):
            if (home.x_m, home.y_m) == (float(dancer.mark_m[0]), float(dancer.mark_m[1])):
                continue
            if dancer.wings_m is None:
                raise InvalidInput(
                    f"the mark of {dancer.id!r} at {list(dancer.mark_m)} m lies so near to an artist's zone that a "
                    "fall would end in it; give it another mark, or wings from which it walks to a free one"
                )
            words = f"{dancer.name}'s mark gives way to the artist: {home.x_m:.1f}, {home.y_m:.1f} m"
            self._part.notes.append((0.0, words))

    def enter(self, first: Phrase, end_beat: float) -> None:
        """Those with wings walk from them to their marks, before they dance.

        Raises:
            InvalidInput: No way leads there within a third of the dance, or before the first pinned bar.
        """
        if not self._have_wings:
            return
        start, third = first.start_beat, (end_beat - first.start_beat) / 3
        pins = [a for d in self._dancers for a, _ in self._scene.pinned(d.id, start, start + third)]
        by = min([start + third, *pins])
        calls = self._walks(self._homes, first, start, by, WALK_INTENSITY) if by > start else None
        if calls is None and pins and all(d.id in self._floor.steps for d in self._dancers):
            return  # the choreographer wrote the way from the wings as well
        if calls is None:
            raise InvalidInput(
                f"no way leads the dancers from their wings to their marks in the {by - start:.0f} beats before "
                f"{'the first pinned bar' if pins else 'a third of the mix is over'}, at {first.tempo_bpm:.0f} BPM: bring the "
                "wings nearer, out of each other's way, or pin later bars"
            )
        self._take(calls)
        self.dances_from = dict(self.free_from)
        self._part.notes.append((start, "the dancers walk from the wings to their marks"))

    def leaves_from(self, last: Phrase) -> float:
        """Where the way from the marks back to the wings begins, so that it ends with the dance [mix beats]."""
        bars = 0.0
        for dancer, home in zip(self._dancers, self._homes, strict=True):
            wings = _wings(dancer)
            corner = Place(x_m=home.x_m, y_m=wings.y_m, heading_rad=home.heading_rad)
            ways = ((home, wings), (home, corner, wings))
            walks = [self._walker(last).walk(way, 0.0, dancer.id, WALK_INTENSITY) for way in ways]
            bars = max(bars, max((end_of(w[-1]) / self._bar for w in walks if w), default=0.0))
        return last.end_beat - bars * self._bar

    def leave(self, last: Phrase, start_beat: float) -> None:
        """Back to the wings."""
        if not self._have_wings or self._is_written(start_beat, last.end_beat):
            return
        goals = [_wings(d) for d in self._dancers]
        calls = self._walks(goals, last, start_beat, last.end_beat, WALK_INTENSITY)
        if calls is None:
            words = "no way leads back to the wings in time: the dancers stay where they are"
        else:
            words = "the dancers walk back to the wings"
            self._take(calls)
        self._part.notes.append((start_beat, words))

    def move_over(self, phrase: Phrase, start_beat: float, end_beat: float, *, goes_home: bool) -> None:
        """A change of formation in the first half of a phrase.

        Args:
            phrase: The music.
            start_beat, end_beat: Where in it the dancers are free to go.
            goes_home: Whether they shall stand on their marks at its end.
        """
        begins = start_beat
        half = begins + max(0.5 * (end_beat - begins), 2 * self._bar)
        by = end_beat if goes_home else min(end_beat - self._bar, half)
        pins = [p for d in self._dancers for p in self._scene.pinned(d.id, begins, by)]
        by = min([by, *(a for a, _ in pins)])
        if by < begins + self._bar - SAME_BEAT:
            return
        if any(self.free_from[d.id] > begins + SAME_BEAT for d in self._dancers):
            return
        artist = self._scene.artist_at(begins)
        for name in self._wanted(phrase, begins, goes_home=goes_home):
            goals = [
                faced(pushed_out(place, self._floor), home, artist)
                for place, home in zip(targets(name, self._dancers, self._homes), self._homes, strict=True)
            ]
            if self._floor.clearance(goals) < -SAME_BEAT:
                continue
            calls = self._walks(goals, phrase, begins, by, intensity_of(phrase.units[0], phrase))
            if calls is None:
                continue
            if calls:
                words = "turn" if name == self._formation else f"walk {WORDS[name]}"
                self._part.notes.append((begins, f"the dancers {words}"))
                self._take(calls)
            self._formation = name
            return

    def room_m(self, beat: float) -> float:
        """How far steps may stray from where the dancers stand once their walks up to a beat are done [m]."""
        return self._floor.clearance([self._floor.place(d, beat) for d in self._dancers])

    def is_walking(self, dancer: str, start_beat: float, end_beat: float) -> bool:
        """Whether a dancer goes somewhere in a stretch."""
        return any(a < end_beat - SAME_BEAT and b > start_beat + SAME_BEAT for a, b in self.walks[dancer])

    def _is_written(self, start: float, end: float) -> bool:
        """Whether a choreographer wrote steps where a way would lead: then the way is the choreographer's."""
        return any(self._scene.pinned(d.id, start, end) for d in self._dancers)

    def _wanted(self, phrase: Phrase, beat: float, *, goes_home: bool) -> tuple[str, ...]:
        """Formations to try, in order; the one that stands comes last, for the sake of whom it faces."""
        if self._scene.is_solo(beat):
            return ("open", "back", "wide", self._formation)
        if goes_home or phrase.opens_drop:
            return ("home", self._formation)
        if phrase.index % 2 == 1 and self._formation != "open":
            return (self._formation,)
        names = [n for n in FORMATIONS[phrase.label] if n != self._formation]
        if len(self._dancers) == 1:
            names = [n for n in names if n in ("home", "front", "back")]
        drawn = [names[i] for i in self._chooser.rng.permutation(len(names))]
        return (*drawn, self._formation)

    def _walks(
        self, goals: Sequence[Place], phrase: Phrase, start: float, by: float, intensity: float
    ) -> list[MoveCall] | None:
        return walks_to(
            goals,
            self._dancers,
            self._floor,
            self._walker(phrase),
            start_beat=start,
            last_beat=by,
            intensity=intensity,
        )

    def _take(self, calls: Sequence[MoveCall]) -> None:
        self._part.calls += calls
        self._floor.add(calls)
        for call in calls:
            self.free_from[call.performer] = max(self.free_from[call.performer], end_of(call))
            self.walks[call.performer].append((call.start_beat, end_of(call)))

    def _walker(self, phrase: Phrase) -> Walker:
        rules = {m.name: rule_for(m, phrase) for m in self._chooser.moves.values() if m.steps}
        fitting = {name: rule for name, rule in rules.items() if rule is not None}
        return Walker(self._chooser.moves, self._dancers[0].robot, fitting, int(self._bar))


def _wings(dancer: Performer) -> Place:
    x, y = dancer.wings_m if dancer.wings_m is not None else dancer.mark_m
    return Place(x_m=x, y_m=y, heading_rad=dancer.facing_rad)
