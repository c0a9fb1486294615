"""Without a browser: every word in three languages, and colours that can be read in the dark."""

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from temirbek.battle.states import PHASES
from temirbek.battle.words import CRITERION, REASONS, SOURCE, WINNER
from temirbek.manners import GESTURES
from temirbek.types import BATTLE_DEEDS, CRITERIA, SOURCES, HallSoundKind, Winner
from temirbek.types.evening import CUE_KINDS, SCOPES
from temirbek.types.live import COMMANDS, OPERATOR_ROLES, CueState, RobotLiveState, ShowState

CONSOLE = Path(__file__).resolve().parents[2] / "frontend/src/console"
WORDS = {code: json.loads((CONSOLE / f"words/{code}.json").read_text()) for code in ("kk", "ru", "en")}
KAZAKH = set("әғқңөұүі")
CODE = "\n".join(path.read_text() for path in sorted(CONSOLE.glob("*.svelte")) + sorted(CONSOLE.glob("*.js")))


def _places(word: object) -> set[str]:
    texts = word.values() if isinstance(word, dict) else [word]
    return {place for text in texts for place in re.findall(r"\{(\w+)\}", str(text))}


def test_all_three_languages_have_all_words() -> None:
    assert set(WORDS["kk"]) == set(WORDS["ru"]) == set(WORDS["en"])
    for key, word in WORDS["en"].items():
        for code in ("kk", "ru"):
            other = WORDS[code][key]
            assert type(other) is type(word), f"{code}: {key}"
            assert _places(other) == _places(word), f"{code}: {key}"
            texts = other.values() if isinstance(other, dict) else [other]
            assert all(str(text).strip() for text in texts), f"{code}: {key}"
    assert set("".join(map(str, WORDS["kk"].values()))) >= KAZAKH


def test_russian_has_the_forms_that_its_numbers_need() -> None:
    for key, word in WORDS["ru"].items():
        if isinstance(word, dict):
            assert {"one", "few", "many", "other"} <= set(word), key


def test_every_word_that_the_page_asks_for_is_there() -> None:
    """Plain keys, and the open families (`state_…`) over all that the show can say."""
    asked = set(re.findall(r"\bt\(\s*\"([a-z_]+)\"", CODE))
    asked |= {
        key for pair in re.findall(r"\bt\([^()\"]*\? \"([a-z_]+)\" : \"([a-z_]+)\"\)", CODE) for key in pair
    }
    asked |= set(re.findall(r"return \"(no_go_[a-z]+)\"", CODE))
    asked |= {
        f"why_{why}"
        for line in re.findall(r"why: ([^,}]*)", CODE)
        for why in re.findall(r"(?<!=== )\"([a-z_]+)\"", line)
    }
    families = {
        "kind": CUE_KINDS,
        "state": CueState.__args__,  # type: ignore[attr-defined]
        "show": ShowState.__args__,  # type: ignore[attr-defined]
        "robot": RobotLiveState.__args__,  # type: ignore[attr-defined]
        "scope": SCOPES,
        "role": OPERATOR_ROLES,
        "did": COMMANDS,
        "link": ("live", "old", "lost", "refused", "opening"),
        "timer": ("calm", "soon", "now", "over"),
        "leader": ("robot", "human", "none"),
        "severity": ("note", "warning", "error"),
        "sound": get_args(HallSoundKind),
        "phase": PHASES,
        "deed": BATTLE_DEEDS,
        "gesture": [gesture.name for gesture in GESTURES if not {"glance", "say"} & {*gesture.uses}],
        "missing": REASONS,
        "source": SOURCES,
        "criterion": CRITERIA,
        "winner": get_args(Winner),
        "follow": ("manual", "auto_continue", "auto_follow"),
    }
    asked |= {f"{family}_{member}" for family, members in families.items() for member in members}
    assert len(asked) > 150, "the search found too little to be true"
    assert asked - set(WORDS["en"]) == set()


def test_a_battle_is_told_in_the_same_words_on_the_screen_and_in_the_console() -> None:
    tables = {"missing": REASONS, "source": SOURCE, "criterion": CRITERION, "winner": WINNER}
    for family, table in tables.items():
        for member, said in table.items():
            for code, text in said.items():
                assert WORDS[code][f"{family}_{member}"] == text


def test_no_word_is_unused() -> None:
    prefixes = tuple(re.findall(r"[\"`]?([a-z_]+_)\$\{", CODE)) + tuple(
        f"{p}_" for p in re.findall(r"word\(\"([a-z]+)\"", CODE)
    )
    unused = {k for k in WORDS["en"] if f'"{k}"' not in CODE and not k.startswith(prefixes)}
    assert unused - {"language_name"} == set()


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(a: str, b: str) -> float:
    """WCAG 2.2, relative luminance."""
    dark, light = sorted((_luminance(a), _luminance(b)))
    return (light + 0.05) / (dark + 0.05)


COLORS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", (CONSOLE / "console.css").read_text()))
GROUNDS = ("ground", "panel", "raised")


def test_the_formula_knows_black_and_white() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert _contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", ["text", "quiet", "accent", "run", "warn", "bad"])
def test_text_is_read_on_every_ground(text: str, ground: str) -> None:
    assert _contrast(COLORS[text], COLORS[ground]) >= 4.5


@pytest.mark.parametrize(
    ("text", "ground"),
    [("on-accent", "accent"), ("on-stop", "stop"), ("on-accent", "warn"), ("on-accent", "run")],
)
def test_text_is_read_on_colours(text: str, ground: str) -> None:
    assert _contrast(COLORS[text], COLORS[ground]) >= 4.5


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("edge", ["edge", "accent", "run", "warn", "bad"])
def test_edges_and_shapes_are_seen(edge: str, ground: str) -> None:
    """WCAG 1.4.11: 3 : 1 for what is needed to find and understand a control."""
    assert _contrast(COLORS[edge], COLORS[ground]) >= 3.0


def test_no_text_is_smaller_than_12_pixels() -> None:
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", CODE)]
    assert len(sizes) > 40
    assert min(sizes) >= 12.0
