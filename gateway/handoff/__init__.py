"""The hand-off to a person: requests written down with the answer that confirms them, and mails that tell of them."""
