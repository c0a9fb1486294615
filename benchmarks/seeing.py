"""How well and how fast people are seen: ``python benchmarks/seeing.py [gestures] [following] [pictures] [speed]`` (all, if none
is named).

All of it on the simulated hall; no network of anybody's is at hand here, so bodies are key points as a network tells them
(shaken by 2 pixels of 480, one in fifty missed), and pictures are drawn.

* **gestures**: guests at random places, distances, headings and heights who wave, hold up a hand or offer a high five; and
  others who dance (any skill, any tempo), clap, walk or stand: how often that seems to be a gesture.
* **following**: up to six people at once: places and headings against the script's, ids that change hands, ids per person.
* **pictures**: drawn pictures through the finders: bibs found and where, patches against people.
* **speed**: processor time for one picture, in each part.
"""

import sys
import time
from collections import defaultdict
from collections.abc import Callable

import numpy as np

from temirbek.seeing import (
    Act,
    Following,
    GestureReader,
    Guest,
    Markers,
    MotionOnly,
    Stop,
    SyntheticPeople,
    draw,
    floor_of,
    ids_from,
    visit,
)
from temirbek.seeing.standing import wrapped

N_TRIALS = 60
PICTURES_PER_S = 30.0
MARKS = [(1, -1), (1, 1), (5, 2), (5, -2)]
MEANT = {"wave": "wave", "raise_hand": "raised_hand", "high_five": "high_five_offer"}
BARS = {"wave": 0.74, "raise_hand": 1.0}


def main() -> None:
    parts = {"gestures": gestures, "following": following, "pictures": pictures, "speed": speed}
    for name in sys.argv[1:] or list(parts):
        parts[name]()


def row(what: str, measured: str, bar: str = "", is_met: bool | None = None) -> None:
    """One line of the table."""
    verdict = "" if is_met is None else ("met" if is_met else "MISSED")
    print(f"{what:<62} {measured:<34} {bar:<12} {verdict}")


# gestures


def gestures() -> None:
    """Recall of each gesture, and what seems to be one."""
    print(f"\ngestures: 3 s each, {N_TRIALS} guests a row, {PICTURES_PER_S:.0f} pictures a second")
    for kind, meant in MEANT.items():
        found = [_gestures_of(kind, trial) for trial in range(N_TRIALS)]
        hits = np.mean([meant in one for one in found])
        delays = [one[meant] for one in found if meant in one]
        others = np.mean([bool(set(one) - {meant}) for one in found])
        bar = BARS.get(kind)
        row(
            f"{meant} recalled; told after (median, p90); taken for another",
            f"{hits:.1%}; {np.median(delays):.2f}, {np.percentile(delays, 90):.2f} s; {others:.1%}",
            f">= {bar:.0%}" if bar else "",
            None if bar is None else bool(hits >= bar),
        )
    for kind in ("dance", "clap", "stand", "walk"):
        found = [_gestures_of(kind, trial) for trial in range(N_TRIALS)]
        shares = {meant: np.mean([meant in one for one in found]) for meant in MEANT.values()}
        row(
            f"{kind}: seems to be wave / raised hand / offer", " / ".join(f"{v:.1%}" for v in shares.values())
        )


def _gestures_of(kind: str, trial: int) -> dict[str, float]:
    """Gestures told in three seconds of somebody who does that: kind → how long after its begin [s]."""
    random = np.random.default_rng([trial, sum(kind.encode())])
    act = Act(
        kind=kind if kind not in ("stand", "walk") else "wave",
        from_s=11.0,
        to_s=14.0,
        side="left" if random.uniform() < 0.5 else "right",
        skill=float(random.uniform()),
        tempo_bpm=float(random.uniform(85, 150)),
        beat_host_s=float(random.uniform()),
    )
    place = (float(random.uniform(1.5, 5.0)), float(random.uniform(-1.2, 1.2)))
    guest = visit(
        "guest",
        arrive_s=13.0 if kind == "walk" else 9.0,
        stay_s=20.0,
        place_m=place,
        faces_rad=np.pi + random.uniform(-0.5, 0.5),
        acts=() if kind in ("stand", "walk") else (act,),
        body_height_m=float(random.uniform(1.4, 1.95)),
    )
    people, reader = SyntheticPeople((guest,), trial), GestureReader()
    found: dict[str, float] = {}
    for host_s in np.arange(11.0, 14.0, 1 / PICTURES_PER_S):
        for gesture in reader.look(people.at(float(host_s)), float(host_s)):
            found.setdefault(gesture.kind, float(host_s) - 11.0)
    return found


