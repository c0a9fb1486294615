"""How numbers are said: Kazakh and Russian as words, with the forms that what follows asks for; English where programs err.

Plain numbers, ordinals with a written ending («1-ші», «2-го»), dates («15 наурыз», «15 марта», "15 March"), years («2026
жылы», «в 2026 году»), times of day ("19:30"), per cent. What fits no rule is left to the speech program.
"""

import re

from temirbek.types import Language
from temirbek.voice.words import words_file

_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[-‑–](\w+))?")
_HANGING = re.compile(r"(\d{1,9})[-‑–](\w+)")
_FOLLOWED = re.compile(r"(\d{1,4})\s+(\w+)")
_GROUPED = re.compile(r"\d{1,3}(?:\s\d{3}){1,2}")
_PLAIN = re.compile(r"\d{1,9}")
_SHARE = re.compile(r"(\d{1,9})\s?%")

_KK_ORDINAL = re.compile(r"(?:[іы]?н)?ш[іы](\w*)")
_KK_CASES = frozenset(
    [
        "да",
        "де",
        "та",
        "те",
        "ға",
        "ге",
        "қа",
        "ке",
        "на",
        "не",
        "нан",
        "нен",
        "дан",
        "ден",
        "тан",
        "тен",
        "ны",
        "ні",
        "ды",
        "ді",
        "ты",
        "ті",
        "ның",
        "нің",
        "дың",
        "дің",
        "тың",
        "тің",
        "мен",
        "бен",
        "пен",
        "лар",
        "лер",
        "дар",
        "дер",
        "тар",
        "тер",
    ]
)
_RU_FORMS = {
    "й": "ый", "ый": "ый", "ой": "ой", "го": "ого", "ого": "ого", "му": "ому", "ому": "ому", "м": "ом", "ом": "ом",
    "я": "ая", "ая": "ая", "е": "ое", "ое": "ое", "ю": "ую", "ую": "ую", "х": "ых", "ых": "ых",
}  # fmt: skip
_RU_STRESSED = ("втор", "шест", "седьм", "восьм", "сороков", "нулев")
_RU_SOFT = {
    "ый": "ий", "ой": "ьей", "ого": "ьего", "ому": "ьему", "ом": "ьем", "ая": "ья", "ое": "ье", "ую": "ью", "ых": "ьих",
}  # fmt: skip


def said_number(written: str, language: Language) -> str | None:
    """How a number, with the word that follows it or the ending that hangs on it, is said; None: no rule knows it.

    Args:
        written: One word or some, without the punctuation around them.
        language: In which.
    """
    if not any(c.isdigit() for c in written):
        return None
    if _GROUPED.fullmatch(written):
        written = "".join(written.split())
    return {"kk": _kazakh, "ru": _russian, "en": _english}[language](written)


def cardinal(number: int, language: Language) -> str:
    """A number from 0 to 999,999,999 in Kazakh or Russian words."""
    return {"kk": _kk_cardinal, "ru": _ru_cardinal}[language](number)


def _clock(written: str) -> tuple[int, int, str] | None:
    """Hours, minutes and a hanging ending of a time of day."""
    found = _TIME.fullmatch(written)
    if found is None or int(found[1]) > 24 or int(found[2]) > 59:
        return None
    return int(found[1]), int(found[2]), found[3] or ""


# Kazakh


