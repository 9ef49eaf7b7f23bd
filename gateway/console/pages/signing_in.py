"""Signing in with name, password and code in one step, signing up by a one-time link, signing out."""

from __future__ import annotations

import asyncio

from sanic.response import HTTPResponse
from sqlalchemy import Connection

from gateway.console import accounts, passwords, second_factor, trail
from gateway.console.accounts import NameTaken, NotInvited, Staff
from gateway.console.door import COOKIE, Door, Refused, Visit, drop_cookie, set_cookie
from gateway.console.passwords import WeakPassword
from gateway.console.trail import Entry

REFUSED = "That did not work. Check name, password and code. After five failures a name is locked for 15 minutes."
LONGEST_NAME = 60


def register(door: Door) -> None:
    """Adds the pages."""
    door.strangers_page("/sign-in", _show_sign_in)
    door.strangers_form("/sign-in", _sign_in)
    door.strangers_page("/sign-up/<token:str>", _show_sign_up)
    door.strangers_form("/sign-up/<token:str>", _sign_up)
    door.form("/sign-out", _sign_out)


async def _show_sign_in(visit: Visit) -> HTTPResponse:
    return visit.page("sign_in.html", wrong="", name="")


async def _sign_in(visit: Visit) -> HTTPResponse:
    """The same steps for every name, ours or not, locked or not: what differs is the last answer only."""
    name, code = visit.field("name", LONGEST_NAME), visit.field("code", 40)
    password = visit.secret("password")
    account, locked = await visit.console.journal.read(accounts.find, name)
    same = await passwords.matches(account.password if account else None, password)
    browser = visit.request.headers.get("user-agent", "")

    def settle(connection: Connection) -> str | None:
        if account and same and not locked and accounts.use_code(connection, account, code):
            token = accounts.begin_session(connection, account.id, name, browser)
            trail.add(connection, Staff(account.id, name, "", ""), Entry("signed in"))
            return token
        if not locked:
            accounts.failed(connection, name)
        trail.add(connection, None, Entry("sign-in refused", detail={"locked": locked}))
        return None

    token = await visit.console.journal.write(settle)
    if token is None:
        return visit.page("sign_in.html", 403, wrong=REFUSED, name=name)
    response = visit.to("/inbox")
    set_cookie(response, COOKIE, token)
    return response


async def _show_sign_up(visit: Visit, token: str) -> HTTPResponse:
    role = await _role(visit, token)
    secret = second_factor.new_secret()
    return await _sign_up_page(visit, role, secret, wrong="", name="")


async def _sign_up(visit: Visit, token: str) -> HTTPResponse:
    role = await _role(visit, token)
    name, secret = visit.field("name", LONGEST_NAME), visit.field("secret", 64)
    password, again = visit.secret("password"), visit.secret("again")
    wrong, step = "", None
    try:
        if not name:
            raise WeakPassword("Type the name under which your colleagues know you.")
        if password != again:
            raise WeakPassword("The two passwords are not the same.")
        await asyncio.to_thread(passwords.require_strong, password, [name])
        step = second_factor.step_of(secret, visit.field("code", 10))
        if step is None:
            raise WeakPassword("The code is not the one that the app shows now. Wait for the next one and type that.")
        kept = await passwords.hashed(password)
        codes = await visit.console.journal.write(_make, token, name, kept, secret, step)
    except (WeakPassword, ValueError) as refused:
        wrong = str(refused) if isinstance(refused, WeakPassword) else "The secret was changed on its way. Begin again."
    except NameTaken:
        wrong = "Somebody has this name already. Choose another one."
    except NotInvited:
        raise _not_invited() from None
    else:
        return visit.page("recovery_codes.html", codes=codes, to="/sign-in", fresh=True)
    return await _sign_up_page(visit, role, secret, wrong, name)


async def _sign_up_page(visit: Visit, role: str, secret: str, wrong: str, name: str) -> HTTPResponse:
    return visit.page(
        "sign_up.html", 422 if wrong else 200, role=role, secret=secret, wrong=wrong, name=name,
        picture=second_factor.qr_code(secret, visit.console.settings.clinic.name), shortest=passwords.SHORTEST,
    )  # fmt: skip


async def _sign_out(visit: Visit) -> HTTPResponse:
    staff = visit.staff
    await visit.write(Entry("signed out"), accounts.end_session, staff.id, staff.session)
    response = visit.to("/sign-in")
    drop_cookie(response, COOKIE)
    return response


async def _role(visit: Visit, token: str) -> str:
    try:
        return await visit.console.journal.read(accounts.invited_as, token)
    except NotInvited:
        raise _not_invited() from None


def _not_invited() -> Refused:
    why = "This sign-up link was used already or has run out. Ask an admin for a new one."
    return Refused(404, "No such invitation", why)


def _make(connection: Connection, token: str, name: str, kept: str, secret: str, step: int) -> list[str]:
    number, codes = accounts.sign_up(connection, token, name, kept, secret, step)
    trail.add(connection, Staff(number, name, "", ""), Entry("account made"))
    return codes
