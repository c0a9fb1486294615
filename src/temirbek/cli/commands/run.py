"""``temirbek run``: a show, live."""

import json
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from temirbek.cli.group import House, cli
from temirbek.cli.screen import ANSWERS
from temirbek.errors import InvalidInput
from temirbek.phones.tokens import KEY_FILE, TokenKey
from temirbek.show.evening_file import read_evening
from temirbek.stage.opening import OPENING_FILE, Opening, read_opened_evening, read_opening, write_opening
from temirbek.stage.run_folder import FolderLock, RunFolder
from temirbek.stage.supervisor import Supervisor, write_plan
from temirbek.store import to_json
from temirbek.store.event_log import LogReader
from temirbek.types import SCOPES, Evening, Phones
from temirbek.web.links import write_opener

OUT = Path("out")
WAIT_S = 60.0
VIRTUAL_HALL = (6000, 5000)
"""People and phones of a virtual evening whose venue has a simulated hall, where nothing else is said."""


@cli.command("run")
@click.argument("show", type=click.Path(path_type=Path))
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="Folder of the run; out/NAME-live if not given."
)
@click.option("--venue", type=click.Path(path_type=Path), help="Another hall than the show file's.")
@click.option("--date", "day", help="The evening's date, YYYY-MM-DD; the show file's, or today.")
@click.option(
    "--scope", type=click.Choice(SCOPES[:3]), default="rehearsal", help="What is armed at the beginning."
)
@click.option(
    "--robots", "body", type=click.Choice(("simulated", "fake")), default="simulated", help="What robots are."
)
@click.option(
    "--listen", "host", default="127.0.0.1", help="Address for consoles; only this machine if not given."
)
@click.option("--port", type=int, default=0, help="Port for consoles; a free one if not given.")
@click.option(
    "--certificate", type=click.Path(path_type=Path, exists=True), help="PEM file, for https; with --key."
)
@click.option(
    "--key", type=click.Path(path_type=Path, exists=True), help="PEM file of the certificate's key."
)
@click.option("--no-browser", is_flag=True, help="Do not open the console in a browser.")
@click.option(
    "--virtual", is_flag=True, help="The whole evening on a clock of its own: no sound, no robots, no wait."
)
@click.option(
    "--hall",
    "people",
    type=click.IntRange(0, 100_000),
    default=0,
    help="Simulate so many people in the hall: they applaud, clap along, come to be greeted, dance.",
)
@click.option(
    "--phones",
    type=click.IntRange(0, 20_000),
    default=0,
    help="With --hall: so many of them hold a phone, over real sockets.",
)
@click.option(
    "--speed",
    type=click.FloatRange(min=1.0),
    help="With --virtual: so many times real time; as fast as can be if not given.",
)
@click.pass_obj
def run_command(
    house: House,
    show: Path,
    out: Path | None,
    venue: Path | None,
    day: str | None,
    scope: str,
    body: str,
    host: str,
    port: int,
    certificate: Path | None,
    key: Path | None,
    no_browser: bool,
    virtual: bool,
    people: int,
    phones: int,
    speed: float | None,
) -> None:
    """Run a show live, from doors to curtain: sound, robots in simulation, and a console in the browser."""
    evening = read_evening(show, venue)
    opening = Opening(
        base=show.resolve().parent,
        name=str(show),
        day=_day(day, evening).isoformat(),
        cache_dir=house.cache_dir.resolve(),
        scope=scope,  # type: ignore[arg-type]  # click has looked
        body=body,  # type: ignore[arg-type]
        host=host,
        port=port,
        certificate=None if certificate is None else certificate.resolve(),
        key=None if key is None else key.resolve(),
        plays_at_once=_is_implied(evening),
        has_venue=venue is not None,
        hall_people=people,
        hall_phones=phones,
        phones_port=_free_port() if phones else 0,
    )
    if phones > people:
        raise InvalidInput(f"--phones {phones}: there are only {people} people in the hall (--hall)")
    if (certificate is None) != (key is None):
        raise InvalidInput("--certificate and --key belong together")
    if speed is not None and not virtual:
        raise InvalidInput("--speed belongs to --virtual: a live show runs in real time")
    run, is_new = _folder_for(show, out, virtual=virtual)
    with FolderLock(run):
        if is_new:
            venue_text = venue.read_text(encoding="utf-8") if venue is not None else None
            write_opening(run, opening, show=show.read_text(encoding="utf-8"), venue=venue_text)
        if virtual:
            _run_virtual(run, evening, opening, speed)
        else:
            opened = read_opening(run)
            _run_live(run, read_opened_evening(run, opened), opened, with_browser=not no_browser)


def _run_virtual(run: RunFolder, evening: Evening, opening: Opening, speed: float | None) -> None:
    from temirbek.live.crowd.people import People
    from temirbek.live.record import write_record  # here: a live run loads it in another process
    from temirbek.stage.virtual import run_virtual

    people, phones = opening.hall_people, opening.hall_phones
    if not people and evening.venue.ears.source == "simulated":
        people, phones = VIRTUAL_HALL
    crowd = People(evening.show.seed, people, phones) if people else None
    summary = run_virtual(run, evening, opening, speed=speed, crowd=crowd)
    table, page = write_record(run)
    ANSWERS.print(summary, markup=False)
    ANSWERS.print(f"The record: {page}, {table}", markup=False)


