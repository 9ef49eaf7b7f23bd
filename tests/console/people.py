"""The console's people for tests: the bot that tells, staff with an account, and what they do over HTTP."""

from __future__ import annotations

import html
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx
import processes
import pyotp
from processes import Gateway

HERE = Path(__file__).parent
PASSWORD = "quiet-lantern-moose-tundra"
STEP_SECONDS = 30


class TellingBot(processes.Bot):
    """The stand-in bot that answers with the outcomes a message names."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._arguments = [str(HERE / "telling_bot.py"), str(self.port)]
        self._environment["PYTHONPATH"] += f":{processes.HERE}"


def sign_up_link(gateway: Gateway, role: str = "admin") -> str:
    """A one-time link, as the command prints it."""
    done = subprocess.run(
        [sys.executable, "-m", "gateway.console.invite", role],
        cwd=processes.ROOT,
        env=gateway.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


class Person:
    """Somebody with a browser: keeps cookies as one does, follows no redirect by itself."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.cookies: dict[str, str] = {}
        self.secret = ""
        self.codes: list[str] = []
        self._http = httpx.Client(base_url=gateway.private_url, trust_env=False, timeout=processes.PATIENCE_SECONDS)
        self._last_step = 0
        self.last_code = ""

    def get(self, path: str) -> httpx.Response:
        """Opens a page."""
        return self._keep(self._http.get(path, headers=self._headers()))

    def send(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> httpx.Response:
        """Posts these fields and nothing else."""
        return self._keep(self._http.post(path, data=fields, headers=self._headers() | (headers or {})))

    def submit(self, page: httpx.Response, path: str, **fields: str) -> httpx.Response:
        """Sends a form of this page: its csrf field and these."""
        return self.send(path, csrf=csrf(page), **fields)

    def sign_up(self, name: str, link: str, password: str = PASSWORD) -> httpx.Response:
        """Makes an account by a link."""
        path = link.removeprefix(self.gateway.private_url)
        page = self.get(path)
        self.secret = found(r'name="secret" value="([A-Z2-7]+)"', page)
        answer = self.submit(page, path, name=name, password=password, again=password, secret=self.secret, code=self.code())
        self.codes = re.findall(r"<li><code>([a-z0-9-]+)</code>", answer.text)
        self.name = name
        return answer

    def code(self) -> str:
        """A code of the app that was not used yet; a code of the next half minute counts too."""
        step = max(int(time.time()) // STEP_SECONDS, self._last_step + 1)
        self._last_step = step
        self.last_code = str(pyotp.TOTP(self.secret).generate_otp(step))
        return self.last_code

    def sign_in(self, name: str | None = None, password: str = PASSWORD, code: str | None = None) -> httpx.Response:
        """Signs in."""
        page = self.get("/sign-in")
        return self.submit(page, "/sign-in", name=name or self.name, password=password, code=code or self.code())

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _keep(self, answer: httpx.Response) -> httpx.Response:
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            if "max-age=0" in line.lower():
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer


def csrf(page: httpx.Response) -> str:
    """The page's csrf field."""
    return found(r'name="csrf" value="([0-9a-f]+)"', page)


def found(pattern: str, page: httpx.Response) -> str:
    """What the pattern finds in a page."""
    match = re.search(pattern, page.text)
    assert match, f"{pattern} is not in the page {page.url} ({page.status_code})"
    return match.group(1)


def words(page: httpx.Response) -> str:
    """The page's text as a person reads it, in one line."""
    body = re.sub(r"(?s)<(script|style|title)\b.*?</\1>", " ", page.text)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def signed_in(gateway: Gateway, name: str = "Ada", role: str = "admin") -> Person:
    """Somebody of the staff who has just signed in."""
    person = Person(gateway)
    assert person.sign_up(name, sign_up_link(gateway, role)).status_code == 200
    assert person.sign_in().status_code == 303
    return person


