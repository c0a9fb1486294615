"""The conductor's hands: what a person asks of a robot reaches it in the form that its state needs."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from temirbek.show import DEFAULT_CAST
from temirbek.stage.desk import HostClock
from temirbek.stage.live_hands import LiveHands
from temirbek.stage.run_folder import RunFolder
from temirbek.types import Cue, DjSetCue, Effect, Evening, Music, RobotLiveState, RobotView, Show

SET = Cue(id="set", title="Set", kind="dj_set", payload=DjSetCue(music=Music(is_demo=True)), robots=("sky",))
VIEW = RobotView(id="sky", name="Aspan", robot="g1", color="#00AFCA", state="standing", heartbeat_age_s=0.0)


async def asked(folder: Path, state: RobotLiveState) -> list[dict[str, Any]]:
    """What the robots' process is asked when a person says that a robot is ready, while a set plays."""
    evening = Evening(show=Show(title="x", seed=0, music=Music(is_demo=True), cast=DEFAULT_CAST), cues=(SET,))

    def unused(*_: object, **__: object) -> Any:
        raise AssertionError("nothing is told")

    hands = LiveHands(
        evening,
        RunFolder(folder),
        HostClock(),
        state=unused,
        tell=unused,
        note=unused,
        hold=unused,
        submit=unused,
    )
    messages: list[dict[str, Any]] = []
    hands._links["robots"].ask = lambda body, *_, **__: messages.append(dict(body))  # type: ignore[method-assign]
    hands.robots_hand.views = (replace(VIEW, state=state),)
    hands._dances.begin(SET)
    hands.do(Effect(target="robots", verb="robot_ready", payload={"robot": "sky"}))
    await hands.close()
    return messages


@pytest.mark.parametrize("state", ["standing", "waiting"])
def test_a_robot_that_only_rests_goes_on_with_the_set(tmp_path: Path, state: RobotLiveState) -> None:
    assert asyncio.run(asked(tmp_path, state)) == [{"do": "dance", "robots": ["sky"]}]


@pytest.mark.parametrize("state", ["damped", "fallen", "lost"])
def test_a_robot_that_is_down_stands_up(tmp_path: Path, state: RobotLiveState) -> None:
    assert asyncio.run(asked(tmp_path, state)) == [{"do": "ready", "robot": "sky"}]
