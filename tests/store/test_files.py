"""Nothing half-written under a final name."""

from pathlib import Path

import pytest

from temirbek.errors import InvalidInput
from temirbek.store import fresh_folder, write_text


def test_a_folder_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    final = tmp_path / "out" / "show"
    with fresh_folder(final, marker="report.json") as folder:
        write_text(folder / "report.json", "{}")
        assert not final.exists()
    assert (final / "report.json").read_text() == "{}"
    assert [p.name for p in final.parent.iterdir()] == ["show"]


def test_an_interrupt_keeps_the_older_folder(tmp_path: Path) -> None:
    final = tmp_path / "show"
    with fresh_folder(final, marker="m") as folder:
        write_text(folder / "m", "first")
    with pytest.raises(KeyboardInterrupt), fresh_folder(final, marker="m") as folder:
        write_text(folder / "m", "second")
        raise KeyboardInterrupt
    assert (final / "m").read_text() == "first"
    assert [p.name for p in tmp_path.iterdir()] == ["show"]


def test_an_older_folder_of_ours_is_replaced_whole(tmp_path: Path) -> None:
    final = tmp_path / "show"
    for name in ("first", "second"):
        with fresh_folder(final, marker="m") as folder:
            write_text(folder / "m", name)
            write_text(folder / name, "")
    assert sorted(p.name for p in final.iterdir()) == ["m", "second"]


def test_a_folder_of_somebody_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(InvalidInput, match="something else is there"), fresh_folder(tmp_path, marker="m"):
        pytest.fail("must not be entered")
    assert (tmp_path / "letters.txt").read_text() == "dear"
