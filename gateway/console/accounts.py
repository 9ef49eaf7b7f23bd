"""Who works here: invitations, accounts, failed sign-ins, sessions. Pieces of work for the journal."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.clock import now_ms
from gateway.console import second_factor
from gateway.console.tables import failed_sign_ins, invitations, recovery_codes, staff, staff_sessions

MINUTE_MS = 60_000
INVITATION_MS = 48 * 60 * MINUTE_MS
FAILURES_TO_LOCK = 5
LOCKED_MS = 15 * MINUTE_MS
TOUCH_MS = MINUTE_MS


class NotInvited(Exception):
    """The sign-up link was used, has run out, or never was one."""


class NameTaken(Exception):
    """Somebody has this name already."""


@dataclass(frozen=True)
class Staff:
    """Somebody who is signed in."""

    id: int
    name: str
    role: str
    session: str

    @property
    def is_admin(self) -> bool:
        """Whether this person may export, erase, invite and read the audit."""
        return self.role == "admin"


@dataclass(frozen=True)
class Account:
    """What signing in is checked against."""

    id: int
    password: str
    totp_secret: str
    totp_step: int


def name_key(name: str) -> str:
    """The form of a name in which it is compared."""
    return " ".join(name.casefold().split())


def anybody(connection: Connection) -> bool:
    """Whether anybody can sign in yet."""
    return connection.execute(select(staff.c.id).where(staff.c.left_at.is_(None)).limit(1)).first() is not None


def invite(connection: Connection, role: str) -> str:
    """A new token for a sign-up link."""
    token = secrets.token_urlsafe(24)
    connection.execute(delete(invitations).where(invitations.c.expires_at <= now_ms()))
    connection.execute(
        insert(invitations).values(digest=_digest(token), role=role, expires_at=now_ms() + INVITATION_MS)
    )
    return token


def invited_as(connection: Connection, token: str) -> str:
    """The role that the link gives. Raises NotInvited."""
    role = connection.execute(
        select(invitations.c.role).where(invitations.c.digest == _digest(token), invitations.c.expires_at > now_ms())
    ).scalar()
    if role is None:
        raise NotInvited
    return str(role)


def sign_up(
    connection: Connection, token: str, name: str, password: str, totp_secret: str, step: int
) -> tuple[int, list[str]]:
    """Makes the account and uses the invitation up: its id and recovery codes. Raises NotInvited or NameTaken."""
    role = invited_as(connection, token)
    names = connection.execute(select(staff.c.name)).scalars()
    if name_key(name) in {name_key(known) for known in names}:
        raise NameTaken
    connection.execute(delete(invitations).where(invitations.c.digest == _digest(token)))
    try:
        number = connection.execute(
            insert(staff)
            .values(
                name=" ".join(name.split()),
                role=role,
                password=password,
                totp_secret=totp_secret,
                totp_step=step,
                created_at=now_ms(),
            )
            .returning(staff.c.id)
        ).scalar_one()
    except IntegrityError:
        raise NameTaken from None
    return number, new_codes(connection, number)


def new_codes(connection: Connection, staff_id: int) -> list[str]:
    """New recovery codes in place of all earlier ones."""
    codes = second_factor.new_recovery_codes()
    connection.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))
    connection.execute(
        insert(recovery_codes),
        [{"digest": second_factor.digest(code), "staff_id": staff_id} for code in codes],
    )
    return codes


def codes_left(connection: Connection, staff_id: int) -> int:
    """How many recovery codes were not used yet."""
    return connection.execute(
        select(func.count()).where(recovery_codes.c.staff_id == staff_id, recovery_codes.c.used_at.is_(None))
    ).scalar_one()


def find(connection: Connection, name: str) -> tuple[Account | None, bool]:
    """The account of this name, and whether signing in with this name is locked just now."""
    failed = connection.execute(
        select(failed_sign_ins).where(failed_sign_ins.c.name_digest == _digest(name_key(name)))
    ).one_or_none()
    locked = failed is not None and failed.failures >= FAILURES_TO_LOCK and failed.last_at > now_ms() - LOCKED_MS
    for row in connection.execute(select(staff).where(staff.c.left_at.is_(None))):
        if name_key(row.name) == name_key(name):
            return Account(row.id, row.password, row.totp_secret, row.totp_step), locked
    return None, locked


def use_code(connection: Connection, account: Account, code: str) -> bool:
    """Whether the code is the app's of now or a recovery code; either counts once."""
    step = second_factor.step_of(account.totp_secret, code)
    if step is not None:
        used = connection.execute(
            update(staff).where(staff.c.id == account.id, staff.c.totp_step < step).values(totp_step=step)
        )
        return bool(used.rowcount)
    used = connection.execute(
        update(recovery_codes)
        .where(
            recovery_codes.c.digest == second_factor.digest(code),
            recovery_codes.c.staff_id == account.id,
            recovery_codes.c.used_at.is_(None),
        )
        .values(used_at=now_ms())
    )
    return bool(used.rowcount)


