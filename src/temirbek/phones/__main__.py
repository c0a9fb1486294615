"""``python -m temirbek.phones RUN [--host H] [--port P] [--key FILE] [--bus URL] [--name N] [--wire W]``: the phones' process."""

import argparse
import logging
import sys
from pathlib import Path

from temirbek.errors import TemirbekError
from temirbek.phones.bus import shared_by
from temirbek.phones.hall import SeatOf
from temirbek.phones.priority import come_last
from temirbek.phones.process import DEFAULT_PORT, PhonesProcess, PhonesSettings, run_loop
from temirbek.phones.tokens import KEY_FILE, TokenKey, TokenRefused
from temirbek.processes import end_when_left_alone

DATABASE = "phones.sqlite"
_LOG = logging.getLogger("temirbek.phones")


def main(arguments: list[str]) -> int:
    """Serves phones until the process is told to end."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s phones %(levelname)s %(message)s")
    settings = PhonesSettings(
        run=options.run,
        host=options.host,
        port=options.port,
        name=options.name,
        certificate=options.certificate,
        key=options.certificate_key,
        wire=options.wire,
    )
    come_last()
    end_when_left_alone(options.run)
    try:
        key = TokenKey.read(options.key or options.run / KEY_FILE)
        shared = shared_by(options.bus, name=key.evening, database=options.run / DATABASE)
        run_loop(PhonesProcess(settings, seats_of(key), shared.store, shared.make_bus, on_ready=_tell_port))
    except TemirbekError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def seats_of(key: TokenKey) -> SeatOf:
    """Token → voter, or None for a token that does not hold."""

    def seat_of(token: str) -> str | None:
        try:
            return key.check(token)
        except TokenRefused:
            return None

    return seat_of


def _tell_port(port: int) -> None:
    _LOG.info("phones can connect on port %d", port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m temirbek.phones", description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    parser.add_argument("--name", default="phones", help="of this worker, among several of one machine")
    parser.add_argument("--key", type=Path, help="of the tokens; default: RUN/phones.key")
    parser.add_argument(
        "--bus", default="", metavar="URL", help="redis:// or nats://, to share one show among workers"
    )
    parser.add_argument("--certificate", type=Path, help="for TLS")
    parser.add_argument("--certificate-key", type=Path)
    parser.add_argument("--wire", choices=("picows", "websockets"), help="default: the fastest that is here")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
