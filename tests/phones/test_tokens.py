"""Tokens: one for each seat, true for one evening, and silent about who holds it."""

import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.phones.tokens import TOKEN_CHARACTERS, TokenKey, TokenRefused, twins

KEY = TokenKey(bytes(range(32)), "2026-03-07")
SEATS = st.text(min_size=1, max_size=40)


@given(SEATS)
@settings(max_examples=100, deadline=None)
def test_what_was_signed_is_known_again_however_it_is_typed(seat: str) -> None:
    token = KEY.sign(seat)
    assert len(token) == TOKEN_CHARACTERS
    assert KEY.check(token) == KEY.voter(seat)
    by_hand = "-".join(token[i : i + 4] for i in range(0, len(token), 4)).lower()
    assert KEY.check(by_hand.replace("0", "o").replace("1", "l")) == KEY.voter(seat)


@given(SEATS, st.integers(0, TOKEN_CHARACTERS - 1), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
@settings(max_examples=200, deadline=None)
def test_one_other_character_makes_it_void(seat: str, place: int, other: str) -> None:
    token = KEY.sign(seat)
    changed = token[:place] + other + token[place + 1 :]
    if changed == token:
        return
    with pytest.raises(TokenRefused):
        KEY.check(changed)


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_whatever_else_comes_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(TokenRefused) as refused:
        KEY.check(text)
    assert refused.value.reason in ("malformed", "another_evening", "forged")


@pytest.mark.parametrize(
    "token", ["", "U" * 26, "0" * 25, "0" * 27, "0" * 25 + "1", "Ж" * 26, "=" * 26, "0" * 1000]
)
def test_what_is_no_token_is_said_to_be_none(token: str) -> None:
    with pytest.raises(TokenRefused, match="malformed"):
        KEY.check(token)


def test_another_evening_and_another_key_are_told_apart() -> None:
    token = KEY.sign("A-1")
    with pytest.raises(TokenRefused, match="another_evening"):
        TokenKey(bytes(range(32)), "2026-03-08").check(token)
    with pytest.raises(TokenRefused, match="forged"):
        TokenKey(bytes(range(1, 33)), "2026-03-07").check(token)
    with pytest.raises(TokenRefused, match="forged"):  # the evening is under the proof, not only beside it
        TokenKey(bytes(range(32)), "2026-03-08").check(
            TokenKey(bytes(range(32)), "2026-03-08").sign("A-1")[:3] + token[3:]
        )


def test_seats_and_secrets_are_nowhere_in_a_token() -> None:
    """The same seat has another voter on another evening, so nobody can be followed from one to the next."""
    voters = {TokenKey(bytes(range(32)), f"night {k}").voter("row 5, seat 12") for k in range(50)}
    assert len(voters) == 50
    assert twins(KEY, (f"{row}-{seat}" for row in range(100) for seat in range(50))) == []
    assert len({KEY.sign(f"{row}-{seat}") for row in range(100) for seat in range(50)}) == 5000


def test_seats_whose_hashes_agree_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TokenKey, "voter", lambda _, seat: str(len(seat)))
    assert twins(KEY, ["a", "bb", "c"]) == [("a", "c")]


def test_the_key_is_its_owners_alone_and_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "show" / "phones.key"
    made = TokenKey.make(path, "Жас жұлдыздар, 2026-03-07")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["phones.key"]
    again = TokenKey.read(path)
    assert again.evening == made.evening
    assert again.check(made.sign("A-1")) == made.voter("A-1")
    with pytest.raises(InvalidInput, match="there is a key already"):
        TokenKey.make(path, "another")
    path.chmod(0o640)
    with pytest.raises(InvalidInput, match="others may read this key"):
        TokenKey.read(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a key"),
        ("[]", "not a key"),
        ('{"format": 1, "evening": "x", "key": "zz"}', "not a key"),
        ('{"format": 1, "evening": "x", "key": "00"}', "1 bytes; expected 32"),
        ('{"format": 1, "evening": "", "key": "' + "00" * 32 + '"}', "no name"),
        ('{"format": 2, "evening": "x", "key": "' + "00" * 32 + '"}', "format 2"),
    ],
)
def test_a_damaged_key_says_so(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "phones.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(InvalidInput, match=words):
        TokenKey.read(path)
    with pytest.raises(InvalidInput, match="cannot be read"):
        TokenKey.read(tmp_path / "nowhere.key")
