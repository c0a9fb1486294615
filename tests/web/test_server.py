"""The console's server: who is heard, what is told, and how it begins and ends."""

import asyncio
import json
import shutil
import signal
import socket
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.makers import RecordingDesk, a_house, a_snapshot
from websockets.exceptions import ConnectionClosed, InvalidStatus

from temirbek.errors import DeviceLost, InvalidInput
from temirbek.store import from_json, to_json
from temirbek.types.live import Snapshot
from temirbek.web import RoleLinks, Tls, WebSettings, build_app, serve
from temirbek.web.fake_show import FakeShow
from temirbek.web.gate import is_ours
from temirbek.web.hub import Hub, snapshot_json
from temirbek.web.poses import pack_poses, unpack_poses
from temirbek.web.protocol import apply_changes, changes

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=12,
)


# What is told ---------------------------------------------------------------------------------------------------


@given(before=PLAIN, after=PLAIN)
def test_a_change_makes_the_old_value_the_new_one(before: Any, after: Any) -> None:
    told = json.loads(json.dumps(changes(before, after)))
    made = apply_changes(json.loads(json.dumps(before)), told)
    assert json.dumps(made, sort_keys=True) == json.dumps(after, sort_keys=True)
    assert changes(after, after) == []


def test_what_is_written_once_is_what_would_be_written_again() -> None:
    async def run() -> None:
        show = FakeShow()
        for _ in range(3):
            snapshot = show.snapshot()
            assert snapshot_json(snapshot) == to_json(snapshot)
            other = replace(snapshot, cues=snapshot.cues[::-1], log=snapshot.log * 2)
            assert snapshot_json(other) == to_json(other)

    asyncio.run(run())


def test_a_console_is_told_the_whole_show_and_then_what_changes(tmp_path: Path) -> None:
    async def run() -> None:
        async with a_house(tmp_path) as house, house.console("viewer") as page:
            assert page.heard[0]["type"] == "hello" and page.heard[1]["type"] == "snapshot"
            assert from_json(Snapshot, page.snapshot).title == "Кеш"
            assert page.snapshot["operators"] in ({}, {"viewer": 1})
            for sequence in range(2, 6):
                await house.desk.show(a_snapshot(sequence, state="hold", over_s=sequence / 3))
                while page.snapshot["sequence"] != sequence:
                    await page.next()
                assert page.snapshot["over_s"] == sequence / 3
            assert page.heard[-1]["type"] == "change"
            changed = {tuple(path) for path, _ in page.heard[-1]["set"]}
            assert changed <= {("sequence",), ("over_s",), ("state",), ("operators",)}

    asyncio.run(run())


def test_what_happens_is_told_at_once_and_what_only_ticks_is_not(tmp_path: Path) -> None:
    async def run() -> None:
        desk = RecordingDesk()
        hub = Hub(desk, dict)
        running = asyncio.create_task(hub.run())
        watch = hub.watch()
        await watch.next()
        loop = asyncio.get_running_loop()
        begin_s, told = loop.time(), 0
        for tick in range(100):  # a second of a desk that is eager
            await desk.show(a_snapshot(1, utc_s=1000.0 + tick))
            await asyncio.sleep(0.01)
            if hub._newest is not None:
                told = hub._newest.number
        assert told <= 2 + 5 * (loop.time() - begin_s) + 1
        await watch.next()
        await desk.show(a_snapshot(2))
        text = await asyncio.wait_for(watch.next(), 5)
        assert '"sequence"' in text
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())


def test_a_caption_does_not_wait_for_the_next_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("temirbek.web.hub.QUIET_S", 3600.0)

    async def run() -> None:
        desk = RecordingDesk()
        hub = Hub(desk, dict)
        running = asyncio.create_task(hub.run())
        watch = hub.watch()
        await watch.next()
        for words in ("Құрметті қонақтар!", "Сіздерді күтеміз!"):
            await desk.show(a_snapshot(1, caption={"kk": words}))
            assert words in await asyncio.wait_for(watch.next(), 5)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())


