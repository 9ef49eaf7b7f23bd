"""Measurements: what the assistant gets right, and what it costs. Figures are written down in RESULTS.md."""
