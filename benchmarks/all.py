"""Everything that docs/benchmarks.md states, one after the other: ``make bench``."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Runs each benchmark in a process of its own; what needs recordings is left out where there are none."""
    music = os.environ.get("TEMIRBEK_MUSIC")
    runs: list[list[str]] = [
        ["control.py"],
        ["show.py"],
        ["calibration.py", "--no-music", "--seeds", "200-201"],
        ["compose.py", "--render"],
        ["falls.py"],
        ["soak.py", "--short"],
        ["order.py"],
        ["render.py"],
        ["scale.py"],
        ["check.py"],
        ["sound.py", "--minutes", "3"],
        ["live_robots.py"],
        ["live_set.py", "--minutes", "5"],
        ["duet.py"],
        ["kill.py"],
        ["live.py", "--minutes", "5"],
        ["race.py", "--demo"],
        ["hearing.py"],
        ["seeing.py"],
        ["voice.py"],
        ["battle.py"],
        ["reactions.py"],
        ["phones.py"],
        ["hall.py"],
    ]
    if music:
        runs += [
            ["beats.py", music],
            ["calibration.py", music, "--no-box"],
            ["mix.py", music],
            ["order.py", music],
            ["race.py", music],
        ]
    else:
        print("TEMIRBEK_MUSIC is not set: benchmarks on real recordings are left out")
    failed = []
    for words in runs:
        print(f"\n# {' '.join(words)}", flush=True)
        if subprocess.run([sys.executable, str(HERE / words[0]), *words[1:]], check=False).returncode:
            failed.append(words[0])
    if failed:
        raise SystemExit(f"these ended with a fault: {', '.join(failed)}")


if __name__ == "__main__":
    main()
