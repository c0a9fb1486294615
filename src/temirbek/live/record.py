"""The as-run record of a run: what was planned and what happened, as CSV and as a page."""

import contextlib
import json
from pathlib import Path
from typing import Any

from temirbek.show import as_run, as_run_csv
from temirbek.stage.opening import read_opened_evening, read_opening
from temirbek.stage.run_folder import RunFolder
from temirbek.store import write_text
from temirbek.store.event_log import LogReader
from temirbek.web.as_run_page import as_run_page

CSV_FILE, PAGE_FILE = "as-run.csv", "as-run.html"


def write_record(run: RunFolder) -> tuple[Path, Path]:
    """Writes the record of a run into its folder; may be called while the show runs.

    Returns:
        The CSV file and the page.
    """
    opening = read_opening(run)
    evening = read_opened_evening(run, opening)
    with LogReader(run.log) as log:
        told = as_run(evening, [logged.event for logged in log.read()], takes=_takes(run))
    csv_path, page_path = run.path / CSV_FILE, run.path / PAGE_FILE
    write_text(csv_path, as_run_csv(told))
    write_text(page_path, as_run_page(told))
    return csv_path, page_path


def _takes(run: RunFolder) -> list[dict[str, Any]]:
    """What the robots' process measured of each dance; a file that is not whole is left out."""
    found = []
    for path in sorted((run.path / "robots").glob("part-*.json")):
        with contextlib.suppress(ValueError):
            found.append(json.loads(path.read_text(encoding="utf-8")))
    return found