def failed(connection: Connection, name: str) -> None:
    """Counts a failure; the count begins anew where the last one is long ago."""
    key, now = _digest(name_key(name)), now_ms()
    connection.execute(delete(failed_sign_ins).where(failed_sign_ins.c.last_at <= now - LOCKED_MS))
    changed = connection.execute(
        update(failed_sign_ins)
        .where(failed_sign_ins.c.name_digest == key)
        .values(failures=failed_sign_ins.c.failures + 1, last_at=now)
    )
    if not changed.rowcount:
        connection.execute(insert(failed_sign_ins).values(name_digest=key, failures=1, last_at=now))


def begin_session(connection: Connection, staff_id: int, name: str, browser: str) -> str:
    """A new session's cookie; the name's failures are forgotten."""
    token, now = secrets.token_urlsafe(32), now_ms()
    connection.execute(delete(failed_sign_ins).where(failed_sign_ins.c.name_digest == _digest(name_key(name))))
    connection.execute(
        insert(staff_sessions).values(
            digest=_digest(token), staff_id=staff_id, created_at=now, seen_at=now, browser=browser[:200]
        )
    )
    return token


def signed_in(connection: Connection, token: str, absolute_ms: int, idle_ms: int) -> tuple[Staff, bool] | None:
    """Who the cookie is, and whether `touch` is due; None where the session is over."""
    now = now_ms()
    row = connection.execute(
        select(staff.c.id, staff.c.name, staff.c.role, staff_sessions.c.digest, staff_sessions.c.seen_at)
        .join(staff_sessions, staff_sessions.c.staff_id == staff.c.id)
        .where(
            staff_sessions.c.digest == _digest(token),
            staff_sessions.c.created_at > now - absolute_ms,
            staff_sessions.c.seen_at > now - idle_ms,
            staff.c.left_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    return Staff(row.id, row.name, row.role, row.digest), row.seen_at <= now - TOUCH_MS


def touch(connection: Connection, session: str, absolute_ms: int) -> None:
    """The session is in use; sessions that are long over are forgotten."""
    now = now_ms()
    connection.execute(update(staff_sessions).where(staff_sessions.c.digest == session).values(seen_at=now))
    connection.execute(delete(staff_sessions).where(staff_sessions.c.created_at <= now - absolute_ms))


def end_session(connection: Connection, staff_id: int, session: str) -> None:
    """Ends one session of this person."""
    connection.execute(
        delete(staff_sessions).where(staff_sessions.c.digest == session, staff_sessions.c.staff_id == staff_id)
    )


def leave(connection: Connection, staff_id: int) -> None:
    """Closes an account and ends its sessions; what it did stays in the audit."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(left_at=now_ms()))
    connection.execute(delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id))


def sessions_of(connection: Connection, staff_id: int | None = None) -> Sequence[Any]:
    """The sessions, newest first, with their persons' names."""
    chosen = select(staff_sessions, staff.c.name).join(staff, staff.c.id == staff_sessions.c.staff_id)
    if staff_id is not None:
        chosen = chosen.where(staff_sessions.c.staff_id == staff_id)
    return connection.execute(chosen.order_by(staff_sessions.c.seen_at.desc())).all()


def everybody(connection: Connection) -> Sequence[Any]:
    """All accounts, by name."""
    return connection.execute(
        select(staff.c.id, staff.c.name, staff.c.role, staff.c.created_at, staff.c.left_at).order_by(staff.c.name)
    ).all()


def admins_left(connection: Connection, without: int) -> int:
    """How many admins there are besides this person."""
    return connection.execute(
        select(func.count()).where(staff.c.role == "admin", staff.c.left_at.is_(None), staff.c.id != without)
    ).scalar_one()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
