"""The house itself: what the docs promise is there, and what is there is in the docs."""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import temirbek
from temirbek.cli.commands import cli
from temirbek.show import SHOW_FILE_KEYS

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src" / "temirbek").rglob("*.py"))
DOCS = [*sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("README*.md"))]


def test_there_are_sources_to_look_at() -> None:
    assert len(SOURCES) > 40


@pytest.mark.parametrize("name", sorted(m.name for m in pkgutil.iter_modules(temirbek.__path__)))
def test_every_room_opens_with_an_essay_and_pins_its_names(name: str) -> None:
    room = importlib.import_module(f"temirbek.{name}")
    assert room.__doc__ and len(room.__doc__) > 60
    if hasattr(room, "__path__"):
        assert all(hasattr(room, public) for public in room.__all__)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "src" / "temirbek")))
def test_public_functions_and_classes_are_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the file says nothing about itself"
    bare = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not bare


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_is_in_the_docs(command: str) -> None:
    assert any(f"temirbek {command}" in path.read_text(encoding="utf-8") for path in DOCS)


def test_every_key_of_the_show_file_is_in_its_docs() -> None:
    text = (ROOT / "docs" / "show-file.md").read_text(encoding="utf-8")
    keys = {key for keys in SHOW_FILE_KEYS.values() for key in keys}
    assert not [key for key in keys if f"`{key}`" not in text and f"[{key}]" not in text]


def test_links_between_the_docs_lead_somewhere() -> None:
    for path in DOCS:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def _commands_of(readme: str) -> list[str]:
    """The command lines of a README's blocks, without their comments."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, flags=re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("sister", ["README.kk.md", "README.ru.md"])
def test_the_sisters_of_the_readme_name_the_same_commands(sister: str) -> None:
    assert _commands_of(sister) == _commands_of("README.md") != []
