"""The process of the simulated stage: one loop, a step every four milliseconds, everything else in its spare time."""

import gc
import logging
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any, Literal

from temirbek.lines import LineServer
from temirbek.robots import default_stage
from temirbek.robots.dancer import CONTROL_STEP_S
from temirbek.stage.robots.bodies import Bodies, FakeBodies, SimulatedBodies, standing
from temirbek.stage.robots.company import Company
from temirbek.stage.robots.course import Course
from temirbek.stage.robots.live_dancer import LiveDancer
from temirbek.stage.robots.loading import Loader
from temirbek.stage.robots.minds import Mind, PlainMind, WholeBodyMind
from temirbek.stage.robots.music import Music
from temirbek.stage.robots.pace import Pace
from temirbek.stage.robots.poses import PoseWriter
from temirbek.stage.robots.priority import come_first
from temirbek.stage.robots.recorder import Recorder
from temirbek.stage.robots.stop_flag import StopFlag
from temirbek.stage.robots.tape import Tape
from temirbek.stage.run_folder import RunFolder
from temirbek.types import Performer, Stage, Trajectory

BodyKind = Literal["simulated", "fake"]
POLL_EVERY, LOOK_EVERY, POSES_EVERY, VIEWS_EVERY = 2, 25, 8, 25
"""Control steps between looks at the socket, at what is loaded, between poses (31 Hz), and views (10 Hz)."""
REPORT_EVERY = 2500
LEAD_S: dict[BodyKind, float] = {"simulated": 0.0, "fake": 0.0}
"""By how much earlier a command must be sampled than its deadline says, so that it is *seen* on the beat: measured."""
logger = logging.getLogger(__name__)


class RobotsProcess:
    """The robots of a run.

    Args:
        run: The run's folder.
        performers: The cast.
        body: What they are.
        stage: Where they are; the house's own if None.
        seed: Of the sensors' noise.
        clock: The host's; tests have their own.
    """

    def __init__(
        self,
        run: Path,
        performers: Sequence[Performer],
        body: BodyKind = "simulated",
        *,
        stage: Stage | None = None,
        seed: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        stage = stage or default_stage()
        folder = RunFolder(run)
        self._lead_s = LEAD_S[body]
        stands = {p.id: standing(p, stage) for p in performers}
        self._bodies: Bodies = (
            SimulatedBodies(performers, stage, stands, seed)
            if body == "simulated"
            else FakeBodies(performers)
        )
        self._server = LineServer(folder.robots_socket)
        self._flag = StopFlag.create(folder.stop)
        self._music = Music(folder.clock)
        self._loader = Loader(run / "robots" / "tapes")
        self._poses = PoseWriter(run, performers)
        dancers = [self._dancer(p, stage, stands[p.id], body) for p in performers]
        self._recorder = Recorder(run / "robots", self._server.publish)
        self.company = Company(
            dancers,
            self._bodies,
            self._music,
            self._loader,
            self._recorder,
            self._server.publish,
            self._flag.is_raised,
            clock,
        )
        self._steps = 0
        self._goes_on = True
        self._pace = Pace(CONTROL_STEP_S, clock)

    def _dancer(self, performer: Performer, stage: Stage, stand: Trajectory, body: BodyKind) -> LiveDancer:
        robot = self._bodies.robots[performer.id]
        mind: Mind = (
            WholeBodyMind(performer, robot.model, stage) if body == "simulated" else PlainMind(robot.model)
        )
        mind.begin(self._bodies.put(performer.id))
        return LiveDancer(performer, robot, mind, Course(Tape.still(performer.robot, stand)))

    def run(self) -> None:
        """Until it is told to end (SIGTERM, SIGINT)."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        logger.info("priority: %s", come_first())
        gc.collect()
        gc.freeze()
        gc.disable()
        self._pace = Pace(CONTROL_STEP_S, self._clock)
        try:
            while self._goes_on:
                self.step(self._pace.next())
        finally:
            gc.enable()
            self.close()

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._goes_on = False

    def step(self, due_s: float) -> None:
        """One control step, due at an instant [host_s]."""
        lands_s = due_s + self._pace.usually_late_s + self._lead_s
        moment = self._music.at(lands_s, CONTROL_STEP_S)
        self.company.step(moment, due_s)
        damped_s = self.company.take_damped_s()
        if damped_s is not None:
            latency_ms = 1e3 * (damped_s - self._flag.raised_at_s())
            self._server.publish({"event": "damped", "host_s": damped_s, "latency_ms": latency_ms})
        n = self._steps = self._steps + 1
        if n % POSES_EVERY == 0:
            poses = {
                name: self._bodies.pose(name, dancer.numbers) for name, dancer in self.company.dancers.items()
            }
            self._poses.write(due_s, moment.mix_s, poses)
        if n % POLL_EVERY == 0:
            self._listen()
        if n % LOOK_EVERY == 1:
            self.company.look_around()
        if n % VIEWS_EVERY == 2:
            self._publish_views(due_s)
        if n % REPORT_EVERY == 3:
            self._report()

    def _listen(self) -> None:
        for message in self._server.poll(0.0):
            answer = self.company.answer(message.body, self._clock())
            self._server.send(message.client, {**answer, "id": message.body.get("id")})

    def _publish_views(self, now_s: float) -> None:
        if self._server.n_clients:
            self._server.publish({"event": "robots", **self.company.state(now_s)})

    def _report(self) -> None:
        report: Mapping[str, Any] = asdict(self._pace.report())
        self._server.publish({"event": "pace", **report})
        if report["given_up_s"] > 0.0:
            logger.warning("the machine is too slow: %.2f s of physics were left out", report["given_up_s"])
        gc.collect(1)

    def close(self) -> None:
        """Damps everybody and lets go of everything."""
        for dancer in self.company.dancers.values():
            dancer.robot.damp()
        self._loader.close()
        self._recorder.close()
        self._server.close()
        self._flag.close()
        self._music.close()
        self._poses.close()