def _run_live(run: RunFolder, evening: Evening, opening: Opening, *, with_browser: bool) -> None:
    _make_key(run, evening, opening)
    write_plan(run.path, _commands(run, evening, opening))
    if evening.venue.phones is not None:
        phones = evening.venue.phones
        ANSWERS.print(f"{'phones':<16}{phones.url or f'http://{phones.host}:{phones.port}'}", markup=False)
    threading.Thread(target=_tell_address, args=(run, with_browser), daemon=True).start()
    Supervisor(run.path).run()
    ANSWERS.print(f"The show is closed. Its record: {run.path / 'as-run.html'}", markup=False)


def _commands(run: RunFolder, evening: Evening, opening: Opening) -> dict[str, list[str]]:
    """Name → command of the processes of a run; sound first, the conductor last."""
    here = str(run.path.resolve())
    setup = json.dumps(to_json(evening.venue.sound))
    cast, zones = json.dumps(to_json(evening.show.cast)), json.dumps(to_json(evening.venue.zones))

    def module(name: str, *arguments: str) -> list[str]:
        return [sys.executable, "-m", name, here, *arguments]

    seed = str(evening.show.seed)
    venue = evening.venue
    hall = {
        "ears": venue.ears.source != "none",
        "eyes": venue.eyes.source != "none",
        "phones": venue.phones is not None,
        "crowd": opening.hall_people > 0,
    }
    modules = {"ears": "stage.ears", "eyes": "stage.eyes", "phones": "phones", "crowd": "live.crowd"}
    arguments = {"phones": _phones_arguments(venue.phones, opening)} if venue.phones is not None else {}
    return {
        "sound": module("temirbek.stage.audio", "--setup", setup),
        "robots": module(
            "temirbek.stage.robots",
            *("--cast", cast, "--body", opening.body, "--zones", zones, "--seed", seed),
        ),
        "dj": module("temirbek.stage.dj"),
        "signals": module("temirbek.stage.signals"),
        "maker": module("temirbek.stage.maker"),
        **{
            name: module(f"temirbek.{modules[name]}", *arguments.get(name, ()))
            for name, is_there in hall.items()
            if is_there
        },
        "conductor": module("temirbek.live.conduct"),
    }


def _phones_arguments(phones: Phones, opening: Opening) -> tuple[str, ...]:
    key = ("--key", str(opening.base / phones.key)) if phones.key else ()
    bus = ("--bus", phones.bus) if phones.bus else ()
    return ("--host", phones.host, "--port", str(phones.port), *key, *bus)


def _make_key(run: RunFolder, evening: Evening, opening: Opening) -> None:
    """Tickets of a run that brings no key of its own are signed with one that is made for it."""
    phones = evening.venue.phones
    if phones is not None and not phones.key and not (run.path / KEY_FILE).exists():
        TokenKey.make(run.path / KEY_FILE, f"{evening.show.title}, {opening.day}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tell_address(run: RunFolder, with_browser: bool) -> None:
    """Prints the role links as soon as the console is served, and opens the stage manager's."""
    end_s = time.monotonic() + WAIT_S
    while time.monotonic() < end_s:
        try:
            links: Mapping[str, str] = json.loads(run.address.read_text(encoding="utf-8"))["links"]
        except (OSError, ValueError, KeyError):
            time.sleep(0.1)
            continue
        for role, link in links.items():
            ANSWERS.print(f"{role.replace('_', ' '):<16}{link}", markup=False, soft_wrap=True)
        ANSWERS.print("Ctrl-C closes the show.", markup=False)
        if with_browser:
            webbrowser.open(write_opener(run.path, links["stage_manager"]).as_uri())
        return


def _is_implied(evening: Evening) -> bool:
    """A show file without a running order is one set, which begins when it can."""
    return len(evening.cues) == 1 and evening.cues[0].id == "set" and evening.cues[0].kind == "dj_set"


def _day(told: str | None, evening: Evening) -> date:
    if told is None:
        return evening.date or datetime.now(ZoneInfo(evening.venue.timezone)).date()
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise InvalidInput(f"--date: {told!r} is no date; expected one like 2026-03-07") from error


def _folder_for(show: Path, out: Path | None, *, virtual: bool) -> tuple[RunFolder, bool]:
    """The run's folder, and whether it begins there anew; a show that was not closed goes on.

    Raises:
        InvalidInput: Another show, or one that is over, lies in the folder that was named.
    """
    text = show.read_text(encoding="utf-8")
    name = out or OUT / f"{show.stem}-{'virtual' if virtual else 'live'}"
    number = 1
    while True:
        run = RunFolder(name if number == 1 else name.with_name(f"{name.name}-{number}"))
        if not (run.path / OPENING_FILE).exists():
            return run, True
        is_same = run.evening.exists() and run.evening.read_text(encoding="utf-8") == text
        if is_same and not virtual and not _is_closed(run):
            return run, False
        if out is not None:
            state = "over" if is_same else "of another file"
            raise InvalidInput(f"{run.path}: the show in this folder is {state}; name another with -o")
        number += 1


def _is_closed(run: RunFolder) -> bool:
    try:
        with LogReader(run.log) as log:
            return any(logged.event.type == "closed" for logged in log.read())
    except InvalidInput:
        return False  # it was opened, but nothing was recorded yet
