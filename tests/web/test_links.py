"""Links and sessions: who has one has the role, and nobody else."""

import json
import os
import stat
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from temirbek.errors import InvalidInput
from temirbek.types.live import OPERATOR_ROLES
from temirbek.web import NoAccess, RoleLinks
from temirbek.web.links import LEEWAY_S, SteadyClock, write_opener

NOW_S = 1_773_500_000.0


class Clock:
    def __init__(self) -> None:
        self.now_s = NOW_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def links(tmp_path: Path, clock: Clock) -> RoleLinks:
    return RoleLinks(tmp_path, now=clock)


@pytest.mark.parametrize("role", OPERATOR_ROLES)
def test_a_link_gives_its_role_and_every_browser_a_session_of_its_own(links: RoleLinks, role: str) -> None:
    token = links.issue(role)  # type: ignore[arg-type]
    first, second = links.join(token), links.join(token)
    assert first.role == second.role == links.read(token).role == role
    assert first.id != second.id and first.link == second.link
    assert links.read_session(links.write_session(first)) == first


def test_a_restart_changes_nothing(links: RoleLinks, tmp_path: Path, clock: Clock) -> None:
    token = links.issue("dj")
    cookie = links.write_session(links.join(token))
    again = RoleLinks(tmp_path, now=clock)
    assert again.read(token) == links.read(token) and again.read_session(cookie).role == "dj"
    assert again.show == links.show


@settings(max_examples=60)
@given(data=st.data())
def test_no_other_text_is_a_token(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    links = RoleLinks(tmp_path_factory.mktemp("run"), now=Clock())
    token = links.issue("viewer")
    place = data.draw(st.integers(0, len(token) - 2))
    other = data.draw(st.characters().filter(lambda c: c != token[place]))
    for forged in (token[:place] + other + token[place + 1 :], data.draw(st.text()), token[:place]):
        with pytest.raises(NoAccess):
            links.join(forged)
        with pytest.raises(NoAccess):
            links.read_session(forged)


def test_a_viewer_cannot_write_itself_a_better_role(links: RoleLinks) -> None:
    payload, signature = links.issue("viewer").rsplit(".", 1)
    better = links.issue("stage_manager").rsplit(".", 1)[0]
    for forged in (f"{better}.{signature}", f"{better}.", better, f".{signature}", f"{payload}.{signature}x"):
        with pytest.raises(NoAccess):
            links.join(forged)


def test_tokens_of_another_show_and_cookies_as_tokens_mean_nothing(links: RoleLinks, tmp_path: Path) -> None:
    other = RoleLinks(tmp_path / "other", now=Clock())
    token = links.issue("stage_manager")
    cookie = links.write_session(links.join(token))
    for stranger, text in ((other, token), (links, cookie)):
        with pytest.raises(NoAccess):
            stranger.join(text)
    for stranger, text in ((other, cookie), (links, token)):
        with pytest.raises(NoAccess):
            stranger.read_session(text)


def test_links_expire_and_sessions_with_them(links: RoleLinks, clock: Clock) -> None:
    token = links.issue("dj", lasts_s=3600)
    session = links.join(token)
    clock.now_s += 3600 + LEEWAY_S + 1
    for use in (lambda: links.join(token), lambda: links.check(session)):
        with pytest.raises(NoAccess, match="expired"):
            use()


@pytest.mark.parametrize("off_s", [-300, 300])
def test_a_clock_five_minutes_off_locks_nobody_out(
    tmp_path: Path, links: RoleLinks, clock: Clock, off_s: float
) -> None:
    """The machine is restarted, and its clock, or the clock before, was wrong."""
    token = links.issue("stage_manager", lasts_s=3600)
    other = Clock()
    other.now_s = NOW_S + off_s
    assert RoleLinks(tmp_path, now=other).join(token).role == "stage_manager"
    other.now_s = NOW_S + 3600 - 1 + off_s
    assert RoleLinks(tmp_path, now=other).join(token).role == "stage_manager"


def test_setting_the_wall_clock_changes_nobodys_rights(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SteadyClock()
    before = clock()
    monkeypatch.setattr(time, "time", lambda: before + 3 * 24 * 3600)
    assert abs(clock() - before) < 60


def test_a_revoked_link_ends_its_sessions_everywhere_and_for_good(
    links: RoleLinks, tmp_path: Path, clock: Clock
) -> None:
    token, kept = links.issue("dj"), links.issue("dj")
    session, other = links.join(token), links.join(kept)
    running = RoleLinks(tmp_path, now=clock)
    running.check(session)
    links.revoke([session.link])
    for each in (links, running, RoleLinks(tmp_path, now=clock)):
        with pytest.raises(NoAccess, match="revoked"):
            each.join(token)
        with pytest.raises(NoAccess, match="revoked"):
            each.check(session)
        each.check(other)


def test_a_revoked_session_leaves_its_link(links: RoleLinks) -> None:
    token = links.issue("dj")
    one, two = links.join(token), links.join(token)
    links.revoke([one.id])
    with pytest.raises(NoAccess):
        links.check(one)
    links.check(two)
    links.join(token)


def test_revocations_by_two_processes_add_up(links: RoleLinks, tmp_path: Path, clock: Clock) -> None:
    other = RoleLinks(tmp_path, now=clock)
    sessions = [links.join(links.issue("viewer")) for _ in range(4)]
    for index, session in enumerate(sessions):
        (links, other)[index % 2].revoke([session.id])
    assert set(json.loads((tmp_path / "revoked.json").read_text())) == {s.id for s in sessions}


def test_a_damaged_list_is_said_at_the_start_and_locks_nobody_out_of_a_running_show(
    links: RoleLinks, tmp_path: Path
) -> None:
    good, bad = links.join(links.issue("stage_manager")), links.join(links.issue("dj"))
    links.revoke([bad.id])
    with pytest.raises(NoAccess):
        links.check(bad)
    (tmp_path / "revoked.json").write_text("{[")
    links.check(good)
    with pytest.raises(NoAccess):
        links.check(bad)
    with pytest.raises(InvalidInput, match=r"revoked\.json"):
        RoleLinks(tmp_path)


def test_the_secret_is_its_owners(links: RoleLinks, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert links.show not in secret.read_text()[8:]  # what cookies are called says nothing of the key
    os.chmod(secret, 0o644)
    with pytest.raises(InvalidInput, match="others may read"):
        RoleLinks(tmp_path)
    os.chmod(secret, 0o600)
    secret.write_text("short")
    with pytest.raises(InvalidInput, match="damaged"):
        RoleLinks(tmp_path)


def test_roles_and_lives_are_checked_where_links_are_made(links: RoleLinks) -> None:
    for role, lasts_s in (("king", 60), ("dj", 0), ("dj", -1), ("dj", float("nan"))):
        with pytest.raises(ValueError, match="roles are"):
            links.issue(role, lasts_s=lasts_s)  # type: ignore[arg-type]


def test_the_page_that_opens_the_console_is_its_owners_and_cannot_be_broken_out_of(tmp_path: Path) -> None:
    page = write_opener(tmp_path, 'http://127.0.0.1:1/join#a"><script>alert(1)</script>')
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert "<script" not in page.read_text()
    again = write_opener(tmp_path, "http://127.0.0.1:1/join#b")
    assert again == page and "join#b" in again.read_text()
