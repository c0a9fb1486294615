"""``python -m temirbek.stage.maker RUN``: makes what cues need, off the show's path, and dances for a set that grows.

One thing at a time, the most urgent first, in a worker process at low priority; the process itself only listens, so it
answers at once. What is made stays in the run folder: who asks again after a crash is told at once.
"""

import itertools
import logging
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from temirbek.errors import InvalidInput, TemirbekError
from temirbek.lines import LineServer
from temirbek.prepare.workers import begin_worker
from temirbek.processes import end_when_left_alone
from temirbek.stage.dances import grooves_folder
from temirbek.stage.kept import forget_oldest, name_of, take_over, take_over_file
from temirbek.stage.made import read_made
from temirbek.stage.making import make_cue
from temirbek.stage.opening import read_opened_evening, read_opening
from temirbek.stage.robots.groove import STOCK_BPM
from temirbek.stage.run_folder import RunFolder
from temirbek.stage.set_dances import make_groove, make_set_dance, make_stock_gestures
from temirbek.types import Evening

logger = logging.getLogger(__name__)

POLL_S = 0.1
NICE = 15
URGENT, SOON, LATER = 0, 1, 2


@dataclass(order=True, slots=True)
class _Job:
    urgency: int
    number: int
    name: str = field(compare=False)
    what: Mapping[str, Any] = field(compare=False)


class Maker:
    """Listens, and has things made one after another.

    Args:
        run: The run's folder.
    """

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._opening = read_opening(run)
        self._evening = read_opened_evening(run, self._opening)
        self._cues = {cue.id: cue for cue in self._evening.cues}
        self._server = LineServer(run.maker_socket)
        self._pool = _new_pool()
        self._jobs: list[_Job] = []
        self._numbers = itertools.count()
        self._under_way: tuple[_Job, Future[None], float] | None = None
        self._is_ending = False

    def run(self) -> None:
        """Until it is told to end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        try:
            while not self._is_ending:
                for message in self._server.poll(POLL_S):
                    answer = self._answer(message.body)
                    self._server.send(message.client, {**answer, "id": message.body.get("id")})
                self._go_on()
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()
            self._server.close()

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._is_ending = True

    def _answer(self, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            match body.get("do"):
                case "cue":
                    return self._ask_for_cue(str(body["cue"]), urgent=bool(body.get("urgent", False)))
                case "dance":
                    self._push(URGENT, f"dance:{body['set']}:{body['revision']}", dict(body))
                case "grooves":
                    for bpm in STOCK_BPM:
                        self._push(LATER, f"groove:{bpm:g}", {"do": "groove", "bpm": bpm})
                case "gestures":
                    for performer in self._evening.show.cast:
                        self._push(
                            SOON, f"gestures:{performer.id}", {"do": "gestures", "robot": performer.id}
                        )
                case "state":
                    waiting = [job.name for job in sorted(self._jobs)]
                    now = None if self._under_way is None else self._under_way[0].name
                    return {"ok": True, "now": now, "waiting": waiting}
                case other:
                    return {"ok": False, "reason": f"{other!r} is not made here"}
        except KeyError as error:
            return {"ok": False, "reason": f"{error} is missing"}
        return {"ok": True}

    def _ask_for_cue(self, cue: str, *, urgent: bool) -> dict[str, Any]:
        if cue not in self._cues:
            return {"ok": False, "reason": f"there is no cue {cue!r}"}
        if read_made(self._run.made / cue) is not None:
            self._server.publish({"event": "made", "name": cue})
        else:
            is_quick = self._cues[cue].kind != "robot_number"
            self._push(SOON if urgent or is_quick else LATER, cue, {"do": "cue", "cue": cue})
        return {"ok": True}

    def _push(self, urgency: int, name: str, what: Mapping[str, Any]) -> None:
        """Asks for something; asked for again, it is only more urgent. A newer revision of a dance replaces an older."""
        if what["do"] == "dance":
            same_set = f"dance:{what['set']}:"
            self._jobs = [job for job in self._jobs if not job.name.startswith(same_set)]
        before = next((job for job in self._jobs if job.name == name), None)
        if before is not None:
            before.urgency = min(urgency, before.urgency)
        elif self._under_way is None or self._under_way[0].name != name:
            self._jobs.append(_Job(urgency, next(self._numbers), name, what))

    def _go_on(self) -> None:
        if self._under_way is not None:
            job, future, since_s = self._under_way
            if not future.done():
                return
            self._under_way = None
            self._tell(job, future, time.monotonic() - since_s)
        if self._jobs:
            self._jobs.sort()
            job = self._jobs.pop(0)
            self._server.publish({"event": "making", "name": job.name})
            work = partial(
                _do, dict(job.what), self._run, self._evening, self._opening.base, self._opening.cache_dir
            )
            self._under_way = (job, self._pool.submit(work), time.monotonic())

    def _tell(self, job: _Job, future: Future[None], lasted_s: float) -> None:
        try:
            future.result()
        except TemirbekError as error:
            self._server.publish({"event": "unmade", "name": job.name, "reason": str(error)})
        except BrokenProcessPool:
            self._pool = _new_pool()
            self._server.publish({"event": "unmade", "name": job.name, "reason": "its maker died"})
        except Exception as error:  # the show goes on without what could not be made, and says so
            logger.exception("%s could not be made", job.name)
            self._server.publish(
                {"event": "unmade", "name": job.name, "reason": f"a fault of the program: {error}"}
            )
        else:
            logger.info("%s was made in %.1f s", job.name, lasted_s)
            self._server.publish({"event": "made", "name": job.name, "seconds": round(lasted_s, 1)})


def _new_pool() -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=context, initializer=_begin)


def _begin() -> None:
    begin_worker()
    os.nice(NICE)


def _do(what: Mapping[str, Any], run: RunFolder, evening: Evening, base: Path, cache_dir: Path) -> None:
    match what["do"]:
        case "cue":
            cue = next(c for c in evening.cues if c.id == what["cue"])
            kept = cache_dir / "made" / name_of(evening, cue, base)
            if read_made(kept) is None:
                make_cue(evening, cue, kept, base, cache_dir=cache_dir, on_stage=_unheard)
                forget_oldest(kept.parent)
            run.made.mkdir(parents=True, exist_ok=True)
            take_over(kept, run.made / cue.id)
        case "dance":
            make_set_dance(run, evening, str(what["set"]), int(what["revision"]), float(what["now_s"]))
        case "groove":
            kept = cache_dir / "grooves" / name_of(evening, None, base)
            take_over_file(make_groove(kept, evening, float(what["bpm"])), grooves_folder(run))
        case "gestures":
            kept = cache_dir / "grooves" / name_of(evening, None, base)
            take_over_file(make_stock_gestures(kept, evening, str(what["robot"])), grooves_folder(run))


def _unheard(stage: str, share: float) -> None:
    """Nobody watches the bars of work that is done ahead."""


def main(arguments: Sequence[str]) -> int:
    """Makes things until told to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s maker %(message)s")
    run = RunFolder(Path(arguments[0]))
    end_when_left_alone(run.path)
    try:
        Maker(run).run()
    except InvalidInput as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
