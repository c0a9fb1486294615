"""The lexicon: how things are said; what is written never changes."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.types import Language
from temirbek.voice import Lexicon, house_lexicon
from temirbek.voice.numerals import cardinal

LANGUAGES: tuple[Language, ...] = ("kk", "ru", "en")
PIECES = st.one_of(
    st.sampled_from(
        ["G1", "G1-дің", "1-ші", "15 наурыз", "15 марта", "March 15", "19:30", "50%", "№", "–", "«DJ»", "2026 жылы",
         "1 000 000", "в 2026 году", "123-45-67", "(3-го)", "\n\n", "…", "\u00a0", "00:00", "99 мая", "0-й", "Jas Stars!"]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=12),
)  # fmt: skip


@given(language=st.sampled_from(LANGUAGES), pieces=st.lists(PIECES, max_size=12))
@settings(max_examples=150, deadline=None)
def test_units_are_the_words_of_the_text(language: Language, pieces: list[str]) -> None:
    text = " ".join(pieces)
    units = house_lexicon(language).units(text)
    assert [word for unit in units for word in unit.words] == text.split()


@given(text=st.text(max_size=60), key=st.text(st.characters(categories=("L",)), min_size=1, max_size=8))
@settings(max_examples=80, deadline=None)
def test_no_entry_changes_what_is_written(text: str, key: str) -> None:
    plain = Lexicon(language="kk").units(f"{text} {key} {text}")
    with_entry = Lexicon(language="kk", entries={key: "басқа сөз"}).units(f"{text} {key} {text}")
    assert [w for u in plain for w in u.words] == [w for u in with_entry for w in u.words]
    assert any("басқа сөз" in u.said for u in with_entry)


def said(language: Language, text: str) -> str:
    return " ".join(unit.said for unit in house_lexicon(language).units(text))


@pytest.mark.parametrize(
    ("language", "written", "spoken"),
    [
        ("kk", "1-ші орын", "бірінші орын"),
        ("kk", "2-шіге, 40-ыншы!", "екіншіге, қырқыншы!"),
        ("kk", "15 наурызда", "он бесінші наурызда"),
        ("kk", "сағат 19:30-да", "сағат он тоғыз отызда"),
        ("kk", "2026 жылы", "екі мың жиырма алтыншы жылы"),
        ("kk", "21-де 105 бала, 1 000 000 теңге", "жиырма бірде жүз бес бала, бір миллион теңге"),
        ("kk", "3-сынып", "үшінші сынып"),
        ("kk", "«G1-дің» биі", "«жи уандің» биі"),
        ("kk", "ән & би – № 5", "ән және би – нөмір бес"),
        ("ru", "1-й, 3-го и 22-я", "первый, третьего и двадцать вторая"),
        ("ru", "15 марта 2026 года", "пятнадцатого марта две тысячи двадцать шестого года"),
        ("ru", "в 2026 году, 2000 год", "в две тысячи двадцать шестом году, двухтысячный год"),
        ("ru", "в 19:00 и 9:05", "в девятнадцать ноль ноль и девять ноль пять"),
        ("ru", "21 %, 1%, 50%", "двадцать один процент, один процент, пятьдесят процентов"),
        ("ru", "6-й, 40-й", "шестой, сороковой"),
        ("en", "On 15 March", "On the fifteenth of March"),
        ("en", "March 31, 2026", "March the thirty first, 2026"),
        ("en", "at 19:30.", "at 19 30."),
        ("en", "8 March 2026", "the eighth of March 2026"),
    ],
)
def test_numbers_are_said_as_people_say_them(language: Language, written: str, spoken: str) -> None:
    assert said(language, written) == spoken


@given(number=st.integers(0, 999_999_999), language=st.sampled_from(["kk", "ru"]))
@settings(max_examples=150, deadline=None)
def test_numbers_as_words_can_be_counted_back(number: int, language: Language) -> None:
    ones = {cardinal(n, language): n for n in range(1000)}
    total, waiting = 0, ""
    for word in cardinal(number, language).split():
        size = next(
            (s for stem, s in (("миллион", 10**6), ("тысяч", 1000), ("мың", 1000)) if word.startswith(stem)),
            0,
        )
        if size:
            counted = re.sub(r"\bодна$", "один", re.sub(r"\bдве$", "два", waiting.strip()))
            total, waiting = total + size * (ones[counted] if counted else 1), ""
        else:
            waiting += f" {word}"
    assert total + (ones[waiting.strip()] if waiting.strip() else 0) == number


def test_an_entry_of_the_show_comes_before_the_house() -> None:
    lexicon = house_lexicon("kk").with_entries({"G1": "же бір", "Jas Stars": "Жас Жұлдыздар"})
    units = lexicon.units("G1-мен Jas Stars, JAS!")
    assert [u.said for u in units] == ["же бірмен", "Жас Жұлдыздар,", "JAS!"]
    assert units[1].words == ("Jas", "Stars,")


def test_entries_need_words_on_both_sides() -> None:
    with pytest.raises(InvalidInput, match=r"lexicon\.ru: 'x' = ' '"):
        Lexicon(language="ru", entries={"x": " "})
