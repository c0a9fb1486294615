"""Whole rehearsals against their bars: the demo, and a mix of real recordings.

    python benchmarks/show.py                 the demo, and where TEMIRBEK_MUSIC is set, five recordings of it
    python benchmarks/show.py --only demo

Analyses are made anew (an empty cache), so the time is that of a first run after set-up.
"""

import argparse
import os
import shutil
import tempfile
import time
from importlib import resources
from pathlib import Path

from temirbek.prepare import rehearse
from temirbek.show import DEFAULT_CAST, read_show
from temirbek.types import Music, Show

ROOT = Path(__file__).parents[1]
SONGS = ("bopeebo", "cocoa", "satin-panties", "roses", "high")


def shows(only: str | None) -> dict[str, Show]:
    """The shows to measure, by name."""
    found = {"demo": read_show(ROOT / "shows" / "demo.toml")}
    folder = os.environ.get("TEMIRBEK_MUSIC")
    if folder:
        songs = tuple(Path(folder) / f"{song}.ogg" for song in SONGS)
        found["real"] = Show(title="Real recordings", seed=1, music=Music(paths=songs), cast=DEFAULT_CAST)
    else:
        print("TEMIRBEK_MUSIC is not set: the mix of real recordings is left out")
    return {name: show for name, show in found.items() if only in (None, name)}


def run(name: str, show: Show, scratch: Path) -> None:
    """One rehearsal: how long each stage took, and every figure that has a bar."""
    began: dict[str, float] = {}
    start = time.perf_counter()

    def on_stage(stage: str, share: float) -> None:
        began.setdefault(stage, time.perf_counter() - start)

    done = rehearse(
        show,
        scratch / name,
        cache_dir=scratch / "cache",
        template=Path(str(resources.files("temirbek.replay") / "page.html")),
        stems=False,
        video=False,
        on_stage=on_stage,
    )
    took = time.perf_counter() - start
    length = done.report["length_s"]
    print(f"\n## {name}: {length:.1f} s of show in {took:.1f} s, {took / length:.2f} x its length")
    ends = [*list(began.values())[1:], took]
    print(
        "   "
        + ", ".join(f"{stage} {end - at:.1f} s" for (stage, at), end in zip(began.items(), ends, strict=True))
    )
    print(
        f"   page {(done.page.stat().st_size) / 1e6:.1f} MB; left out: {[i.path.name for i in done.left_out] or 'none'}"
    )
    for figure in done.report["figures"]:
        if figure["bar"] or figure["name"].endswith(("median", "bias", "p5", "rms")):
            value = "-" if figure["value"] is None else f"{figure['value']:.4g} {figure['unit']}"
            verdict = {True: "holds", False: "FALLS SHORT", None: ""}[figure["ok"]]
            print(f"   {figure['name']:44s} {value:>16s}  {figure['bar'] or '':24s} {verdict}")


def main() -> None:
    """Runs what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=("demo", "real"))
    parser.add_argument("--keep", type=Path, help="keep the rehearsals in this folder")
    options = parser.parse_args()
    scratch = Path(tempfile.mkdtemp(prefix="temirbek-bench-"))
    try:
        for name, show in shows(options.only).items():
            run(name, show, scratch)
            if options.keep:
                shutil.copytree(scratch / name, options.keep / name, dirs_exist_ok=True)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