def test_who_reads_slowly_gets_one_change_and_no_queue(tmp_path: Path) -> None:
    async def run() -> None:
        desk = RecordingDesk()
        hub = Hub(desk, dict)
        running = asyncio.create_task(hub.run())
        slow = hub.watch()
        value = json.loads(await slow.next())["snapshot"]
        for sequence in range(2, 12):
            await desk.show(a_snapshot(sequence, over_s=float(sequence)))
            await asyncio.sleep(0.03)
        message = json.loads(await slow.next())
        assert apply_changes(value, message["set"])["sequence"] == 11
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(slow.next(), 0.1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(run())


def test_consoles_are_counted_by_browser_and_role(tmp_path: Path) -> None:
    async def run() -> None:
        async with a_house(tmp_path) as house:
            cookie = await house.cookie("dj")
            async with house.console("stage_manager") as page:
                async with house.console(cookie=cookie), house.console(cookie=cookie):
                    while page.snapshot["operators"] != {"dj": 1, "stage_manager": 1}:
                        await page.next()
                while page.snapshot["operators"] != {"stage_manager": 1}:
                    await page.next()

    asyncio.run(run())


def test_ping_tells_the_servers_clocks_and_an_operators_name_is_recorded(tmp_path: Path) -> None:
    async def run() -> None:
        async with a_house(tmp_path) as house:
            cookie = await house.cookie("stage_manager")
            async with house.console(cookie=cookie) as page:
                await page.say({"type": "ping", "t": 12.5})
                pong = await page.until("pong")
                assert pong["t"] == 12.5 and pong["utc_s"] > 1.7e9 and pong["host_s"] > 0
                async with house.client(cookie=cookie) as client:
                    answer = await client.post("/api/session", json={"name": " Айгүл ", "language": "kk"})
                    assert answer.json()["name"] == "Айгүл"
                    for wrong in ({"name": "x" * 41}, {"name": "a\x1b[2J"}, {"language": "xx"}, {"name": 3}):
                        assert (await client.post("/api/session", json=wrong)).status_code == 400
                await page.ask("hold")
                assert house.desk.events[-1].by == "Айгүл"

    asyncio.run(run())


def test_poses_come_fast_and_read_back(tmp_path: Path) -> None:
    async def run() -> None:
        async with (
            a_house(tmp_path) as house,
            house.socket(await house.cookie("viewer"), "/ws/poses") as view,
        ):
            frames = [unpack_poses(await view.recv()) for _ in range(30)]  # type: ignore[arg-type]
        assert [f[0] for f in frames] == sorted({f[0] for f in frames})

    asyncio.run(run())


def test_frames_of_poses_are_what_was_packed() -> None:
    import numpy as np

    rows = [np.arange(36.0), np.arange(19.0) / 8]
    host_s, mix_s, back = unpack_poses(pack_poses(12.25, float("nan"), rows))
    assert host_s == 12.25 and mix_s != mix_s
    assert all(np.array_equal(a, b) for a, b in zip(rows, back, strict=True))
    with pytest.raises(ValueError, match="TBP1"):
        unpack_poses(b"nonsense" * 4)


# Who is heard ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "here", "open_"),
    [
        ("127.0.0.1:80", True, True),
        ("localhost", True, True),
        ("[::1]:8000", True, True),
        ("192.168.1.5:8000", False, True),
        ("console.local", False, False),
        ("evil.example", False, False),
        ("localhost.evil.example", False, False),
        ("127.0.0.1.nip.io", False, False),
        ("evil.example@127.0.0.1", False, False),
        ("127.0.0.1:x", False, False),
        ("", False, False),
        ("[::1", False, False),
        ("2130706433", False, False),
    ],
)
def test_only_our_own_names_are_answered_to(tmp_path: Path, host: str, here: bool, open_: bool) -> None:
    links = RoleLinks(tmp_path)
    assert is_ours(host, WebSettings(links=links)) is here
    assert is_ours(host, WebSettings(links=links, is_open=True)) is open_
    assert is_ours("console.local", WebSettings(links=links, hosts=("console.local",)))


def test_a_foreign_name_reads_nothing(tmp_path: Path) -> None:
    """DNS rebinding: the browser believes that this is the attacker's site."""

    async def run() -> None:
        async with a_house(tmp_path) as house:
            cookie = await house.cookie("stage_manager")
            evil = f"evil.example:{house.served.port}"
            async with house.client(cookie=cookie, host=evil) as client:
                for path in ("/", "/api/session", "/api/stage", "/join", "/assets/x"):
                    assert (await client.get(path)).status_code == 403
            with pytest.raises(InvalidStatus):
                async with house.socket(cookie, origin=f"http://{evil}", headers={"host": evil}):
                    pass

    asyncio.run(run())


def test_foreign_pages_change_nothing(tmp_path: Path) -> None:
    async def run() -> None:
        async with a_house(tmp_path) as house:
            cookie = await house.cookie("stage_manager")
            port = house.served.port
            wrong = (
                "http://evil.example",
                "null",
                f"https://127.0.0.1:{port}",
                f"http://127.0.0.1:{port + 1}",
                f"http://localhost:{port}",
                f"http://127.0.0.1:{port}.evil.example",
                "",
            )
            for origin in wrong:
                with pytest.raises(InvalidStatus):
                    async with house.socket(cookie, origin=origin or " "):
                        pass
                for path in ("/api/session", "/api/join", "/api/leave", "/api/links", "/api/links/revoke"):
                    async with house.client(cookie=cookie, origin=origin) as client:
                        assert (await client.post(path, json={})).status_code == 403
            async with house.client(cookie=cookie, **{"sec-fetch-site": "cross-site"}) as client:
                assert (await client.post("/api/leave", json={})).status_code == 403
            async with httpx.AsyncClient(base_url=house.base, trust_env=False) as client:
                assert (await client.post("/api/join", json={})).status_code == 403
            async with house.console(cookie=cookie):
                pass  # nobody was logged out

    asyncio.run(run())


