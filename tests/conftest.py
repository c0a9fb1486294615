"""What all tests share: seeded randomness, and where a person keeps real recordings and motion."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

# Shared machines stall; a deadline per example would test the machine, not the code.
settings.register_profile("house", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("house")


@pytest.fixture
def rng() -> np.random.Generator:
    """The only source of randomness in tests."""
    return np.random.default_rng(20260315)


def folder_from_environment(name: str, what: str) -> Path:
    """The folder that an environment variable names; skips, saying so, where it names none."""
    value = os.environ.get(name)
    if not value:
        pytest.skip(f"{name} does not name a folder of {what}")
    folder = Path(value)
    if not folder.is_dir():
        pytest.fail(f"{name} names {folder}, which is not a folder")
    return folder


@pytest.fixture(scope="session")
def music_dir() -> Path:
    """Real recordings with charted beats (``beats.json``)."""
    return folder_from_environment("TEMIRBEK_MUSIC", "recordings with beats.json")
