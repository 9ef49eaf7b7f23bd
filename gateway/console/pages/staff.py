"""One's own account with its sessions and recovery codes; for admins, everybody's, and invitations."""

from __future__ import annotations

from sanic.response import HTTPResponse
from sqlalchemy import Connection

from gateway.console import accounts
from gateway.console.door import Door, Refused, Visit
from gateway.console.trail import Entry


def register(door: Door) -> None:
    """Adds the pages."""
    door.page("/account", _account)
    door.form("/account/sessions/end", _end_session)
    door.form("/account/recovery-codes", _new_codes)
    door.page("/staff", _staff, admin=True)
    door.form("/staff/invite", _invite, admin=True)
    door.form("/staff/<number:int>/leave", _leave, admin=True)


async def _account(visit: Visit) -> HTTPResponse:
    sessions = await visit.read(accounts.sessions_of, visit.staff.id)
    left = await visit.read(accounts.codes_left, visit.staff.id)
    return visit.page("account.html", sessions=sessions, codes_left=left)


async def _end_session(visit: Visit) -> HTTPResponse:
    await visit.write(Entry("session ended"), accounts.end_session, visit.staff.id, visit.field("session"))
    return visit.to("/account")


async def _new_codes(visit: Visit) -> HTTPResponse:
    codes = await visit.write(Entry("recovery codes made anew"), accounts.new_codes, visit.staff.id)
    return visit.page("recovery_codes.html", codes=codes, to="/account", fresh=False)


async def _staff(visit: Visit) -> HTTPResponse:
    return await _staff_page(visit, "")


async def _staff_page(visit: Visit, link: str) -> HTTPResponse:
    people = await visit.read(accounts.everybody)
    sessions = await visit.read(accounts.sessions_of)
    return visit.page("staff.html", people=people, sessions=sessions, link=link)


async def _invite(visit: Visit) -> HTTPResponse:
    role = "admin" if visit.field("role") == "admin" else "reader"
    token = await visit.write(Entry("invited", detail={"role": role}), accounts.invite, role)
    return await _staff_page(visit, f"{visit.request.scheme}://{visit.request.host}/sign-up/{token}")


async def _leave(visit: Visit, number: int) -> HTTPResponse:
    def leave(connection: Connection) -> bool:
        if not accounts.admins_left(connection, number):
            return False
        accounts.leave(connection, number)
        return True

    if not await visit.write(Entry("account closed", detail={"staff": number}), leave):
        raise Refused(409, "Not closed", "This is the last admin. Invite another admin first.")
    return visit.to("/staff")