@pytest.mark.parametrize("path", ["/ws", "/ws/poses"])
def test_nobody_without_a_session_hears_anything(tmp_path: Path, path: str) -> None:
    async def run() -> None:
        other = RoleLinks(tmp_path / "other")
        async with a_house(tmp_path / "run") as house:
            name = f"temirbek-{house.links.show}"
            token = house.links.issue("stage_manager")
            foreign = other.write_session(other.join(other.issue("stage_manager")))
            for cookie in ("", f"{name}=", f"{name}={token}", f"{name}={foreign}", f"{name}=x", "a=b"):
                async with house.socket(cookie, path) as view:
                    with pytest.raises(ConnectionClosed):
                        await asyncio.wait_for(view.recv(), 5)
                    assert view.close_code == 4401
                async with house.client(cookie=cookie) as client:
                    for place in ("/api/session", "/api/stage", "/waveforms/alma", "/api/links"):
                        assert (await client.get(place)).status_code == 401
            assert house.desk.events == []

    asyncio.run(run())


def test_revoking_ends_open_consoles(tmp_path: Path) -> None:
    async def run() -> None:
        async with a_house(tmp_path) as house:
            token = house.links.issue("dj")
            cookie = await house.cookie("dj", token)
            boss = await house.cookie("stage_manager")
            async with house.console(cookie=cookie) as page, house.socket(cookie, "/ws/poses") as view:
                async with house.client(cookie=boss) as client:
                    here = (await client.get("/api/links")).json()["here"]
                    answer = await client.post("/api/links/revoke", json={"ids": [here[0]["link"]]})
                    assert answer.status_code == 200
                with pytest.raises(ConnectionClosed):
                    while True:
                        await page.next()
                with pytest.raises(ConnectionClosed):
                    while True:
                        await asyncio.wait_for(view.recv(), 5)
                assert page.socket.close_code == view.close_code == 4401
            async with house.client() as client:
                answer = await client.post("/api/join", json={"token": token})
                assert answer.status_code == 401 and "revoked" in answer.json()["reason"]

    asyncio.run(run())


def test_on_a_full_disk_links_end_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    async def run() -> None:
        async with a_house(tmp_path) as house:
            token = house.links.issue("dj")
            boss = await house.cookie("stage_manager")
            monkeypatch.setattr("temirbek.web.links._put", full)
            async with house.client(cookie=boss) as client:
                answer = await client.post("/api/links/revoke", json={"ids": [house.links.read(token).id]})
                assert answer.status_code == 507 and "disk" in answer.json()["reason"]
                assert (await client.post("/api/join", json={"token": token})).status_code == 401

    asyncio.run(run())


def test_leaving_ends_the_session_and_not_the_link(tmp_path: Path) -> None:
    async def run() -> None:
        async with a_house(tmp_path) as house:
            token = house.links.issue("dj")
            cookie = await house.cookie("dj", token)
            async with house.client(cookie=cookie) as client:
                assert (await client.post("/api/leave")).status_code == 200
                assert (await client.get("/api/session")).status_code == 401
            await house.cookie("dj", token)

    asyncio.run(run())


# Pages ----------------------------------------------------------------------------------------------------------


def test_an_unbuilt_page_is_said_and_everything_else_runs(tmp_path: Path) -> None:
    async def run() -> None:
        async with a_house(tmp_path) as house:
            async with house.client() as client:
                for path in ("/", "/presenter", "/timer"):
                    answer = await client.get(path)
                    assert answer.status_code == 503 and "make setup" in answer.text
            async with house.console():
                pass

    asyncio.run(run())