# following


def following() -> None:
    """Places, headings and ids of up to six people who walk about."""
    print("\nfollowing: 10 evenings of 20 s, one to six people who walk, stop and turn")
    for per_s in (30.0, 10.0):
        away_m, turned, ids, swaps, seconds = [], [], [], 0, 0.0
        for trial in range(10):
            one = _followed(trial, per_s)
            away_m += one[0]
            turned += one[1]
            ids += one[2]
            swaps += one[3]
            seconds += one[4]
        row(
            f"{per_s:.0f} pictures a second: place, median / p95",
            f"{100 * np.median(away_m):.0f} / {100 * np.percentile(away_m, 95):.0f} cm",
        )
        row(
            "    heading, median / p95",
            f"{np.degrees(np.median(turned)):.0f} / {np.degrees(np.percentile(turned, 95)):.0f}°",
        )
        row(
            "    ids per person; changes of hands in a minute of a person",
            f"{np.mean(ids):.2f}; {60 * swaps / seconds:.2f}",
        )


def _followed(trial: int, per_s: float) -> tuple[list[float], list[float], list[int], int, float]:
    random = np.random.default_rng(trial)
    guests = tuple(_stroller(f"g{k}", random) for k in range(int(random.integers(1, 7))))
    people = SyntheticPeople(guests, trial)
    floor = floor_of(people.camera.floor_points(MARKS), people.camera.aspect)
    follow = Following(ids_from(np.random.default_rng(trial)), floor)
    away_m, turned, swaps = [], [], 0
    of_guest: dict[str, str] = {}
    ids: dict[str, set[str]] = defaultdict(set)
    for host_s in np.arange(0.0, 20.0, 1 / per_s):
        tracks = follow.follow(people.sightings_at(float(host_s)), float(host_s))
        for track, (guest, _) in zip(tracks, people.bodies_at(float(host_s)), strict=True):
            x, y, heading = guest.place_at(float(host_s))
            ids[guest.name].add(track.id)
            swaps += of_guest.setdefault(track.id, guest.name) != guest.name
            of_guest[track.id] = guest.name
            if track.position_m is not None:
                away_m.append(float(np.hypot(track.position_m[0] - x, track.position_m[1] - y)))
            if track.heading_rad is not None:
                turned.append(abs(wrapped(track.heading_rad - heading)))
    return away_m, turned, [len(one) for one in ids.values()], swaps, 20.0 * len(guests)


def _stroller(name: str, random: np.random.Generator) -> Guest:
    """Somebody who walks between four places where the camera sees them."""
    stops, host_s = [], 0.0
    for _ in range(4):
        place = (float(random.uniform(2.0, 5.0)), float(random.uniform(-1.2, 1.2)))
        heading = float(np.pi + random.uniform(-1.2, 1.2))
        stops += [Stop(host_s=host_s, place_m=place, heading_rad=heading)]
        stops += [Stop(host_s=host_s + 2.0, place_m=place, heading_rad=heading)]
        host_s += 2.0 + float(random.uniform(2.5, 4.5))
    return Guest(name=name, stops=(*stops, Stop(host_s=60.0, place_m=stops[-1].place_m)))


# pictures


