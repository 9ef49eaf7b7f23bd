"""How handing over a mail may end other than well; shared by the ways that mails leave."""

from __future__ import annotations


class NotNow(Exception):
    """The relay cannot be used now, whatever the mail: nobody listens, no TLS, no login. Nothing was handed over."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class Refused(Exception):
    """The relay said no to this mail; `for_good` where it will say so again."""

    def __init__(self, error: str, for_good: bool) -> None:
        super().__init__(error)
        self.error = error
        self.for_good = for_good


class Unclear(Exception):
    """The line broke before the relay said yes or no: it may have taken the mail."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error
