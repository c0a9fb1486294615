"""Captions: the organiser's words and no others, in order, on lines an eye can read, while they are said."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.types import SpokenWord
from temirbek.voice import LINE_LENGTH, MOST_LINES, captions_of
from temirbek.voice.captions import LONGEST_S, STAYS_S

KAZAKH = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
WORD = st.builds(
    lambda before, stem, after: before + stem + after,
    st.sampled_from(["", "", "«", "("]),
    st.text(
        st.sampled_from(KAZAKH + "абвгдеж" + "abcdefghijklmnopqrstuvwxyz" + "0123456789-"),
        min_size=1,
        max_size=14,
    ),
    st.sampled_from(["", "", "", ".", ",", "!", "?", ":", "…", "»", ")."]),
)


@st.composite
def spoken(draw: st.DrawFn) -> list[SpokenWord]:
    """Words that follow each other, some after a pause."""
    words, now_s = [], 0.3
    for text in draw(st.lists(WORD, min_size=1, max_size=60)):
        now_s += draw(st.sampled_from([0.0, 0.0, 0.05, 0.4, 1.2]))
        lasts_s = 0.07 * len(text)
        words.append(SpokenWord(text=text, start_s=now_s, end_s=now_s + lasts_s))
        now_s += lasts_s
    return words


@given(words=spoken())
@settings(max_examples=120, deadline=None)
def test_captions_are_the_words_in_order_and_each_covers_its_own(words: list[SpokenWord]) -> None:
    captions = captions_of(words)
    assert " ".join(c.text for c in captions).split() == [w.text for w in words]
    at = 0
    for caption, following in zip(captions, [*captions[1:], None], strict=True):
        mine = words[at : at + len(caption.text.split())]
        at += len(mine)
        assert caption.start_s == mine[0].start_s
        assert caption.end_s >= mine[-1].end_s or (
            following is not None and caption.end_s == following.start_s
        )
        assert caption.end_s <= mine[-1].end_s + STAYS_S
        if following is not None:
            assert caption.end_s <= following.start_s


@given(words=spoken())
@settings(max_examples=120, deadline=None)
def test_captions_fit_two_lines(words: list[SpokenWord]) -> None:
    for caption in captions_of(words):
        lines = caption.text.split("\n")
        assert len(lines) <= MOST_LINES
        assert all(len(line) <= LINE_LENGTH for line in lines)


def test_a_word_longer_than_a_line_stands_alone_and_whole() -> None:
    long = "қанағаттандырылмағандықтарыңыздан" + "даңыздан"
    words = [SpokenWord(text=t, start_s=k, end_s=k + 0.9) for k, t in enumerate(["Біз", long, "емес."])]
    lines = [line for caption in captions_of(words) for line in caption.text.split("\n")]
    assert long in lines


def test_captions_end_where_sentences_do() -> None:
    text = "Добрый вечер, дорогие зрители! Меня зовут Адилет. Я снежный барс, и сегодня мы вместе поём и танцуем."
    words = [SpokenWord(text=t, start_s=0.5 * k, end_s=0.5 * k + 0.45) for k, t in enumerate(text.split())]
    texts = [c.text.replace("\n", " ") for c in captions_of(words)]
    assert texts[0] == "Добрый вечер, дорогие зрители!"
    assert "Меня зовут Адилет." in texts
    assert all(c.end_s - c.start_s <= LONGEST_S for c in captions_of(words))


def test_no_words_no_captions() -> None:
    assert captions_of([]) == ()


@pytest.mark.parametrize("text", ["а" * 30 + " " + "б" * 30, "один два три четыре пять шесть семь восемь"])
def test_two_lines_are_of_like_length(text: str) -> None:
    words = [SpokenWord(text=t, start_s=0.2 * k, end_s=0.2 * k + 0.2) for k, t in enumerate(text.split())]
    (caption,) = captions_of(words)
    first, second = caption.text.split("\n")
    assert abs(len(first) - len(second)) <= 8
