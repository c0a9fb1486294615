"""What the machine itself misses: one watch per core that has nothing to do but to wake, before everybody else.

A drop-out has two possible causes: our processes were in each other's way, or nobody ran at all, because whoever owns the
machine (a hypervisor, the firmware) took its cores away for a while. The second kind is no fault of a programme's and no
programme mends it; but it may be claimed only where it was seen. So a watch is pinned to each core, under SCHED_FIFO 99,
above everything that a show starts, and notes when it wakes too late. Nothing that runs at a lower priority can delay it but
work inside the kernel. Where the system does not permit such a priority, nothing is known and nothing is claimed.
"""

import bisect
import multiprocessing
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from typing import Any

import numpy as np

from temirbek.stage.audio.priority import keep_in_memory, settle
from temirbek.stage.audio.ring import Stereo

WAKES_EVERY_S = 0.002
LATE_S = 0.004
"""Waking later than this is noted."""
PRIORITY = 99
CAUSES_WITHIN_S = 0.1
"""A standstill that ended longer than this before a drop-out began did not cause it."""
SPAWN = multiprocessing.get_context("spawn")
Standstill = tuple[float, float]
"""From when to when a core did nothing [host_s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DropOut:
    """A stretch of what was played that is not what should have been.

    Attributes:
        frame: The first of it.
        frames: How long it is.
    """

    frame: int
    frames: int


def drop_outs_of(pairs: Iterable[tuple[int, Stereo, Stereo]]) -> list[DropOut]:
    """Where two recordings differ.

    Args:
        pairs: In order and without gaps: first frame, what was heard (n, 2), what should have been (m, 2), n ≤ m.
    """
    found: list[DropOut] = []
    for first, heard, expected in pairs:
        wrong = np.ones(len(expected) + 2, dtype=bool)
        wrong[0] = wrong[-1] = False
        wrong[1 : len(heard) + 1] = (heard != expected[: len(heard)]).any(axis=1)
        edges = np.flatnonzero(wrong[1:] != wrong[:-1])
        for begin, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            last = found[-1] if found else None
            if last is not None and last.frame + last.frames == first + begin:
                found[-1] = DropOut(frame=last.frame, frames=last.frames + end - begin)
            else:
                found.append(DropOut(frame=first + begin, frames=end - begin))
    return found


def _watch(core: int, is_over: Event, told: "Queue[list[Standstill] | None]") -> None:
    try:
        os.sched_setaffinity(0, {core})
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(PRIORITY))
    except (OSError, AttributeError):
        told.put(None)
        return
    keep_in_memory()
    settle()
    found: list[Standstill] = []
    due_s = time.monotonic()
    while not is_over.is_set():
        due_s += WAKES_EVERY_S
        time.sleep(max(0.0, due_s - time.monotonic()))
        now_s = time.monotonic()
        if now_s - due_s > LATE_S:
            found.append((due_s, now_s))
            due_s = now_s
    told.put(found)


class StandstillWatch:
    """Watches every core from its creation on."""

    def __init__(self) -> None:
        self._is_over = SPAWN.Event()
        self._told: Queue[list[Standstill] | None] = SPAWN.Queue()
        self._watches = [
            SPAWN.Process(target=_watch, args=(core, self._is_over, self._told), daemon=True)
            for core in sorted(os.sched_getaffinity(0))
        ]
        for watch in self._watches:
            watch.start()

    def end(self) -> list[Standstill] | None:
        """Stops watching; all standstills of any core in order, or None where they could not be watched for."""
        self._is_over.set()
        told = [self._told.get(timeout=10.0) for _ in self._watches]
        for watch in self._watches:
            watch.join()
        if any(one is None for one in told):
            return None
        return sorted(stretch for one in told if one is not None for stretch in one)


def told_about(
    drop_outs: Iterable[tuple[DropOut, float]], standstills: list[Standstill] | None, spare_s: float
) -> dict[str, Any]:
    """What is to be said about the drop-outs of a run.

    Args:
        drop_outs: Each with the instant at which its first frame was due at the device [host_s].
        standstills: Of the cores, in order; None if nobody watched.
        spare_s: The shortest standstill that a sink cannot bridge: what it surely has in its buffer when it sleeps [s].
    """
    each = []
    for one, due_s in drop_outs:
        still_s = _longest_around(standstills or [], due_s, one.frames / 48000)
        each.append(
            {
                "at_frame": one.frame,
                "ms": round(one.frames / 48, 2),
                "core_stood_still_ms": None if standstills is None else round(1e3 * still_s, 1),
            }
        )
    of_machine = sum((e["core_stood_still_ms"] or 0.0) >= 1e3 * spare_s for e in each)
    return {
        "drop_outs": len(each),
        "of_the_machine": of_machine,
        "differing_ms": round(sum(e["ms"] for e in each), 2),
        "each": each,
        "standstills": None if standstills is None else _told_of(standstills),
    }


def _longest_around(standstills: list[Standstill], due_s: float, lasts_s: float) -> float:
    first = bisect.bisect_left(standstills, (due_s - 1.0, 0.0))
    near: Iterator[Standstill] = (
        s for s in standstills[first:] if s[1] > due_s - CAUSES_WITHIN_S and s[0] < due_s + lasts_s
    )
    return max((end - begin for begin, end in near), default=0.0)


def _told_of(standstills: list[Standstill]) -> dict[str, Any]:
    lengths_ms = 1e3 * np.array([end - begin for begin, end in standstills])
    return {
        **{f"over_{ms}_ms": int((lengths_ms >= ms).sum()) for ms in (10, 20, 30, 40)},
        "longest_ms": round(float(lengths_ms.max(initial=0.0)), 1),
    }
