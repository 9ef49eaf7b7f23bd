"""The public door of the assistant: sessions, messages, the journal, and the promises of docs/gateway.md."""

import os

# Before numpy is loaded: a second thread of its own would only spin beside the first over products as small as ours.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
