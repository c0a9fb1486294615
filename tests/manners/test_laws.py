"""What holds of manners whatever happens, in whatever order."""

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.manners.people import CAST, person, sound

from temirbek.manners import GESTURES, RECENT, Manners, Memory
from temirbek.manners.guests import COOL_S
from temirbek.store.nouns import from_json, to_json
from temirbek.types import Reaction, RobotNow

MOMENTS = ("speech", "mid_song", "end_of_number", "between", "battle")
STATES = ("absent", "standing", "dancing", "waiting", "damped", "fallen", "lost")
KINDS = ("applause", "cheering", "clapping_along")

happenings = st.lists(
    st.tuples(
        st.floats(0.05, 3.0),  # seconds since the one before
        st.sampled_from(["sound", "people", "people", "glance"]),
        st.sampled_from(MOMENTS),
        st.sampled_from(KINDS),
        st.sampled_from(["began", "goes_on", "ended"]),
        st.lists(st.sampled_from(STATES), min_size=len(CAST), max_size=len(CAST)),
        st.lists(
            st.tuples(
                st.sampled_from("abcde"),
                st.floats(0.3, 2.0),
                st.floats(-2.5, 2.5),
                st.sampled_from(["down", "up", "waving"]),
            ),
            max_size=4,
            unique_by=lambda x: x[0],
        ),
    ),
    min_size=5,
    max_size=60,
)


def live(manners: Manners, events: list) -> list[tuple[float, str, str, tuple[Reaction, ...], dict]]:  # type: ignore[type-arg]
    """Lets it all happen: (when, what, moment, answers, robots) of each."""
    host_s, told = 100.0, []
    for gap_s, what, moment, kind, state, states, people in events:
        host_s += gap_s
        robots = {p.id: RobotNow(state=s, position_m=p.mark_m) for p, s in zip(CAST, states, strict=True)}
        tracks = [person(name, x, y, host_s, hand=hand) for name, x, y, hand in people]
        given_: tuple[Reaction, ...] = ()
        if what == "sound":
            given_ = manners.notice_sound(sound(kind, state, host_s), moment, robots, host_s)
        elif what == "people":
            given_ = manners.notice_people(tracks, moment, robots, host_s)
        else:
            for name, glance in manners.glance(tracks, robots, host_s).items():
                assert robots[name].is_free
                assert 0.5 <= glance.seconds <= 1.5
                assert abs(glance.yaw_rad) <= 0.5
        told.append((host_s, what, moment, given_, robots))
    return told


@settings(max_examples=60, deadline=None)
@given(happenings, st.integers(0, 99), st.booleans())
def test_what_manners_never_do(events: list, seed: int, allows_contact: bool) -> None:  # type: ignore[type-arg]
    told = live(Manners(CAST, seed=seed, allows_contact=allows_contact), events)
    made: dict[str, list[str]] = defaultdict(list)
    greeted_s: list[float] = []
    kinds = {p.id: (p.robot, p.role) for p in CAST}
    for host_s, what, moment, given_, robots in told:
        assert len({r.robot for r in given_}) == len(given_), "one answer of each at a time"
        for reaction in given_:
            assert moment != "speech"
            assert robots[reaction.robot].state in ("standing", "waiting")
            assert reaction.delay_s >= 0.0
            assert reaction.decided_host_s == host_s
            assert reaction.gesture not in made[reaction.robot][-RECENT:]
            made[reaction.robot].append(reaction.gesture)
            gesture = next(
                g for g in GESTURES if g.name == reaction.gesture and g.robot == kinds[reaction.robot][0]
            )
            assert kinds[reaction.robot][1] in gesture.roles
            assert allows_contact or not gesture.needs_contact
            assert reaction.clap_tempo_bpm is None or gesture.keeps_beat
        if what == "people" and given_:
            assert moment == "between"
            assert not greeted_s or host_s - greeted_s[-1] >= COOL_S
            greeted_s.append(host_s)


@settings(max_examples=20, deadline=None)
@given(happenings, st.integers(0, 99))
def test_the_same_seed_gives_the_same_answers_also_from_a_kept_memory(events: list, seed: int) -> None:  # type: ignore[type-arg]
    whole = [t[3] for t in live(Manners(CAST, seed=seed), events)]
    assert whole == [t[3] for t in live(Manners(CAST, seed=seed), events)]
    half = len(events) // 2
    manners = Manners(CAST, seed=seed)
    live(manners, events[:half])
    kept = from_json(Memory, to_json(manners.memory))
    assert kept == manners.memory


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=10, max_size=80),
    st.integers(0, 99),
)
def test_nobody_is_greeted_twice(visits: list, seed: int) -> None:  # type: ignore[type-arg]
    manners, host_s, greetings = Manners(CAST, seed=seed), 0.0, 0
    robots = {p.id: RobotNow(state="standing", position_m=p.mark_m) for p in CAST}
    seen = set()
    for name, is_near in visits:
        for _ in range(6):
            host_s += 0.5
            y_m = {"a": 0.0, "b": 2.0, "c": -2.0}[name]
            track = person(name, 1.0 if is_near else 4.0, y_m, host_s)
            given_ = manners.notice_people([track], "between", robots, host_s)
            greetings += len(given_)
            assert all("guest" in r.cause for r in given_)
        seen.add(name)
    assert greetings <= len(seen)
