"""The door: runs a command and turns every fault into one message and an exit status."""

import sys
import traceback

import click

from temirbek.cli.commands import cli
from temirbek.cli.screen import COMPLAINTS
from temirbek.errors import TemirbekError
from temirbek.store import default_cache_dir


def main() -> None:
    """Runs what the command line says; leaves by :class:`SystemExit` where it is not done."""
    try:
        status = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        _end("interrupted; nothing half-written was left", 130)
    except KeyboardInterrupt:
        _end("interrupted; nothing half-written was left", 130)
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except TemirbekError as error:
        _end(str(error), 1, error)
    except BrokenPipeError:
        raise SystemExit(0) from None  # the reader (head, less) has seen enough
    except Exception as error:  # the last door: a person gets a sentence and the place of the rest
        _end(f"an unexpected fault ({type(error).__name__}: {error}){_keep_traceback()}", 1, error)
    if isinstance(status, int) and status:
        raise SystemExit(status)


def _end(message: str, status: int, error: BaseException | None = None) -> None:
    if error is not None and "--traceback" in sys.argv:
        traceback.print_exception(error)
    COMPLAINTS.print(f"temirbek: {message}", markup=False)
    raise SystemExit(status) from None


def _keep_traceback() -> str:
    path = default_cache_dir() / "last-fault.txt"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(traceback.format_exc(), encoding="utf-8")
    except OSError:
        return "; --traceback shows where"
    return f"; please send {path} to the developers"
