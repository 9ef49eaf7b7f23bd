"""What the turns before make of a message: "why?", "the second one", "how much then", a yes to what was offered."""
