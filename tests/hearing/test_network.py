"""The trained file: what it says of itself, that it is read strictly, and that it comes again."""

import hashlib
import json
import sys
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from temirbek.errors import InvalidInput
from temirbek.hearing import KINDS, Network, packaged_network
from temirbek.hearing.features import N_FEATURES
from temirbek.hearing.network import FORMAT, network_from_json

HEADER = "d4868014da1eeb9a"
"""Of what the packaged file says of itself: another training is another file, and this line changes with it."""


def packaged_text() -> str:
    return (resources.files("temirbek.hearing") / "network.json").read_text(encoding="utf-8")


def test_the_packaged_file_is_small_and_says_what_made_it() -> None:
    text = packaged_text()
    assert len(text) <= 200_000
    body = json.loads(text)
    assert list(body) == ["format", "kinds", "made_by", "middle", "spread", "layers"]
    assert (body["format"], tuple(body["kinds"])) == (FORMAT, KINDS)
    assert {"script", "seed", "scenes", "numpy", "scikit-learn", "python"} <= set(body["made_by"])
    header = json.dumps({name: body[name] for name in ("format", "kinds", "made_by")}, sort_keys=True)
    assert hashlib.sha256(header.encode()).hexdigest().startswith(HEADER)


def test_writing_what_was_read_gives_the_same_bytes() -> None:
    text = packaged_text()
    assert network_from_json(text, "packaged").to_json() == text


def test_probabilities_are_between_nothing_and_certainty() -> None:
    network = packaged_network()
    found = network.probabilities(np.random.default_rng(2).normal(0, 50, (200, N_FEATURES)))
    assert found.shape == (200, len(KINDS))
    assert np.all((found >= 0) & (found <= 1))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": 99}, "format 99"),
        ({"middle": [0.0]}, "train it anew"),
        ({"layers": []}, "train it anew"),
        ({"layers": [{"weights": [[1.0]], "offsets": [0.0]}]}, "a layer of shape"),
        ({"layers": [{}]}, "not a network of the ear"),
    ],
)
def test_what_is_no_network_is_refused(change: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        network_from_json(json.dumps({**json.loads(packaged_text()), **change}), "a file")
    with pytest.raises(InvalidInput, match="not a network of the ear"):
        network_from_json("no json", "a file")


def test_a_network_says_what_its_sums_say() -> None:
    weights = np.zeros((N_FEATURES, len(KINDS)))
    weights[0, 1] = 2.0
    plain = Network(
        made_by={}, middle=np.zeros(N_FEATURES), spread=np.ones(N_FEATURES), layers=((weights, np.zeros(3)),)
    )
    features = np.zeros(N_FEATURES)
    features[0] = 1.5
    assert plain.probabilities(features) == pytest.approx([0.5, 1 / (1 + np.exp(-3.0)), 0.5])


def test_training_the_same_material_twice_gives_the_same_bytes() -> None:
    pytest.importorskip("sklearn", reason="the extra temirbek[train] is not installed")
    benchmarks = Path(__file__).parents[2] / "benchmarks"
    sys.path.insert(0, str(benchmarks))
    try:
        from train_hearing import fitted
    finally:
        sys.path.remove(str(benchmarks))
    random = np.random.default_rng(5)
    features = random.standard_normal((400, N_FEATURES))
    truth = (features[:, : len(KINDS)] > 0).astype(float)
    first, second, other = (fitted(features, truth, 1, seed) for seed in (1, 1, 2))
    assert first.to_json() == second.to_json() != other.to_json()
    found = first.probabilities(features) > 0.5
    assert np.mean(found == truth) > 0.6
