"""Roles by link: who holds the link has the role, until it expires or is revoked.

A link carries a signed token (HMAC-SHA-256 by itsdangerous) behind the ``#`` of its address, where neither servers nor
referrers see it; the join page trades it once for a session in a cookie that scripts cannot read. Both are signed with
the secret of the run folder, so a restart of the server changes nothing, and another show's tokens mean nothing here.
"""

import contextlib
import fcntl
import hashlib
import html
import json
import logging
import os
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from temirbek.errors import InvalidInput
from temirbek.types.live import OPERATOR_ROLES, OperatorRole

_log = logging.getLogger(__name__)

LEEWAY_S = 300.0
"""Clocks that differ by less than this lock nobody out [s]."""
LASTS_S = 24 * 3600.0
"""A link's life, unless said otherwise [s]."""
LONGEST_TOKEN = 1024
"""Characters of a token, or of a cookie's value."""
LONGEST_NAME = 40


class SteadyClock:
    """UTC that only moves on: the wall clock at the start, and the monotonic clock since.

    A wall clock that is set during the show changes nobody's rights.
    """

    def __init__(self) -> None:
        self._offset_s = time.time() - time.monotonic()

    def __call__(self) -> float:
        return self._offset_s + time.monotonic()


class NoAccess(Exception):
    """A token or session that gives no role; the message says why, in words that tell an attacker nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a token says: its id, the role, when it expires."""

    id: str
    role: OperatorRole
    expires_utc_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser that came by a link.

    Attributes:
        id: Of its own, the same through reconnects.
        link: Where it came from; with it, the session ends.
        role, expires_utc_s: As the link's.
        name: Of the operator, as they gave it; "" before they did.
        language: Of the page; "" for the browser's.
    """

    id: str
    link: str
    role: OperatorRole
    expires_utc_s: float
    name: str = ""
    language: str = ""

    @property
    def by(self) -> str:
        """Who is recorded: the name, or the role and the first letters of the session."""
        return self.name or f"{self.role} {self.id[:4]}"


class RoleLinks:
    """Issues, reads and revokes links and sessions of one show.

    Args:
        folder: The run folder; ``secret`` (readable by its owner only) and ``revoked.json`` lie there.
        now: UTC epoch seconds.

    Raises:
        InvalidInput: The secret is damaged, or others may read it.
    """

    def __init__(self, folder: Path, *, now: Callable[[], float] | None = None) -> None:
        self._now = now or SteadyClock()
        folder.mkdir(parents=True, exist_ok=True)
        text = _secret(folder / "secret")
        self.show, secret = text[:8], text[8:]
        self._tokens = _signing(secret, "temirbek role link")
        self._sessions = _signing(secret, "temirbek session")
        self._list = folder / "revoked.json"
        self._state: tuple[int, int] | None = None
        self._revoked: frozenset[str] = frozenset()
        self._first_list()

    def issue(self, role: OperatorRole, *, lasts_s: float = LASTS_S) -> str:
        """A new token for a role.

        Raises:
            ValueError: No such role, or a life that is not positive.
        """
        if role not in OPERATOR_ROLES or not lasts_s > 0:
            raise ValueError(
                f"{role!r} for {lasts_s} s; roles are {', '.join(OPERATOR_ROLES)}, lives are positive"
            )
        return str(self._tokens.dumps([secrets.token_hex(6), role, round(self._now() + lasts_s)]))

    def read(self, token: str) -> Link:
        """What a token gives now.

        Raises:
            NoAccess: Forged, damaged, of another show, expired or revoked.
        """
        values = _loads(self._tokens, token)
        try:
            link_id, role, expires = values
        except (TypeError, ValueError) as error:
            raise NoAccess("this link is not valid") from error
        link = Link(id=link_id, role=role, expires_utc_s=expires)
        self._check(link.id, link.expires_utc_s)
        return link

    def join(self, token: str) -> Session:
        """A new session by a link.

        Raises:
            NoAccess: As :meth:`read`.
        """
        link = self.read(token)
        return Session(
            id=secrets.token_hex(8), link=link.id, role=link.role, expires_utc_s=link.expires_utc_s
        )

    def write_session(self, session: Session) -> str:
        """The session as a cookie's value."""
        s = session
        return str(self._sessions.dumps([s.id, s.link, s.role, s.expires_utc_s, s.name, s.language]))

    def read_session(self, cookie: str) -> Session:
        """The session of a cookie, as it stands now.

        Raises:
            NoAccess: As :meth:`read`.
        """
        values = _loads(self._sessions, cookie)
        try:
            session_id, link, role, expires, name, language = values
        except (TypeError, ValueError) as error:
            raise NoAccess("this session is not valid") from error
        session = Session(
            id=session_id, link=link, role=role, expires_utc_s=expires, name=name, language=language
        )
        self.check(session)
        return session

    def check(self, session: Session) -> None:
        """Whether a session that was read before still stands.

        Raises:
            NoAccess: It has expired, or its link or itself is revoked.
        """
        self._check(session.link, session.expires_utc_s)
        self._check(session.id, session.expires_utc_s)

    def left_s(self, session: Session) -> float:
        """How long a session lasts yet, the leeway with it [s]."""
        return session.expires_utc_s + LEEWAY_S - self._now()

    def revoke(self, ids: Collection[str]) -> None:
        """Links or sessions (by id) that give nothing from now on; on disk before this returns.

        Raises:
            OSError: The disk does not take it; here they give nothing all the same, until the next start.
        """
        self._revoked = self._revoked | set(ids)
        with self._list.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # other processes revoke, too
            _put(self._list, json.dumps(sorted(self._read_list())))

    def _check(self, name: str, expires_utc_s: float) -> None:
        if self._now() > expires_utc_s + LEEWAY_S:
            raise NoAccess("this link has expired; ask for a new one")
        if name in self._read_list():
            raise NoAccess("this link was revoked; ask for a new one")

    def _first_list(self) -> None:
        if self._list.exists():
            try:
                frozenset(json.loads(self._list.read_text("utf-8")))
            except (ValueError, TypeError) as error:
                raise InvalidInput(
                    f"{self._list}: the list of revoked links is damaged ({error}); without the file, and with a new "
                    f"secret (delete {self._list.with_name('secret')}), all links are made anew"
                ) from error

    def _read_list(self) -> frozenset[str]:
        """The revoked ids; the file is read again when it has changed."""
        try:
            stat = self._list.stat()
        except FileNotFoundError:
            return self._revoked
        state = (stat.st_mtime_ns, stat.st_ino)
        if state != self._state:
            self._state = state
            try:
                self._revoked = self._revoked | frozenset(json.loads(self._list.read_text("utf-8")))
            except (ValueError, TypeError) as error:
                # Nobody is locked out of a running show by a damaged file: what was revoked before stays so.
                _log.error("%s: the list of revoked links is damaged: %s", self._list, error)
        return self._revoked


