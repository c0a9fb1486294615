"""Words of running orders: kinds of items, yes and no, names, short names."""

import re
import unicodedata
from collections.abc import Collection, Mapping

from temirbek.interchange.rundown_columns import plain
from temirbek.types import CUE_KINDS, CueKind

_KIND_WORDS: Mapping[CueKind, tuple[str, ...]] = {
    "act": (
        "act", "song", "performance", "live", "band", "номер", "песня", "выступление", "артист", "музыкальный номер",
        "нөмір", "ән", "өнер нөмірі",
    ),
    "track": ("track", "audio", "playback", "фонограмма", "трек", "музыка", "фонограмма минус"),
    "dj_set": ("dj set", "dj", "set", "диджей", "диджей сет", "сет", "диджей сеті"),
    "robot_number": ("robot number", "robot dance", "танец роботов", "номер роботов", "робот биі"),
    "robot_gesture": ("robot gesture", "gesture", "жест", "жест робота", "робот қимылы"),
    "announcement": ("announcement", "объявление", "анонс", "хабарландыру"),
    "speech": (
        "speech", "talk", "keynote", "address", "speaker", "речь", "спич", "слово", "выступление спикера",
        "приветственное слово", "сөз", "сөз сөйлеу", "баяндама",
    ),
    "light": ("light", "lights", "lx", "свет", "жарық"),
    "card": ("card", "screen", "slide", "заставка", "карточка", "титр", "экран", "слайд"),
    "osc": ("osc",),
    "midi": ("midi",),
    "greeting": ("greeting", "welcome", "встреча гостей", "приветствие гостей", "қонақтарды қарсы алу"),
    "battle": ("battle", "dance battle", "баттл", "батл", "жарыс", "би жарысы"),
    "poll": ("poll", "vote", "voting", "голосование", "опрос", "дауыс беру", "сауалнама"),
    "checklist": ("checklist", "check", "чек лист", "чеклист", "проверка", "тексеру", "тексеру тізімі"),
    "pause": (
        "pause", "break", "intermission", "interval", "lunch", "coffee break", "перерыв", "пауза", "антракт",
        "кофе брейк", "үзіліс",
    ),
}  # fmt: skip
_TITLES_THAT_TELL: tuple[CueKind, ...] = ("pause", "speech")
_SUMS = ("total", "sum", "итого", "всего", "общее время", "барлығы", "жалпы", "жиыны")
_SUM_WORDS = (
    "time", "duration", "length", "running", "min", "minutes", "h", "s", "мин", "минут", "ч", "сек", "время",
    "длительность", "продолжительность", "хронометраж", "уақыты", "уақыт", "ұзақтығы", "сағ", "программы",
)  # fmt: skip
_SECTIONS = (
    "part", "section", "block", "session", "day", "часть", "отделение", "блок", "раздел", "день", "бөлім", "бөлімі",
    "блогы", "күн",
)  # fmt: skip
_YES = ("yes", "y", "true", "1", "x", "да", "иә", "ия", "✓", "+", "истина", "шын")
_NO = ("", "no", "n", "false", "0", "нет", "жоқ", "-", "–", "ложь")
_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюяәғқңөұүһі",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "yo",
            "zh",
            "z",
            "i",
            "i",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "shch",
            "-",
            "y",
            "-",
            "e",
            "yu",
            "ya",
            "a",
            "g",
            "q",
            "n",
            "o",
            "u",
            "u",
            "h",
            "i",
        ],
        strict=True,
    )
)
"""Cyrillic letter → Latin ones; "-" is silent."""
_NAMED = re.compile(r"(.*?)\s*\[([a-z][a-z0-9_]{0,31})\]")
_BETWEEN = re.compile(r"[;,\n]")
_AND = re.compile(r"\s+(?:&|\+|/|и|және|and)\s+")
_MOST_NAMES = 40


def kind_of(text: str) -> CueKind | None:
    """The kind that a cell names; None where it names none that is known."""
    words = plain(text)
    name = words.replace(" ", "_")
    for kind in CUE_KINDS:
        if name == kind or words in _KIND_WORDS[kind]:
            return kind
    return None


def kind_by_title(title: str) -> CueKind | None:
    """The kind that a title tells by itself: a break is a break."""
    words = plain(title)
    return next((kind for kind in _TITLES_THAT_TELL if words in _KIND_WORDS[kind]), None)


def is_sum(title: str) -> bool:
    """A line that adds up: "Итого", "Total: 95 min", but not "Total eclipse"."""
    words = plain(title)
    word = next((w for w in _SUMS if words == w or words.startswith(w + " ")), None)
    return word is not None and all(
        rest.isdigit() or rest in _SUM_WORDS for rest in words.removeprefix(word).split()
    )


def is_heading(title: str) -> bool:
    """Words that stand over items rather than being one."""
    words = plain(title).split()
    has_letters = any(c.isalpha() for c in title)
    return (has_letters and title == title.upper() and len(words) > 1) or (
        title.rstrip().endswith(":") or bool(words and (words[0] in _SECTIONS or words[-1] in _SECTIONS))
    )


def truth_of(text: str) -> bool | None:
    """Yes or no; None where it is neither."""
    word = text.strip().casefold()
    return True if word in _YES else False if word in _NO else None


def short_name(text: str, taken: Collection[str] = (), *, prefix: str = "cue") -> str:
    """A short name (a–z, digits, _) that sounds like some words and is not taken yet."""
    folded = unicodedata.normalize("NFC", text).casefold()
    latin = "".join(_LATIN.get(c, c) for c in folded.replace("-", " ")).replace("-", "")
    ascii_only = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")
    if not name or not name[0].isalpha():
        name = f"{prefix}_{name}".strip("_")
    name = name[:27].strip("_")
    chosen, n = name, 2
    while chosen in taken:
        chosen, n = f"{name}_{n}", n + 1
    return chosen


def names_in(text: str) -> list[tuple[str, str]]:
    """The people (or robots) that a cell names: (name, id). An id stands in brackets where the name does not tell it:
    "Miras Zhugunissov [miras]"."""
    found: dict[str, str] = {}
    for part in _BETWEEN.split(text):
        named = _NAMED.fullmatch(part.strip())
        if named:
            found.setdefault(named[2], named[1][:80] or named[2])
            continue
        for name in _AND.split(part):
            clean = " ".join(name.split()).strip(" .")[:80]
            if any(c.isalnum() for c in clean):
                found.setdefault(short_name(clean, prefix="person"), clean)
    return [(name, id_) for id_, name in found.items()][:_MOST_NAMES]


def name_cell(name: str, id_: str) -> str:
    """A person or robot as :func:`names_in` reads it."""
    clean = " ".join(re.sub(r"[;,\n\[\]]", " ", name).split())
    return clean if names_in(clean) == [(clean, id_)] else f"{clean} [{id_}]".strip()
