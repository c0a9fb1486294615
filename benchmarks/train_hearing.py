"""Trains the ear's network: ``python benchmarks/train_hearing.py [--scenes N] [--seed S] [--out FILE]``.

Everything is heard by the ear itself in scenes of ``hearing_scenes.py`` (rooms, loudspeakers that distort, clocks that
drift, music that misleads), and each chunk's features are learnt with what people did then. Chunks at the edges of an
event, where even a person could not say, are left out. It is done twice: a first network, from fewer scenes, listens while the
material of the second is heard, because an ear that hears somebody stops learning what the hall is without them. Needs the extra ``temirbek[train]``. The same seed and versions give
the same bytes on the same kind of processor.
"""

import argparse
import itertools
import platform
import time
import warnings
from pathlib import Path

import numpy as np
import sklearn
from hearing_scenes import NEGATIVE, POSITIVE, Hall, Scene, musics, scene
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import temirbek.hearing
from temirbek.hearing import KINDS, RATE_HZ, HallEar, Network
from temirbek.hearing.features import N_FEATURES
from temirbek.hearing.spectra import CHUNK

SECONDS = 36.0
SEED = 2026
ALMOST_S = {"applause": 0.3, "cheering": 0.3, "clapping_along": 2.5}
"""After its onset a kind is not yet learnt for so long …"""
FADES_S = 0.9
"""… and after its end not any more, nor as nothing."""
HIDDEN = (48, 24)
SETTLED_S = 4.0

Floats = NDArray[np.float64]


def blank_network() -> Network:
    """Knows nothing: lets an ear describe without telling."""
    return Network(
        made_by={},
        middle=np.zeros(N_FEATURES),
        spread=np.ones(N_FEATURES),
        layers=((np.zeros((N_FEATURES, len(KINDS))), np.full(len(KINDS), -20.0)),),
    )


def halls(seed: int) -> Hall:
    """How the hall of one scene is."""
    random = np.random.default_rng([seed, 5])
    return Hall(
        drive=float(np.exp(random.uniform(np.log(0.02), np.log(0.8)))),
        drift_ppm=float(random.uniform(-50, 50)),
        kinds=(*POSITIVE, *NEGATIVE),
        snrs_db=(3.0, 0.0, -4.0, -8.0, -12.0, -14.0),
        every_s=2.0,
        first_s=4.0,
    )


def labels(one: Scene, ends_s: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """What goes on at each chunk's end (chunks, kinds), and which chunks are clear."""
    truth = np.zeros((len(ends_s), len(KINDS)))
    is_clear = ends_s > SETTLED_S
    for event in one.events:
        if event.kind not in POSITIVE:
            continue
        goes_on = (ends_s >= event.start_s + ALMOST_S[event.kind]) & (ends_s <= event.end_s - 0.1)
        touched = (ends_s >= event.start_s) & (ends_s <= event.end_s + FADES_S)
        truth[goes_on, KINDS.index(event.kind)] = 1.0
        is_clear &= ~touched | goes_on
    return truth, is_clear


def heard(one: Scene, network: Network) -> tuple[Floats, Floats]:
    """All chunks' features, and their ends [s]."""
    ear = HallEar(network=network)
    found, ends_s = [], []
    for end in range(CHUNK, len(one.microphone) + 1, CHUNK):
        ear.hear(one.microphone[end - CHUNK : end], one.reference[end - CHUNK : end], end / RATE_HZ)
        if ear.features is not None:
            found.append(ear.features)
            ends_s.append(ear.chunk_end_s)
    kept = [k for k in range(len(ends_s)) if k == 0 or ends_s[k] != ends_s[k - 1]]
    return np.array(found)[kept], np.array(ends_s)[kept]


def material(n_scenes: int, seed: int, network: Network) -> tuple[Floats, Floats]:
    """Features and truth of all clear chunks, as an ear with this network hears them."""
    features, truths = [], []
    sources = musics(itertools.count(seed * 1000), SECONDS)
    for k in range(n_scenes):
        one = scene(next(sources), SECONDS, halls(seed * 1000 + k), seed * 1000 + k)
        found, ends_s = heard(one, network)
        truth, is_clear = labels(one, ends_s)
        features.append(found[is_clear])
        truths.append(truth[is_clear])
    return np.concatenate(features).astype(np.float32).astype(np.float64), np.concatenate(truths)


def fitted(features: Floats, truth: Floats, n_scenes: int, seed: int) -> Network:
    """Trains; every second copy of the material is blurred a little, so that nothing hangs on single digits."""
    random = np.random.default_rng(seed)
    middle, spread = np.median(features, axis=0), features.std(axis=0) + 1e-3
    scaled = np.clip((features - middle) / spread, -4, 4)
    blurred = scaled + 0.2 * random.standard_normal(scaled.shape)
    model = MLPClassifier(
        HIDDEN, alpha=3e-3, batch_size=256, learning_rate_init=1e-3, max_iter=14, random_state=seed
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # that it could be trained for longer is meant
        model.fit(np.concatenate([scaled, blurred]), np.concatenate([truth, truth]).astype(int))
    return Network(
        made_by={
            "script": "benchmarks/train_hearing.py",
            "seed": seed,
            "scenes": n_scenes,
            "chunks": len(features),
            "numpy": np.__version__,
            "scikit-learn": sklearn.__version__,
            "python": platform.python_version(),
        },
        middle=middle,
        spread=spread,
        layers=tuple(zip(model.coefs_, model.intercepts_, strict=True)),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenes", type=int, default=72, help="how many, 36 s each")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--out", type=Path, default=Path(temirbek.hearing.__file__).parent / "network.json")
    parser.add_argument("--keep", type=Path, help="keeps the material here (.npz)")
    wanted = parser.parse_args()
    begin_s = time.process_time()
    first = wanted.scenes // 4
    network = fitted(*material(first, wanted.seed + 1, blank_network()), first, wanted.seed)
    print(f"a first network after {time.process_time() - begin_s:.0f} s of processor time", flush=True)
    features, truth = material(wanted.scenes, wanted.seed, network)
    if wanted.keep:
        np.savez(wanted.keep, features=features, truth=truth)
    shares = ", ".join(f"{kind} {share:.0%}" for kind, share in zip(KINDS, truth.mean(axis=0), strict=True))
    print(f"{len(features)} chunks ({shares}) after {time.process_time() - begin_s:.0f} s of processor time")
    network = fitted(features, truth, wanted.scenes, wanted.seed)
    wanted.out.write_text(network.to_json(), encoding="utf-8")
    print(f"{wanted.out}: {wanted.out.stat().st_size} bytes after {time.process_time() - begin_s:.0f} s")


if __name__ == "__main__":
    main()
