"""Text as patients type it: normalisation, spelling, segments and the sentence encoder.

Pure functions and read-only objects, used by `bot/` and `gateway/` alike on both Pythons; imports neither.
"""
