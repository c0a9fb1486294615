"""The hall in one rehearsal: a live show with people who are not there, and what the show noticed of them.

    python benchmarks/hall.py [--show shows/hall.toml] [--people 2000] [--phones 500] [--out out/hall] [--robots fake] [--only CUE …]

Runs the show as ``temirbek run --hall`` does: every process, sound through the null device, a simulated microphone and
camera, phones over real sockets. A stage manager who is none gives each GO when it can be given, lets the challenger
consent, and speaks for the jury. Afterwards what people meant (``crowd.jsonl``) is held against the record:

- reactions: from a cause to the beginning of a robot's motion, and those that had no cause;
- applause: how much of it was heard, and how long after its end the show went on;
- claps along: tempo and phase of what was heard;
- guests: how many were greeted;
- phones: votes sent, accepted, counted.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from live_console import LiveConsole

from temirbek.stage.run_folder import RunFolder
from temirbek.store.event_log import LogReader
from temirbek.types import Event

READY_S = 900.0
HEARD_WITHIN_S = 3.0
"""An applause counts as heard if it was told within so long after its beginning."""
JURY_POINTS = 0.2
SOUNDS = ("applause", "cheering", "clapping along")
ASKED_FOR_S = 14.0
"""The challenger walks up before they are asked for their consent."""
BARS = {"reaction median [s]": 1.2, "reaction p90 [s]": 2.0}


def main() -> None:
    """Runs the rehearsal and prints what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--show", type=Path, default=Path("shows/hall.toml"))
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--phones", type=int, default=500)
    parser.add_argument("--robots", choices=("simulated", "fake"), default="simulated")
    parser.add_argument("--out", type=Path, default=Path("out/hall"))
    parser.add_argument("--only", nargs="*", default=[], help="these cues alone")
    options = parser.parse_args()
    run = RunFolder(options.out / time.strftime("run-%H%M%S"))
    command = [
        sys.executable,
        "-m",
        "temirbek",
        "run",
        str(options.show),
        "--no-browser",
        "-o",
        str(run.path),
    ]
    command += ["--hall", str(options.people), "--phones", str(options.phones), "--robots", options.robots]
    process = subprocess.Popen(command)
    try:
        with LiveConsole(run.path) as console:
            conduct(console, options.only)
            time.sleep(3.0)
    finally:
        process.terminate()
        process.wait(60.0)
    for name, value in found(run).items():
        sys.stdout.write(f"{name:<44}{value}\n")


def conduct(console: LiveConsole, only: list[str]) -> None:
    """Gives every GO, and speaks for whoever is asked in a battle."""
    console.wait_for(lambda s: s["scope"] == "rehearsal", READY_S)
    wanted = [line["id"] for line in console.snapshot["cues"]]
    for cue in [name for name in wanted if not only or name in only]:
        console.ask("jump", {"cue": cue})
        console.wait_for(lambda s, cue=cue: s["standby"] == cue and not s["not_ready"], READY_S)  # type: ignore[misc]
        if console.snapshot["state"] == "hold":
            console.ask("resume")
        while not console.ask("go", {"cue": cue})["is_accepted"]:
            time.sleep(0.5)
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} {cue}\n")
        since_s = time.monotonic()
        while console.cue(cue)["state"] not in ("done", "failed"):
            time.sleep(0.2)
            if time.monotonic() - since_s > ASKED_FOR_S:
                speak_for_battle(console, cue)
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} {cue} {console.cue(cue)['state']}\n")


def speak_for_battle(console: LiveConsole, cue: str) -> None:
    """The challenger consents when asked; the jury judges each round once."""
    battle = console.snapshot.get("battle")
    if not battle or battle["cue"] != cue:
        return
    if "consent" in battle["may"]:
        console.ask("battle_do", {"cue": cue, "do": "consent"})
    elif "jury" in battle["may"] and battle["jury"]:
        points = dict.fromkeys(battle["jury"], JURY_POINTS)
        console.ask("battle_do", {"cue": cue, "do": "jury", "points": points})
        time.sleep(1.0)


def found(run: RunFolder) -> dict[str, Any]:
    """What was meant against what was noticed."""
    with LogReader(run.log) as log:
        events = [logged.event for logged in log.read()]
    meant = [json.loads(line) for line in (run.path / "crowd.jsonl").read_text(encoding="utf-8").splitlines()]
    return {**_reactions(events), **_sounds(events, meant), **_guests(events, meant), **_votes(events, meant)}


