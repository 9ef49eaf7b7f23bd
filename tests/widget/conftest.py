"""Real parts for the widget's tests: Debian's Chromium, a gateway of its own, and a scripted bot behind it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
PATIENCE_MS = 20_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync", "--disable-component-update"]
LAPTOP = {"width": 1280, "height": 800}

@dataclass
class Bot:
    """The scripted bot, which a test tells how to behave."""

    url: str
    http: httpx.Client

    def behave(self, behaviour: str) -> None:
        self.http.put(f"{self.url}/control", json={"behaviour": behaviour}).raise_for_status()

    def says(self, script: dict[str, list[dict[str, Any]]]) -> None:
        """What it answers to each text from now on."""
        self.http.put(f"{self.url}/script", json=script).raise_for_status()

    def control(self) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"{self.url}/control").json()
        return found

    def asked(self, text: str) -> list[dict[str, Any]]:
        return [turn for turn in self.control()["asked"] if turn["text"] == text]

    def erased(self) -> list[str]:
        found: list[str] = self.control()["erased"]
        return found


@dataclass
class Visit:
    """One visitor's page, and what their browser did meanwhile."""

    page: Any
    context: Any
    addresses: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def launcher(self) -> Any:
        return self.page.locator("ldn-chat .launcher")

    @property
    def panel(self) -> Any:
        return self.page.get_by_role("dialog", name="Ask about LDN")

    @property
    def box(self) -> Any:
        return self.page.get_by_label("Your question", exact=True)

    @property
    def log(self) -> Any:
        return self.page.get_by_role("log")

    def button(self, name: str) -> Any:
        return self.panel.get_by_role("button", name=name, exact=True)

    def open(self) -> None:
        self.launcher.click()
        expect(self.panel).to_be_visible()
        # The panel stands before its parts are loaded.
        expect(self.panel.locator(".scroller")).to_be_attached()

    def start(self, save: bool = True) -> None:
        """Opens the chat and starts a conversation."""
        self.open()
        self.button("Start" if save else "Chat without saving").click()
        expect(self.button("Could LDN suit me?")).to_be_visible()

    def say(self, text: str) -> None:
        self.box.fill(text)
        self.button("Send").click()

    def choose(self, item: str) -> None:
        """Picks an item of the menu."""
        self.button("More").click()
        self.button(item).click()

    def said(self, text: str) -> Any:
        """The visitor's own messages with these words."""
        return self.log.locator(".mine .bubble").filter(has_text=text)

    def sees(self, text: str) -> None:
        """Waits for an answer, or for the reason why there is none, in exactly these words."""
        expect(self.log.locator(".theirs, .delivery").get_by_text(text, exact=True)).to_be_visible()

    def kept(self) -> str:
        """All that the browser keeps."""
        found: str = self.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        return found

    def end_session_behind_its_back(self) -> None:
        """Ends the conversation on the server, as its time being up would."""
        token = json.loads(json.loads(self.kept())[0]["ldn-chat"])["token"]
        origin = self.page.evaluate("location.origin")
        done = httpx.delete(
            f"{origin}/api/v1/sessions/current",
            headers={"Authorization": f"Bearer {token}", "Origin": origin},
            trust_env=False,
        )
        assert done.status_code == 204


class Website:
    """Somebody's website, on an origin of its own, with one page that a test writes."""

    def __init__(self) -> None:
        website = self
        self.files: dict[str, tuple[dict[str, str], bytes]] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers, body = website.files.get(self.path, ({}, b""))
                self.send_response(200 if body else 404)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_about: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def shows(self, markup: str, policy: str = "") -> None:
        """Its page from now on."""
        headers = {"Content-Type": "text/html; charset=utf-8"} | ({"Content-Security-Policy": policy} if policy else {})
        page = f'<!doctype html><html lang="en"><title>Clinic</title><h1>Our clinic</h1>{markup}'
        self.files["/"] = (headers, page.encode())

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Server:
    """A Python process, for as long as the block lasts."""

    def __init__(self, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        self._log = log.open("wb")
        self._started = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_wrong: object) -> None:
        self._started.terminate()
        try:
            self._started.wait(15)
        except subprocess.TimeoutExpired:
            self._started.kill()
            self._started.wait()
        self._log.close()


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    # The retries wait for a process that is starting.
    with httpx.Client(transport=httpx.HTTPTransport(retries=8), timeout=120, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def bot_process(http: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    port = free_port()
    with Server(["tests/widget/scripted_bot.py", str(port)], {}, tmp_path_factory.mktemp("bot") / "log"):
        url = f"http://127.0.0.1:{port}"
        http.get(f"{url}/control").raise_for_status()
        yield Bot(url, http)


@pytest.fixture
def bot(bot_process: Bot) -> Bot:
    bot_process.behave("answer")
    bot_process.says({})
    return bot_process


@pytest.fixture(scope="session")
def clinic() -> Iterator[Website]:
    """The website of a clinic that the settings name."""
    website = Website()
    yield website
    website.close()


@pytest.fixture
def copycat() -> Iterator[Website]:
    """A website that the settings do not name."""
    website = Website()
    yield website
    website.close()


@pytest.fixture(scope="session")
def site(bot_process: Bot, clinic: Website, http: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the demonstration page; the clinic's website may use the chat too."""
    folder = tmp_path_factory.mktemp("gateway")
    port = free_port()
    environment = {
        "LDN_PUBLIC__PORT": str(port),
        "LDN_PRIVATE__PORT": str(free_port()),
        "LDN_BOT__URL": bot_process.url,
        "LDN_DATA_FOLDER": str(folder / "data"),
        "LDN_ORIGINS__ALLOWED": json.dumps([clinic.origin]),
        **{f"LDN_CLINIC__HOURS__{day}": "9:00-17:00" for day in ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")},
        "LDN_CLINIC__HOURS__SATURDAY": "10:00-12:00",
    }
    with Server(["-m", "gateway"], environment, folder / "log"):
        url = f"http://127.0.0.1:{port}"
        http.get(f"{url}/readyz").raise_for_status()
        yield url + "/"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(request: pytest.FixtureRequest, chromium: Any, site: str, bot: Bot) -> Iterator[Visit]:
    """The demonstration page, just opened; an indirect parameter sets the kind of screen."""
    visit = visitor(chromium, **getattr(request, "param", {}))
    visit.page.goto(site)
    yield visit
    visit.context.close()
    assert visit.complaints == []
    assert [address for address in visit.addresses if not address.startswith((site, f"blob:{site}"))] == []


def visitor(chromium: Any, **screen: Any) -> Visit:
    """Somebody with a browser of their own, on no page yet."""
    context = chromium.new_context(**{"viewport": LAPTOP, "reduced_motion": "reduce", **screen})
    context.set_default_timeout(PATIENCE_MS)
    return watched(context.new_page(), context)


def watched(page: Any, context: Any) -> Visit:
    """A page whose requests and complaints are noted."""
    visit = Visit(page, context)
    page.on("request", lambda sent: visit.addresses.append(sent.url))
    page.on("request", lambda sent: visit.bodies.append(sent.post_data or ""))
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    page.on("console", lambda line: _note(visit, line.text))
    return visit


def _note(visit: Visit, line: str) -> None:
    # A refused call is logged by the browser too; that is what some tests are about.
    if not line.startswith("Failed to load resource"):
        visit.complaints.append(line)


def free_port() -> int:
    """A loopback port that nothing listens on just now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port