def test_pages_carry_what_protects_them(tmp_path: Path) -> None:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    inline = "console.log(1)"
    (static / "console.html").write_text(
        f'<script>{inline}</script><script type="module" src="./assets/a-1.js"></script>', "utf-8"
    )
    (static / "assets" / "a-1.js").write_text("1")
    (tmp_path / "private").write_text("no")

    async def run() -> None:
        async with a_house(tmp_path) as house, house.client() as client:
            page = await client.get("/")
            policy = dict(p.split(" ", 1) for p in page.headers["content-security-policy"].split("; "))
            assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
            scripts = policy["script-src"]
            assert scripts.startswith("'self' 'sha256-") and "unsafe" not in scripts
            assert f"ws://127.0.0.1:{house.served.port}" in policy["connect-src"]
            assert page.headers["x-content-type-options"] == "nosniff"
            assert page.headers["referrer-policy"] == "no-referrer"
            assert page.headers["cache-control"] == "no-store"
            asset = await client.get("/assets/a-1.js")
            assert "immutable" in asset.headers["cache-control"]
            assert asset.headers["content-type"].startswith("text/javascript")
            for path in (
                "/assets/../private",
                "/assets/..%2f..%2fprivate",
                "/assets/%2e%2e/private",
                "/assets/",
            ):
                assert (await client.get(path)).status_code == 404
            for path in ("/join", "/join.js", "/nothing", "/api/session"):
                answer = await client.get(path)
                assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
                assert answer.headers["x-content-type-options"] == "nosniff"
            assert "server" not in page.headers

    asyncio.run(run())


def test_a_session_is_a_cookie_that_no_script_and_no_other_site_gets(tmp_path: Path) -> None:
    async def run() -> None:
        async with a_house(tmp_path) as house, house.client() as client:
            answer = await client.post("/api/join", json={"token": house.links.issue("dj")})
            cookie = answer.headers["set-cookie"].lower()
            assert "httponly" in cookie and "samesite=strict" in cookie and "max-age=" in cookie
            assert "secure" not in cookie  # plain http on this machine
            assert answer.headers["cache-control"] == "no-store"
            me = (await client.get("/api/session")).json()
            assert me["role"] == "dj" and me["session"]

    asyncio.run(run())


def test_the_stage_and_the_waveforms_are_there_for_operators(tmp_path: Path) -> None:
    async def run() -> None:
        async with a_house(tmp_path) as house, house.client(cookie=await house.cookie("viewer")) as client:
            stage = await client.get("/api/stage")
            assert stage.json() == {"format": 1}
            again = await client.get("/api/stage", headers={"if-none-match": stage.headers["etag"]})
            assert again.status_code == 304
            assert (await client.get("/waveforms/alma")).content == b"\x01\x02"
            for name in ("none", "..%2fsecret", "%2e%2e"):
                assert (await client.get(f"/waveforms/{name}")).status_code == 404

    asyncio.run(run())


# Beginning and ending -------------------------------------------------------------------------------------------


def test_serving_leaves_signals_alone_and_ends_with_open_consoles(tmp_path: Path) -> None:
    async def run() -> None:
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        async with a_house(tmp_path) as house:
            assert {n: signal.getsignal(n) for n in handlers} == handlers
            socket_ = await house.socket(await house.cookie("dj"))
            port = house.served.port
        with pytest.raises(ConnectionClosed):
            while True:
                await asyncio.wait_for(socket_.recv(), 5)
        assert socket_.close_code == 1012
        await socket_.close()
        async with a_house(tmp_path / "again"):
            pass
        with socket.socket() as free:
            free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            free.bind(("127.0.0.1", port))

    asyncio.run(run())


def test_a_taken_port_and_wrong_certificates_are_said(tmp_path: Path) -> None:
    async def run() -> None:
        app = build_app(RecordingDesk(), WebSettings(links=RoleLinks(tmp_path)))
        async with serve(app) as served:
            with pytest.raises(DeviceLost, match=str(served.port)):
                async with serve(app, port=served.port):
                    pass
        with pytest.raises(InvalidInput, match=r"none\.pem"):
            async with serve(app, tls=Tls(certificate=tmp_path / "none.pem", key=tmp_path / "none.pem")):
                pass

    asyncio.run(run())


def test_over_tls_cookies_are_secure(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes a certificate, is not installed")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=127.0.0.1",
            "-keyout",
            str(key),
            "-out",
            str(certificate),
        ],
        check=True,
        capture_output=True,
    )

    async def run() -> None:
        links = RoleLinks(tmp_path)
        app = build_app(RecordingDesk(), WebSettings(links=links, is_secure=True))
        async with serve(app, tls=Tls(certificate=certificate, key=key)) as served:
            assert served.url.startswith("https://") and served.link("T").endswith("/join#T")
            async with httpx.AsyncClient(base_url=served.url, verify=False, trust_env=False) as client:
                answer = await client.post(
                    "/api/join", json={"token": links.issue("dj")}, headers={"origin": served.url}
                )
                cookie = answer.headers["set-cookie"]
                assert cookie.startswith("__Host-temirbek-") and "Secure" in cookie
                assert (await client.get("/api/session")).json()["role"] == "dj"

    asyncio.run(run())
