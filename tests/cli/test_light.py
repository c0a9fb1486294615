"""What a command does not need is not loaded: nobody waits for robots to hear a recording."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import soundfile as sf

HEAVY = ("mujoco", "mink", "trimesh", "av", "matplotlib", "distributed", "torch", "temirbek.robots")

LOADED_AFTER = """
import sys
from temirbek.cli import main
sys.argv = ["temirbek", *{words!r}]
try:
    main()
except SystemExit:
    pass
print("loaded:", *[name for name in {heavy!r} if name in sys.modules])
"""


def loaded_after(*words: str) -> list[str]:
    """Those of the heavy libraries that a process has loaded after a command."""
    code = LOADED_AFTER.format(words=list(words), heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split()[1:]


def test_analyze_loads_no_robots(tmp_path: Path) -> None:
    sf.write(tmp_path / "a.wav", np.zeros(44_100, np.float32), 44_100)
    assert loaded_after("--cache", str(tmp_path / "cache"), "analyze", str(tmp_path)) == []


def test_the_doctor_does_load_them() -> None:
    assert "mujoco" in loaded_after("doctor")
