"""The hall of the show that is none: it applauds now and then, is answered, wishes, votes, and watches a battle."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from temirbek.types import BattleView, HallView, PollView, ReactionLine, WishView
from temirbek.types.hall import HallSoundKind

ROUND_S = 24.0
"""So long is the circle of what the hall does: quiet, applause, cheering, clapping along."""
_DOES: tuple[tuple[HallSoundKind, ...], ...] = (
    (),
    ("applause",),
    ("applause", "cheering"),
    ("clapping_along",),
)
_VERDICT: Mapping[str, Any] = {
    "round": 1,
    "winner": "person",
    "points": 7.6,
    "draw_points": 3.0,
    "parts": [
        {
            "source": "measured",
            "rule_weight": 0.4,
            "weight": 0.5,
            "slider": 0.084,
            "points": 4.2,
            "reason": "",
        },
        {
            "source": "audience",
            "rule_weight": 0.4,
            "weight": 0.5,
            "slider": 0.068,
            "points": 3.4,
            "reason": "",
            "votes_person": 1612,
            "votes_robot": 1406,
        },
        {
            "source": "jury",
            "rule_weight": 0.2,
            "weight": 0.0,
            "slider": None,
            "points": 0.0,
            "reason": "jury_silent",
        },
    ],
    "comparisons": [
        {"criterion": "copy", "person": None, "robot": None, "reason": "nothing_to_copy"},
        {"criterion": "variety", "person": 0.71, "robot": 0.64, "reason": ""},
        {"criterion": "execution", "person": 0.66, "robot": 0.82, "reason": ""},
        {"criterion": "groove", "person": 0.78, "robot": 0.73, "reason": ""},
        {"criterion": "originality", "person": None, "robot": None, "reason": "nothing_before"},
    ],
}


class FakeHall:
    """What a hall would show.

    Attributes:
        answers: Robots answer it.
        hidden: Tracks whose wishes nobody sees.
    """

    def __init__(self) -> None:
        self.answers = True
        self.hidden: set[str] = set()
        self._battle = BattleView(
            cue="battle",
            state="score",
            round=2,
            rounds=3,
            jury=("Jury 1", "Jury 2"),
            may=("jury", "next", "again", "end"),
            votes_person=1120,
            votes_robot=1274,
            verdicts=(_VERDICT,),
        )

    def view(self, utc_s: float, from_s: float) -> HallView:
        """What is noticed now, so long after the beginning."""
        sounds = _DOES[int(from_s / ROUND_S * len(_DOES)) % len(_DOES)]
        loud = 6.0 + 9.0 * len(sounds)
        told = (
            ("sky", "hand_on_heart", "applause", 0.9),
            ("gold", "bow_sweep", "applause", 1.1),
            ("adilet", "paw_up", "3 guests", 1.4),
            ("temirbek", "clap", "clapping along", None),
        )
        return HallView(
            is_listening=True,
            sounds=sounds,
            level_db=loud + 2.0 * math.sin(3.0 * from_s) if sounds else 0.8,
            echo_removed_db=21.0,
            clap_tempo_bpm=123.6 if "clapping_along" in sounds else None,
            answers=self.answers,
            reactions=tuple(
                ReactionLine(
                    utc_s=utc_s - 60.0 + 14 * i,
                    robot=robot,
                    gesture=gesture,
                    cause=cause,
                    cause_utc_s=utc_s - 62.0 + 14 * i,
                    delay_s=delay_s,
                    why="" if delay_s else "it is dancing",
                )
                for i, (robot, gesture, cause, delay_s) in enumerate(told)
            ),
            guests=84,
            phones=4921,
            claps_per_s=310.0 if sounds else 0.0,
        )

    def wishes(self) -> tuple[WishView, ...]:
        """Most wished for first."""
        told = (("tulpar", "Тұлпар", 412), ("alma", "Алма", 268), ("tan", "Таң", 97))
        return tuple(
            WishView(track=t, title=title, artist="Temirbek studio", count=n, is_hidden=t in self.hidden)
            for t, title, n in told
        )

    def poll(self) -> PollView:
        """Who should dance again."""
        options = (
            ("sky", {"kk": "Аспан", "ru": "Аспан", "en": "Aspan"}, 1413),
            ("gold", {"kk": "Алтын", "ru": "Алтын", "en": "Altyn"}, 1026),
            ("adilet", {"kk": "Әділет", "ru": "Адилет", "en": "Adilet"}, 2004),
        )
        question = {"kk": "Тағы кім билесін?", "ru": "Кто станцует ещё?", "en": "Who shall dance again?"}
        return PollView(cue="poll", question=question, options=options, n_votes=4443)  # type: ignore[arg-type]

    def battle(self, *, is_on: bool) -> BattleView:
        """In its second round while it is on; before, over."""
        return self._battle if is_on else replace(self._battle, state="over", may=())