def _reactions(events: list[Event]) -> dict[str, Any]:
    """Robots answer together or in turn: the first answer to each cause is how soon the hall is answered.

    Guests are greeted at most every four seconds, so who comes second waits: sounds and people are told apart.
    """
    told = [e for e in events if e.type == "reaction"]
    first: dict[tuple[str, int], float] = {}
    for event in told:
        if event.payload["state"] == "begun":
            delay_s, cause = float(event.payload["delay_s"]), str(event.payload["cause"])
            key = (cause, round(event.host_s - delay_s))
            first[key] = min(delay_s, first.get(key, delay_s))
    begun = sum(e.payload["state"] == "begun" for e in told)
    answer: dict[str, Any] = {
        "reactions begun / refused": f"{begun} / {len(told) - begun}",
        "why refused": sorted({str(e.payload.get("why")) for e in told if e.payload["state"] != "begun"}),
    }
    sounds = [delay_s for (cause, _), delay_s in first.items() if cause in SOUNDS]
    people = [delay_s for (cause, _), delay_s in first.items() if cause not in SOUNDS]
    for what, delays in (("to sounds", sounds), ("to people", people)):
        for name, q in (("median", 50), ("p90", 90)):
            bar = f" (bar {BARS[f'reaction {name} [s]']})" if what == "to sounds" else ""
            figure = f"{np.percentile(delays, q):.2f}" if delays else "none"
            answer[f"first answer {what}, {name} [s]"] = f"{figure}{bar}, of {len(delays)}"
    return answer


def _sounds(events: list[Event], meant: list[Mapping[str, Any]]) -> dict[str, Any]:
    heard = [e for e in events if e.type == "hall" and e.payload["state"] == "began"]
    made = [m for m in meant if m.get("do") == "simulate"]
    loud = ("applause", "cheering")
    found_again, late = 0, []
    for sound in made:
        same = [
            e
            for e in heard
            if (e.payload["kind"] == sound["kind"] or {e.payload["kind"], sound["kind"]} <= set(loud))
            and -0.5 <= e.host_s - sound["at_host_s"] <= max(HEARD_WITHIN_S, sound["seconds"])
        ]
        if same:
            found_again += 1
            late.append(same[0].host_s - sound["at_host_s"])
    without = [
        e for e in heard if not any(-0.5 <= e.host_s - m["at_host_s"] <= m["seconds"] + 1.5 for m in made)
    ]
    claps = [e.payload for e in heard if e.payload.get("clap_tempo_bpm")]
    return {
        "sounds of people heard": f"{found_again} of {len(made)}",
        "heard after [s]": [round(s, 2) for s in late],
        "heard where nobody was": [(e.payload["kind"], round(e.host_s, 1)) for e in without],
        "tempo of claps heard": [round(float(p["clap_tempo_bpm"]), 1) for p in claps],
        "tempo of claps meant": [round(m["tempo_bpm"], 1) for m in made if m.get("tempo_bpm")],
    }


def _guests(events: list[Event], meant: list[Mapping[str, Any]]) -> dict[str, Any]:
    came = [m for m in meant if "guest" in m["what"]]
    greeted = sum(int(e.payload.get("n", 1)) for e in events if e.type == "guest")
    return {"greetings for guests who came": f"{greeted} for {len(came)} (groups are greeted as one)"}


def _votes(events: list[Event], meant: list[Mapping[str, Any]]) -> dict[str, Any]:
    cast = {m["poll"]: m["counts"] for m in meant if m.get("do") == "vote"}
    counted: dict[str, Any] = {}
    for event in events:
        if event.type == "votes":
            counted[str(event.payload["poll"])] = dict(event.payload["counts"])
    phones = [int(e.payload["connected"]) for e in events if e.type == "phones"]
    return {
        "phones connected, most": max(phones, default=0),
        "votes meant": cast,
        "votes counted": counted,
        "battle": [
            {k: e.payload["verdict"].get(k) for k in ("winner", "points")}
            for e in events
            if e.type == "battle" and e.payload.get("verdict")
        ],
    }


if __name__ == "__main__":
    main()