def pictures() -> None:
    """Bibs and patches in drawn pictures."""
    print("\npictures: drawn, 1280 x 720 for bibs, 640 x 360 for movement, noise of 3 of 255")
    for away_m in (2.0, 3.5, 5.0, 7.0):
        found, apart_m = [], []
        for trial in range(8):
            random = np.random.default_rng(trial)
            place = (away_m, float(random.uniform(-0.8, 0.8)))
            stop = Stop(host_s=0.0, place_m=place, heading_rad=float(np.pi + random.uniform(-0.5, 0.5)))
            people = SyntheticPeople((Guest(name="a", stops=(stop,)),), trial)
            floor = floor_of(people.camera.floor_points(MARKS), people.camera.aspect)
            finder, follow = Markers(), Following(ids_from(random), floor)
            finder.open()
            sightings = finder.find(draw(people, 0.0, height_px=720, bibs={"a": 5}), 0.0)
            tracks = follow.follow(sightings, 0.0)
            found.append([one.badge for one in sightings] == ["5"])
            apart_m += [
                float(np.hypot(*np.subtract(one.position_m, place))) for one in tracks if one.position_m
            ]
        row(
            f"bib of 24 cm, {away_m + 1:.0f} m from the camera: found; place, median",
            f"{np.mean(found):.0%}; {100 * np.median(apart_m):.0f} cm"
            if apart_m
            else f"{np.mean(found):.0%}",
        )
    right, seen = [], []
    for trial in range(6):
        random = np.random.default_rng(trial)
        guests = tuple(_stroller(f"g{k}", random) for k in range(1 + trial % 3))
        empty, people = SyntheticPeople((), trial), SyntheticPeople(guests, trial)
        finder = MotionOnly()
        finder.open()
        for k in range(30):
            finder.find(draw(empty, k / 15, height_px=360), k / 15)
        for k in range(90):
            n = len(finder.find(draw(people, k / 15, height_px=360), 2.0 + k / 15))
            seen.append(n)
            right.append(n == len(guests))
    row(
        "movement: as many patches as people (one to three, who touch now and then)",
        f"{np.mean(right):.0%} of pictures",
    )


# speed


def speed() -> None:
    """Processor time for one picture."""
    print("\nspeed: processor time on this machine")
    people = SyntheticPeople(
        tuple(visit(f"g{k}", arrive_s=0.0, stay_s=99, place_m=(3.0, k - 1.5)) for k in range(4)), 1
    )
    floor = floor_of(people.camera.floor_points(MARKS), people.camera.aspect)
    follow, reader = Following(ids_from(np.random.default_rng(1)), floor), GestureReader()
    sightings = [people.sightings_at(1.0 + k / 30) for k in range(150)]
    times = iter(range(150))

    def follow_one() -> None:
        k = next(times)
        reader.look(follow.follow(sightings[k], 1.0 + k / 30), 1.0 + k / 30)

    row("following and gestures of four people", _cost(follow_one, 150), "<= 10 ms")
    row("the simulated hall with four people", _cost(lambda: people.at(2.0), 100))
    for finder, height_px in ((Markers(), 720), (MotionOnly(), 720)):
        finder.open()
        picture = draw(people, 1.0, height_px=height_px, bibs={"g1": 3})
        clock = iter(range(10**6))
        row(
            f"{type(finder).__name__}, {round(height_px * 16 / 9)} x {height_px}",
            _cost(lambda f=finder, p=picture, c=clock: f.find(p, next(c) / 30), 40),
            "<= 33 ms",
        )


def _cost(do: Callable[[], object], n: int) -> str:
    costs_ms = []
    for _ in range(n):
        begin_s = time.process_time()
        do()
        costs_ms.append(1e3 * (time.process_time() - begin_s))
    return f"median {np.median(costs_ms):.2f}, p95 {np.percentile(costs_ms, 95):.2f} ms"


if __name__ == "__main__":
    main()
