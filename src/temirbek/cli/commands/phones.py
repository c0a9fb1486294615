"""``temirbek phones``: tokens on paper for every seat, and the phones' server without a show, for trying."""

import secrets
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from temirbek.cli.group import cli
from temirbek.cli.screen import ANSWERS, COMPLAINTS
from temirbek.errors import InvalidInput
from temirbek.phones.tokens import KEY_FILE, TokenKey, twins

_FATES: Mapping[str, str] = {
    "taken": "get a token",
    "empty": "are empty",
    "duplicate": "stood there before",
    "not_valid": "admit nobody (canceled, unpaid, add-ons)",
    "nameless": "name no seat or ticket",
}
_MOST_NAMED = 10
_TRIAL: Mapping[str, Any] = {
    "do": "poll",
    "poll": "trial",
    "question": {"kk": "Бәрі көрініп тұр ма?", "ru": "Всё видно?", "en": "Can you see this?"},
    "options": [
        {"id": "yes", "text": {"kk": "Иә", "ru": "Да", "en": "Yes"}},
        {"id": "no", "text": {"kk": "Жоқ", "ru": "Нет", "en": "No"}},
    ],
}


@cli.group("phones")
def phones_group() -> None:
    """Tokens on paper for every seat; the phones' server without a show, for trying."""


@phones_group.command("tokens")
@click.argument("seats", type=click.Path(path_type=Path))
@click.option("--url", required=True, help="Of the audience's page, as phones will open it.")
@click.option("-o", "--out", type=click.Path(path_type=Path), required=True, help="PDF to write.")
@click.option(
    "--key", type=click.Path(path_type=Path), help=f"Of the evening; {KEY_FILE} beside the PDF if not given."
)
@click.option(
    "--evening", help="Its name in the key, when the key is made; the list's name and today if not given."
)
@click.option("--title", default="", help="Small on each code.")
@click.option(
    "--per-page",
    type=click.Choice(["8", "14", "24"]),
    default="24",
    show_default=True,
    help="Codes on a page.",
)
def tokens_command(
    seats: Path, url: str, out: Path, key: Path | None, evening: str | None, title: str, per_page: str
) -> None:
    """Make a token for every seat or ticket of a list (CSV, or a pretix export) and print them as QR codes."""
    from temirbek.phones.seats import read_seats
    from temirbek.phones.sheet import Pass, checked_url, write_sheet, write_token_table

    if out.suffix.lower() != ".pdf":
        raise InvalidInput(f"{out}: expected a name that ends in .pdf")
    url = checked_url(url)
    found = read_seats(seats)
    _say_columns(found.columns, found.notes)
    _say_rows([(row.row, row.fate, row.why) for row in found.rows])
    path = key or out.with_name(KEY_FILE)
    signer = _key_at(path, evening, f"{seats.stem} {date.today().isoformat()}")
    if same := twins(signer, (seat.secret for seat in found.seats)):
        raise InvalidInput(f"{len(same)} pairs of seats would share one vote; make another key ({path})")
    passes = [Pass(label=seat.label, token=signer.sign(seat.secret)) for seat in found.seats]
    pages = write_sheet(out, passes, url=url, title=title, per_page=int(per_page))
    table = out.with_suffix(".csv")
    write_token_table(table, passes, url=url)
    ANSWERS.print(f"{len(passes)} tokens on {pages} pages: {out}; as a table: {table}", markup=False)
    ANSWERS.print(
        f"evening “{signer.evening}”, key: {path}; whoever has one of these three can vote", markup=False
    )


