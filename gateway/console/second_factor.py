"""The second factor: codes of an authenticator app (TOTP), and recovery codes for the day the phone is lost."""

from __future__ import annotations

import hashlib
import secrets
import time

import pyotp
import segno

ISSUER = "LDN Assistant"
STEP_SECONDS = 30
RECOVERY_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"


def new_secret() -> str:
    """A new secret for an authenticator app, in base 32."""
    return pyotp.random_base32()


def step_of(secret: str, code: str) -> int | None:
    """The time step that the code is of, now or one step away; None where it is no code of this secret."""
    totp = pyotp.TOTP(secret)
    now = int(time.time()) // STEP_SECONDS
    typed = code.replace(" ", "")
    fitting = [step for step in (now - 1, now, now + 1) if secrets.compare_digest(_at(totp, step), typed.encode())]
    return fitting[-1] if fitting else None


def _at(totp: pyotp.TOTP, step: int) -> bytes:
    return totp.generate_otp(step).encode()


def qr_code(secret: str, name: str) -> str:
    """The secret as an SVG picture for an authenticator app's camera."""
    address = pyotp.TOTP(secret).provisioning_uri(name=name or "staff", issuer_name=ISSUER)
    return segno.make(address, error="m").svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=True)


def new_recovery_codes() -> list[str]:
    """Codes that work once each; about 49 bits of chance in every one."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2)) for _ in range(RECOVERY_CODES)
    ]


def digest(secret: str) -> str:
    """What is kept of a random secret: enough to know it again, no use to a thief."""
    return hashlib.sha256(secret.strip().lower().encode()).hexdigest()
