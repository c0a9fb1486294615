"""Approving an announcement: what is locked, what a change does, what stays as it was."""

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from temirbek.cli.commands.rundown import rundown_group
from temirbek.errors import InvalidInput
from temirbek.show import approve, read_evening
from temirbek.types import AnnouncementCue

SHOW = """format = 1
title = "T"   # as the audience reads it
[music]
source = "demo"

[[cues]]
id = "a"
title = "A"
kind = "announcement"   # the organiser's

[cues.text]
kk = "Сәлем"
ru = \"\"\"Привет,
[всем]\"\"\"

[[cues]]
id = "p"
title = "P"
kind = "pause"
length_s = 1
"""
ON = date(2026, 3, 10)


def show(tmp_path: Path, text: str = SHOW) -> Path:
    path = tmp_path / "show.toml"
    path.write_bytes(text.encode())
    return path


def announcement(path: Path) -> AnnouncementCue:
    payload = read_evening(path).cues[0].payload
    assert isinstance(payload, AnnouncementCue)
    return payload


@pytest.mark.parametrize("text", [SHOW, SHOW.replace("\n", "\r\n")])
def test_an_approval_names_who_when_and_which_text(tmp_path: Path, text: str) -> None:
    path = show(tmp_path, text)
    fingerprint = approve(path, "a", by='A. "P" Producer', on=ON)
    read = announcement(path)
    assert (read.approved_by, read.approved_on, read.approved_text) == ('A. "P" Producer', ON, fingerprint)
    kept = [line for line in path.read_bytes().split(b"\n") if not line.startswith(b"approved_")]
    assert kept == text.encode().split(b"\n")
    assert len(path.read_bytes().split(b"\n")) == len(kept) + 3


@pytest.mark.parametrize(
    ("old", "new"), [("Сәлем", "Сәлеметсіз"), ("Привет", "привет"), ('kk = "', 'en = "Hi"\nkk = "')]
)
def test_a_text_that_was_changed_after_its_approval_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = show(tmp_path)
    approve(path, "a", by="Producer", on=ON)
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(
        InvalidInput, match=r"text: is not what Producer approved on 2026-03-10.*rundown approve SHOW a"
    ):
        read_evening(path)
    approve(path, "a", by="Another", on=ON)
    assert announcement(path).approved_by == "Another"


def test_an_approval_without_its_text_is_none(tmp_path: Path) -> None:
    path = show(tmp_path, SHOW.replace('kind = "announcement"', 'kind = "announcement"\napproved_by = "P"'))
    with pytest.raises(InvalidInput, match="approved_text belong together"):
        read_evening(path)


def test_what_cannot_be_approved_is_said_and_nothing_is_written(tmp_path: Path) -> None:
    path = show(tmp_path)
    for cue, by, words in [
        ("p", "P", "announcements: a"),
        ("a", "  ", "nobody's name"),
        ("a", "x\ny", "nobody's name"),
    ]:
        with pytest.raises(InvalidInput, match=words):
            approve(path, cue, by=by, on=ON)
    inline = 'format = 1\ntitle = "T"\ncues = [{ id = "a", title = "A", kind = "announcement", text = { kk = "x" } }]\n'
    other = show(tmp_path, inline + '[music]\nsource = "demo"\n')
    with pytest.raises(InvalidInput, match=r'write into it:\napproved_by = "P"'):
        approve(other, "a", by="P", on=ON)
    assert "approved" not in other.read_text(encoding="utf-8")


def test_how_an_editor_writes_letters_and_lines_is_no_other_text() -> None:
    one = AnnouncementCue(text={"kk": "й\nа", "ru": "x"})
    assert AnnouncementCue(text={"ru": "x", "kk": "и\u0306\r\nа"}).fingerprint == one.fingerprint
    assert AnnouncementCue(text={"ru": "x", "kk": "й а"}).fingerprint != one.fingerprint


def test_the_command_approves_and_says_so(tmp_path: Path) -> None:
    path = show(tmp_path)
    done = CliRunner().invoke(rundown_group, ["approve", str(path), "a", "--by", "A. Producer"])
    assert done.exit_code == 0 and announcement(path).fingerprint in done.output
    assert announcement(path).approved_by == "A. Producer"