def _kk_cardinal(number: int) -> str:
    words = words_file("kk")["numerals"]
    if number == 0:
        return str(words["ones"][0])
    parts: list[str] = []
    for size, name in ((1_000_000, words["million"]), (1000, words["thousand"]), (100, words["hundred"])):
        n, number = divmod(number, size)
        if n:
            parts += [name] if n == 1 and size < 1_000_000 else [_kk_cardinal(n), name]
    parts += [words["tens"][number // 10]] if number >= 10 else []
    parts += [words["ones"][number % 10]] if number % 10 else []
    return " ".join(parts)


def _kk_ordinal(number: int) -> str:
    *before, last = _kk_cardinal(number).split()
    return " ".join([*before, words_file("kk")["ordinals"][last]])


def _kazakh(written: str) -> str | None:
    if (time := _clock(written)) is not None:
        hours, minutes, ending = time
        return _kk_cardinal(hours) + (f" {_kk_cardinal(minutes)}" if minutes else "") + ending
    if found := _HANGING.fullmatch(written):
        number, ending = int(found[1]), found[2]
        if ordinal := _KK_ORDINAL.fullmatch(ending):
            return _kk_ordinal(number) + ordinal[1]
        if ending in _KK_CASES:
            return _kk_cardinal(number) + ending
        return f"{_kk_ordinal(number)} {ending}"  # «3-сынып»: the third
    if found := _FOLLOWED.fullmatch(written):
        number, word = int(found[1]), found[2]
        months = tuple(words_file("kk")["numerals"]["months"])
        small = word.casefold()
        if (number <= 31 and small.startswith(months)) or (number > 999 and small.startswith("жыл")):
            return f"{_kk_ordinal(number)} {word}"
        return None
    if found := _SHARE.fullmatch(written):
        return f"{_kk_cardinal(int(found[1]))} пайыз"
    return _kk_cardinal(int(written)) if _PLAIN.fullmatch(written) else None


# Russian


def _ru_cardinal(number: int) -> str:
    words = words_file("ru")["numerals"]
    if number == 0:
        return str(words["ones"][0])
    parts: list[str] = []
    for size, names, is_feminine in ((1_000_000, words["million"], False), (1000, words["thousand"], True)):
        n, number = divmod(number, size)
        if n:
            parts += [] if n == 1 else [_ru_feminine(_ru_cardinal(n)) if is_feminine else _ru_cardinal(n)]
            parts.append(names[_ru_plural(n)])
    parts.append(words["hundreds"][number // 100])
    number %= 100
    if 10 <= number < 20:
        parts.append(words["teens"][number - 10])
    else:
        parts += [words["tens"][number // 10], words["ones"][number % 10] if number % 10 else ""]
    return " ".join(part for part in parts if part)


def _ru_feminine(said: str) -> str:
    words = words_file("ru")["numerals"]
    *before, last = said.split()
    forms = {words["ones"][1]: words["one_of_thousands"], words["ones"][2]: words["two_of_thousands"]}
    return " ".join([*before, forms.get(last, last)])


def _ru_plural(number: int) -> int:
    """0 for 1, 21 …; 1 for 2–4, 22 …; 2 for the rest."""
    if number % 100 in range(11, 15):
        return 2
    return {1: 0, 2: 1, 3: 1, 4: 1}.get(number % 10, 2)


def _ru_ordinal(number: int, ending: str) -> str:
    """With the ending of a hard adjective: "ый", "ого" …"""
    *before, last = _ru_cardinal(number).split()
    if number == 2000:
        return f"двухтысячн{ending}"
    stem = words_file("ru")["ordinals"].get(last)
    if stem is None:  # millions
        return _ru_cardinal(number)
    if stem == "трет":
        return " ".join([*before, stem + _RU_SOFT[ending]])
    if ending == "ый" and stem in _RU_STRESSED:
        ending = "ой"
    return " ".join([*before, stem + ending])


def _russian(written: str) -> str | None:
    if (time := _clock(written)) is not None:
        hours, minutes, _ = time
        return f"{_ru_cardinal(hours)} {_ru_minutes(minutes)}"
    if (found := _HANGING.fullmatch(written)) and found[2] in _RU_FORMS:
        return _ru_ordinal(int(found[1]), _RU_FORMS[found[2]])
    if found := _FOLLOWED.fullmatch(written):
        number, word = int(found[1]), found[2]
        small = word.casefold()
        if number <= 31 and small in words_file("ru")["numerals"]["months"]:
            return f"{_ru_ordinal(number, 'ого')} {word}"
        forms = {"год": "ый", "года": "ого", "г": "ого", "году": "ом", "годом": "ым"}
        if number > 999 and small in forms:
            ending = forms[small]
            said = _ru_ordinal(number, ending) if ending != "ым" else _ru_ordinal(number, "ого")[:-3] + "ым"
            return f"{said} {'года' if small == 'г' else word}"
        return None
    if found := _SHARE.fullmatch(written):
        share = int(found[1])
        return f"{_ru_cardinal(share)} {('процент', 'процента', 'процентов')[_ru_plural(share)]}"
    return _ru_cardinal(int(written)) if _PLAIN.fullmatch(written) else None


def _ru_minutes(minutes: int) -> str:
    if minutes == 0:
        return "ноль ноль"
    return f"ноль {_ru_cardinal(minutes)}" if minutes < 10 else _ru_cardinal(minutes)


# English


def _english(written: str) -> str | None:
    months = [month.casefold() for month in words_file("en")["numerals"]["months"]]
    if (time := _clock(written)) is not None and ":" in written:
        hours, minutes, _ = time
        return (
            f"{hours} {'hundred' if hours > 12 else 'o’clock'}"
            if minutes == 0
            else f"{hours} {_en_minutes(minutes)}"
        )
    if found := _FOLLOWED.fullmatch(written):
        number, word = int(found[1]), found[2]
        if 1 <= number <= 31 and word.casefold() in months:
            return f"the {_en_ordinal(number)} of {word}"
        return None
    if _PLAIN.fullmatch(written):
        return written
    month, _, day = written.partition(" ")
    if month.casefold() in months and _PLAIN.fullmatch(day) and 1 <= int(day) <= 31:
        return f"{month} the {_en_ordinal(int(day))}"
    return None


def _en_minutes(minutes: int) -> str:
    return f"oh {minutes}" if minutes < 10 else str(minutes)


def _en_ordinal(day: int) -> str:
    words = words_file("en")["numerals"]
    if 10 <= day < 20:
        return str(words["teens"][day - 10])
    tens, ones = divmod(day, 10)
    if not ones:
        return {2: "twentieth", 3: "thirtieth"}[tens]
    return f"{words['tens'][tens]} {words['ones'][ones]}".strip()
