"""The door of the room: one object that remembers, and asks the pure parts."""

from collections.abc import Mapping, Sequence

from temirbek.manners.gaze import glances
from temirbek.manners.guests import greetings, told
from temirbek.manners.memory import Memory
from temirbek.manners.sounds import answers
from temirbek.types import BodyGesture, BodyTrack, Glance, HallSound, Moment, Performer, Reaction, RobotNow


class Manners:
    """How the robots of a cast answer people.

    The same seed, cast and order of events give the same answers; all that was is in :attr:`memory`, plain data that
    can be kept and given to a new one.

    Args:
        cast: The robots.
        seed: Of every free choice.
        allows_contact: Whether people may touch robots in this venue.
        memory: What was before.

    Attributes:
        allows_contact: Whether people may touch robots now; a show may allow it for a while.
    """

    def __init__(
        self,
        cast: Sequence[Performer],
        *,
        seed: int,
        allows_contact: bool = False,
        memory: Memory | None = None,
    ) -> None:
        self._cast, self._seed, self.allows_contact = tuple(cast), seed, allows_contact
        self.memory = memory or Memory()

    def notice_sound(
        self, sound: HallSound, moment: Moment, robots: Mapping[str, RobotNow], host_s: float
    ) -> tuple[Reaction, ...]:
        """What robots answer to a sound, decided in the event that tells of it.

        Args:
            sound: What is heard.
            moment: What the show does.
            robots: What each robot can do now.
            host_s: Now.
        """
        self.memory, given = answers(self.memory, self._cast, sound, moment, robots, host_s, self._seed)
        return given

    def notice_people(
        self, tracks: Sequence[BodyTrack], moment: Moment, robots: Mapping[str, RobotNow], host_s: float
    ) -> tuple[Reaction, ...]:
        """Whom robots greet, wave back to or offer a hand.

        Args:
            tracks: Everybody in sight now.
            moment: What the show does.
            robots: What each robot can do now, and where it stands.
            host_s: Now.
        """
        self.memory, given = greetings(
            self.memory,
            self._cast,
            tracks,
            moment,
            robots,
            host_s,
            self._seed,
            allows_contact=self.allows_contact,
        )
        return given

    def notice_gesture(self, gesture: BodyGesture) -> None:
        """What somebody's hands mean, read by whoever sees every picture; the next :meth:`notice_people` answers it.

        From the first one on, hands are not read from tracks any more.
        """
        self.memory = told(self.memory, gesture)

    def glance(
        self, tracks: Sequence[BodyTrack], robots: Mapping[str, RobotNow], host_s: float
    ) -> Mapping[str, Glance]:
        """Which robots look at somebody now: how far to their left, and for how long."""
        self.memory, given = glances(self.memory, self._cast, tracks, robots, host_s, self._seed)
        return given
