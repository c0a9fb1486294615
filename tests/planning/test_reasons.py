"""Every reason is a sentence that the page can say in Kazakh and Russian too."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from temirbek.planning import plan_set
from temirbek.types import TRANSITION_STYLES, SetPlan, SetWishes

from .makers import SHAPE, make_analysis, with_measurements
from .test_styles import crate_with_a_short_ending, crate_with_drops

FRONTEND = Path(__file__).parents[2] / "frontend" / "src"
NODE = shutil.which("node")
SAY = """
import { reasonIn } from "./reasons.js";
import { LANGUAGES } from "./words.js";
const sentences = JSON.parse(process.argv[1]);
const said = ["ru", "kk"].map((name) => sentences.map(reasonIn(name)));
const styles = Object.values(LANGUAGES).map((words) => Object.keys(words.styles));
console.log(JSON.stringify({ said, styles }));
"""


def many_plans() -> list[SetPlan]:
    rng = np.random.default_rng(5)
    plans = [
        plan_set(crate_with_a_short_ending(), wishes=SetWishes(keep_order=True)),
        plan_set(crate_with_drops(), wishes=SetWishes(keep_order=True, length_s=62.0)),
    ]
    for case in range(30):
        crate = [
            make_analysis(
                f"t{k}",
                float(rng.choice([rng.uniform(60, 200), rng.uniform(118, 126)])),
                key=(int(rng.integers(12)), "minor"),
                confidence=float(rng.choice([1.0, 1.0, 0.2])),
                beats_per_bar=int(rng.choice([4, 4, 4, 3])),
                shape=(*SHAPE[: int(rng.integers(1, 6))], ("outro", int(rng.choice([4, 8])), 0.3)),
            )
            for k in range(5)
        ]
        length_s = (None, 80.0)[case % 2]
        if case % 3:
            crate = [with_measurements(a, rng) for a in crate]
        plan = plan_set(crate, wishes=SetWishes(length_s=length_s))
        pairs = [(a.track_id, b.track_id) for a, b in zip(plan.plays, plan.plays[1:], strict=False)]
        failed = {
            p: {t.style: "the kicks would have been 9 ms apart"}
            for p, t in zip(pairs, plan.transitions, strict=True)
        }
        plans += [plan, plan_set(crate, wishes=SetWishes(length_s=length_s), unfit=failed)]
    return plans


@pytest.mark.skipif(NODE is None, reason="no Node.js on this machine (apt-get install nodejs)")
def test_the_page_says_every_reason_in_three_languages() -> None:
    plans = many_plans()
    sentences = sorted({x.reason for plan in plans for x in (*plan.plays, *plan.transitions)})
    assert {t.style for plan in plans for t in plan.transitions} == set(TRANSITION_STYLES), (
        "every style is tried"
    )
    done = subprocess.run(
        [str(NODE), "--input-type=module", "-e", SAY, json.dumps(sentences)],
        cwd=FRONTEND,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    for said in answer["said"]:
        for sentence, words in zip(sentences, said, strict=True):
            own_words = re.sub(r"«.*?»", "", words)
            left = re.findall(r"\b(?!BPM|[A-G]b\b|major|minor|\d+[AB]\b)[A-Za-z]{2,}\b", own_words)
            assert not left, f"{sentence!r} became {words!r}"
    assert all(set(names) == set(TRANSITION_STYLES) for names in answer["styles"])
