"""The chat API: what a visitor's page may ask, and what it gets."""
