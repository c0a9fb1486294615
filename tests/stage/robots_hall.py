"""A hall without a clock on the wall: the robots' process driven step by step on a time of the test's own."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from temirbek.robots.dancer import CONTROL_STEP_S
from temirbek.stage.clock import HumanBeat, SharedClock
from temirbek.stage.robots.process import BodyKind, RobotsProcess
from temirbek.stage.run_folder import RunFolder
from temirbek.types import Performer

SKY = Performer(id="sky", name="Aspan", robot="g1", role="dancer", mark_m=(1.2, 0.95))
ADILET = Performer(id="adilet", name="Adilet", robot="go2", role="animal", mark_m=(0.7, 2.6))


class Hall:
    """Robots, their music, and a conductor who is the test.

    Attributes:
        now_s: The time.
        events: What the robots told.
    """

    def __init__(self, run: Path, cast: Sequence[Performer], body: BodyKind = "fake", seed: int = 0) -> None:
        self.now_s = 100.0
        self.events: list[dict[str, Any]] = []
        self.clock = SharedClock.create(RunFolder(run).clock)
        self.robots = RobotsProcess(run, cast, body, seed=seed, clock=lambda: self.now_s)
        self.company = self.robots.company
        self.company._tell = self.hear
        self.robots._recorder.tell = self.hear
        self._mix: tuple[float, float, float, str] | None = None
        self._human: HumanBeat | None = None
        self._step = 0
        self.is_conducted = True

    def hear(self, event: Mapping[str, Any]) -> None:
        self.events.append({**event, "at_s": self.now_s})

    def ask(self, do: str, **body: Any) -> dict[str, Any]:
        return self.company.answer({"do": do, **body}, self.now_s)

    def play(self, mix_s: float, rate: float = 1.0, programme: str = "mix") -> None:
        """From now on the music goes like this."""
        self._mix = (self.now_s, mix_s, rate, programme)

    def silence(self) -> None:
        self._mix = None

    def lead(self, bpm: float, beat: float = 0.0) -> None:
        """A human leads from now on."""
        self._human = HumanBeat(leader="human", beat=beat, host_s=self.now_s, tempo_bpm=bpm, confidence=1.0)

    def mix_s(self) -> float:
        assert self._mix is not None
        return self._mix[1] + (self.now_s - self._mix[0]) * self._mix[2]

    def run(self, seconds: float, each: Callable[[], None] = lambda: None) -> None:
        for _ in range(round(seconds / CONTROL_STEP_S)):
            if self._step % 5 == 0:
                self._tell_clock()
            if self.is_conducted and self._step % 50 == 0:
                self.ask("heartbeat")
            self._step += 1
            self.now_s += CONTROL_STEP_S
            self.robots.step(self.now_s)
            each()

    def _tell_clock(self) -> None:
        if self._human is not None:
            self.clock.write_human(self._human)
        if self._mix is None:
            self.clock.write(host_s=self.now_s - 1.0, mix_s=0.0, is_playing=False)
        else:
            since, mix_s, rate, programme = self._mix
            self.clock.write(host_s=since, mix_s=mix_s, rate=rate, programme=programme)

    def load(self, part: str, path: Path) -> None:
        """Loads a part, and waits for it in real time."""
        assert self.ask("load", part=part, path=str(path))["ok"]
        until_s = time.monotonic() + 120.0
        while time.monotonic() < until_s:
            self.company.look_around()
            for event in self.events:
                if event.get("event") == "part" and event["part"] == part:
                    assert event["state"] == "ready", event
                    return
            time.sleep(0.02)
        raise AssertionError(f"{part} was never loaded")

    def measured(self, part: str) -> dict[str, Any]:
        """Waits in real time for the measures of a part."""
        until_s = time.monotonic() + 60.0
        while time.monotonic() < until_s:
            self.company.look_around()
            for event in self.events:
                if event.get("event") == "measured" and event["part"] == part:
                    return dict(event)
            time.sleep(0.02)
        raise AssertionError(f"{part} was never measured")

    def states(self) -> dict[str, str]:
        return {name: d.state for name, d in self.company.dancers.items()}


@contextmanager
def hall(run: Path, cast: Sequence[Performer], body: BodyKind = "fake", seed: int = 0) -> Iterator[Hall]:
    """A hall in a folder."""
    made = Hall(run, cast, body, seed)
    try:
        yield made
    finally:
        made.robots.close()
        made.clock.close()
