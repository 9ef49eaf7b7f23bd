"""The public door of the assistant: sessions, messages, the journal, and the promises of docs/gateway.md."""