def write_opener(folder: Path, link: str) -> Path:
    """A page on disk, readable by its owner only, that opens a link.

    A browser that is started with the link itself would show the token to everybody who lists processes.

    Returns:
        The page, ``console.html`` in the folder.
    """
    page = folder / "console.html"
    address = html.escape(link, quote=True)
    _put(
        page,
        '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
        f'<meta http-equiv="refresh" content="0; url={address}"><a href="{address}">Temirbek</a>\n',
    )
    return page


def _put(path: Path, text: str, *, is_new: bool = False) -> None:
    """A small file, readable by its owner only, that is there whole or not at all, whenever the power fails.

    With ``is_new`` the first of several writers wins.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    partial.unlink(missing_ok=True)
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(partial)
        else:
            partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _secret(path: Path) -> str:
    if not path.exists():
        _put(path, secrets.token_hex(36), is_new=True)
    text = path.read_text("ascii")
    if len(text) < 64:
        raise InvalidInput(
            f"{path}: the secret of the links is damaged; without the file all links are made anew"
        )
    if path.stat().st_mode & 0o077:
        raise InvalidInput(f"{path}: others may read the secret of the links; `chmod 600` it, or delete it")
    return text


def _signing(secret: str, salt: str) -> URLSafeSerializer:
    how = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(secret, salt=salt, signer_kwargs=how)


def _loads(serializer: URLSafeSerializer, text: str) -> Any:
    if not 0 < len(text) <= LONGEST_TOKEN or not text.isascii():
        raise NoAccess("this link is not valid")
    try:
        return serializer.loads(text)
    except BadSignature as error:
        raise NoAccess("this link is not valid") from error
