"""Groups questions by meaning: near in the sentence encoder's space is near in meaning.

Density-based clustering (HDBSCAN) finds groups of any size and leaves lone questions alone, which k-means would
force somewhere. In 384 dimensions everything is far from everything; the first 32 principal components keep what
distinguishes the questions at hand, and make the work small.
"""

from __future__ import annotations

from typing import Any

import numpy as np

COMPONENTS = 32
SMALLEST_GROUP = 4
NEAR = 0.5
"""A question belongs to a group only with this cosine to the group's middle, or more."""

type Vectors = np.ndarray[Any, np.dtype[np.float32]]
type Labels = np.ndarray[Any, np.dtype[np.int64]]


def grouped(vectors: Vectors) -> tuple[Labels, Labels]:
    """For each row of `vectors` (n x 384, length 1) its group, -1 for none, and its place in the group.

    Groups are numbered by size, the largest first; place 0 is the question nearest to the middle of its group.
    """
    from sklearn.cluster import HDBSCAN  # takes a second to load; whoever groups nothing should not wait for it
    from sklearn.decomposition import PCA

    count = len(vectors)
    labels = np.full(count, -1, dtype=np.int64)
    if count >= 2 * SMALLEST_GROUP:
        few = PCA(min(COMPONENTS, count - 1), random_state=0).fit_transform(vectors)
        few /= np.maximum(np.linalg.norm(few, axis=1, keepdims=True), 1e-9)
        found = HDBSCAN(min_cluster_size=SMALLEST_GROUP, min_samples=2, copy=False).fit_predict(few)
        labels = _by_size(_near(vectors, found.astype(np.int64)))
    return labels, _places(vectors, labels)


def _near(vectors: Vectors, labels: Labels) -> Labels:
    """The groups without what is far from their middle: being alone together is no meaning that is shared."""
    kept = labels.copy()
    for label in range(int(labels.max(initial=-1)) + 1):
        members = np.flatnonzero(labels == label)
        middle = vectors[members].mean(axis=0)
        near = members[vectors[members] @ middle >= NEAR * np.linalg.norm(middle)]
        kept[members] = -1
        if len(near) >= SMALLEST_GROUP:
            kept[near] = label
    return kept


def _by_size(labels: Labels) -> Labels:
    sizes = np.bincount(labels[labels >= 0]) if (labels >= 0).any() else np.zeros(0, dtype=np.int64)
    renamed = np.empty(len(sizes) + 1, dtype=np.int64)
    renamed[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    renamed[-1] = -1
    found: Labels = renamed[labels]
    return found


def _places(vectors: Vectors, labels: Labels) -> Labels:
    places = np.full(len(vectors), -1, dtype=np.int64)
    for label in range(int(labels.max(initial=-1)) + 1):
        members = np.flatnonzero(labels == label)
        middle = vectors[members].mean(axis=0)
        places[members[np.argsort(-(vectors[members] @ middle), kind="stable")]] = np.arange(len(members))
    return places
