"""A cluster of two workers on this machine hears what the cores hear; one that is not there is told in a sentence."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.prepare.makers import write_shelf

from temirbek.cli import main
from temirbek.errors import DeviceLost, InvalidInput
from temirbek.prepare import cluster, open_crate
from temirbek.prepare.cluster import cluster_executor
from temirbek.store import to_json

pytest.importorskip("distributed")

BEGIN_S, END_S = 120.0, 30.0
"""So long a cluster may take on a busy machine; a test that waits longer fails."""

TWO_WORKERS = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()  # until whoever began it has enough
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The scheduler of a cluster in processes of its own: Dask's threads are no part of these tests."""
    folder = tmp_path_factory.mktemp("cluster")
    (folder / "cluster.py").write_text(TWO_WORKERS)
    quiet = {
        "OMP_NUM_THREADS": "1",
        "DASK_LOGGING__DISTRIBUTED": "critical",
        "DASK_TEMPORARY_DIRECTORY": str(folder),
    }
    process = subprocess.Popen(
        [sys.executable, str(folder / "cluster.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | quiet,
    )
    try:
        with ThreadPoolExecutor(1) as patience:
            assert process.stdout is not None
            yield patience.submit(process.stdout.readline).result(timeout=BEGIN_S).strip()
        process.communicate(timeout=END_S)
    finally:
        process.kill()
        process.wait()


def test_a_cluster_hears_what_the_cores_hear(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for library in ("OMP", "OPENBLAS"):
        monkeypatch.setenv(
            f"{library}_NUM_THREADS", "1"
        )  # as the command line sets it, and Dask's workers do
    files = write_shelf(tmp_path / "shelf", (112.0, 124.0))
    bad = tmp_path / "shelf" / "letter.mp3"
    bad.write_bytes(b"a letter" * 100)
    with cluster_executor(address) as executor:
        there = open_crate([*files, bad], tmp_path / "there", on=executor)
    here = open_crate([*files, bad], tmp_path / "here")
    assert [to_json(s) for s in there.summaries] == [to_json(s) for s in here.summaries]
    assert to_json(there.load().analyses) == to_json(here.load().analyses)
    assert there.left_out == here.left_out
    entries = [sorted(p.name for p in (tmp_path / k / "analyses").rglob("*.npz")) for k in ("there", "here")]
    assert len(entries[0]) == len(files) and entries[0] == entries[1]


def test_analyze_listens_on_a_cluster(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (path, _) = write_shelf(tmp_path / "shelf", (120.0, 100.0))
    words = [
        "temirbek",
        "--cache",
        str(tmp_path / "cache"),
        "analyze",
        str(path.parent),
        "--json",
        "--cluster",
        address,
    ]
    monkeypatch.setattr("sys.argv", words)
    main()
    out, err = capfd.readouterr()
    heard = {Path(line["file"]).name for line in map(json.loads, out.splitlines())}
    assert heard == {"at 120.flac", "at 100.flac"}
    assert "Traceback" not in err


def test_workers_with_another_temirbek_are_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ANALYSIS_VERSION", "of tomorrow")
    with (
        pytest.raises(DeviceLost, match=r"here is Temirbek .*of tomorrow, but tcp://.* has Temirbek"),
        cluster_executor(address),
    ):
        pass


def test_nobody_there_is_told_at_once() -> None:
    began = time.monotonic()
    with pytest.raises(DeviceLost, match="no Dask scheduler there"), cluster_executor("tcp://127.0.0.1:1"):
        pass
    assert time.monotonic() - began < BEGIN_S


def test_somebody_else_there_is_told_in_bounded_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE_S", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"tcp://127.0.0.1:{mute.getsockname()[1]}"
        with pytest.raises(DeviceLost, match="no Dask scheduler answered within"), cluster_executor(address):
            pass


@pytest.mark.parametrize(
    "address", ["", "here", "127.0.0.1:8786", "http://127.0.0.1:8786", "tcp://host", "tcp://h:p"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    said = re.escape(f"--cluster {address}: no such address; expected tcp://host:port")
    with pytest.raises(InvalidInput, match=said), cluster_executor(address):
        pass


def test_without_the_extra_its_name_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(DeviceLost, match=r"pip install 'temirbek\[cluster\]'"),
        cluster_executor("tcp://127.0.0.1:1"),
    ):
        pass
