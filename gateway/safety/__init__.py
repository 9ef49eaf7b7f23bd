"""Red flags first: `Screen` finds a person in danger in what was typed and gives the card with the right number.

`knowledge/redflags.yml` holds the rules and the wording, `docs/safety.md` what is caught and what is not.
Imported by `gateway.safety.train` on the bot's Python too: nothing here needs a package that only the gateway has.
"""

from gateway.safety.rulebook import RuleFileError
from gateway.safety.screen import Finding, Screen

__all__ = ["Finding", "RuleFileError", "Screen"]
