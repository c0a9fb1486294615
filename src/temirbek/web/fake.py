"""``python -m temirbek.web.fake --port 8765``: a console's server before a show that is none."""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from temirbek.types.live import OPERATOR_ROLES
from temirbek.web.app import build_app
from temirbek.web.fake_show import FakeShow
from temirbek.web.links import RoleLinks
from temirbek.web.serve import serve
from temirbek.web.settings import WebSettings


async def _serve(folder: Path, port: int) -> None:
    links = RoleLinks(folder)
    async with serve(build_app(FakeShow(), WebSettings(links=links)), port=port) as served:
        for role in OPERATOR_ROLES:
            sys.stdout.write(f"{role:14} {served.link(links.issue(role))}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


def main() -> None:
    """Serves until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--folder", type=Path, help="run folder, so that links outlive the server")
    options = parser.parse_args()
    try:
        if options.folder:
            asyncio.run(_serve(options.folder, options.port))
        else:
            with tempfile.TemporaryDirectory() as folder:
                asyncio.run(_serve(Path(folder), options.port))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