@phones_group.command("serve")
@click.option(
    "--listen", "host", default="127.0.0.1", help="Address for phones; only this machine if not given."
)
@click.option("--port", type=int, default=8090, show_default=True, help="Port for phones.")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out/phones"),
    help="Folder of votes and key.",
)
@click.option(
    "--key", type=click.Path(path_type=Path), help=f"Of the tokens; {KEY_FILE} in the folder, or a new one."
)
@click.option(
    "--bus", default="", metavar="URL", help="redis:// or nats://, to share one show among servers."
)
@click.option("--url", help="As phones see it, where that is not this address.")
def serve_command(host: str, port: int, out: Path, key: Path | None, bus: str, url: str | None) -> None:
    """Serve the audience's page without a show, with a question to vote on, until Ctrl-C."""
    from temirbek.phones.__main__ import DATABASE, seats_of
    from temirbek.phones.bus import shared_by
    from temirbek.phones.process import PhonesProcess, PhonesSettings, run_loop
    from temirbek.phones.sheet import checked_url

    signer = _key_at(key or out / KEY_FILE, None, f"trial {date.today().isoformat()}")
    settings = PhonesSettings(run=out, host=host, port=port)
    shared = shared_by(bus, name=signer.evening, database=out / DATABASE)

    def on_ready(port: int) -> None:
        address = checked_url(url or f"http://{host}:{port}/")
        _say_address(address, signer.sign(secrets.token_hex(8)))
        threading.Thread(target=_ask_trial, args=(out / f"{settings.name}.sock",), daemon=True).start()

    run_loop(PhonesProcess(settings, seats_of(signer), shared.store, shared.make_bus, on_ready=on_ready))


def _key_at(path: Path, evening: str | None, name: str) -> TokenKey:
    """The key of a file, or a new one there.

    Raises:
        InvalidInput: The key there is of another evening than the one that was named.
    """
    if not path.exists():
        return TokenKey.make(path, evening or name)
    signer = TokenKey.read(path)
    if evening not in (None, signer.evening):
        raise InvalidInput(
            f"{path}: the key of “{signer.evening}”, not of “{evening}”; name another file with --key"
        )
    return signer


def _ask_trial(socket: Path) -> None:
    """Opens the question of a trial, as the conductor would."""
    from temirbek.lines import PlainClient

    line = PlainClient(socket)
    try:
        answer = line.ask(_TRIAL)
        if not answer["ok"]:
            COMPLAINTS.print(f"[yellow]note[/] no question to vote on: {escape(answer['reason'])}")
    finally:
        line.close()


def _say_address(address: str, token: str) -> None:
    import io

    import segno

    from temirbek.phones.sheet import link_of

    picture = io.StringIO()
    segno.make(link_of(address, token), error="m", micro=False).terminal(picture, compact=True)
    ANSWERS.print(picture.getvalue(), markup=False)
    ANSWERS.print(
        f"to look on:  {address}\nwith a vote: {link_of(address, token)}\nCtrl-C ends it.", markup=False
    )


def _say_columns(columns: Mapping[str, str], notes: tuple[str, ...]) -> None:
    for note in notes:
        COMPLAINTS.print(f"[yellow]note[/] {escape(note)}")
    used = [f"{heading} → {name.replace('_', ' ')}" for heading, name in columns.items() if name]
    unused = [heading for heading, name in columns.items() if not name]
    if used:
        ANSWERS.print("columns: " + ", ".join(used), markup=False)
    if unused:
        ANSWERS.print("not looked at: " + ", ".join(unused), markup=False)


def _say_rows(rows: list[tuple[int, str, str]]) -> None:
    counts = Counter(fate for _, fate, _ in rows)
    ANSWERS.print(
        "rows: " + ", ".join(f"{counts[fate]} {words}" for fate, words in _FATES.items() if counts[fate])
    )
    for fate in ("duplicate", "nameless", "not_valid"):
        named = [(row, why) for row, what, why in rows if what == fate]
        for row, why in named[:_MOST_NAMED]:
            COMPLAINTS.print(f"[yellow]left out[/] row {row}: {escape(why)}")
        if len(named) > _MOST_NAMED:
            COMPLAINTS.print(f"[yellow]left out[/] {len(named) - _MOST_NAMED} more rows like these")
