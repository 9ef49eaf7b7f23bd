"""Bar charts as SVG, drawn here: they need no script, print well, and come with a table beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

HEIGHT = 200
NARROW, WIDE = 560, 1160
LEFT, BOTTOM, TOP = 44, 24, 10
MOST_LABELS = 12


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its value, and whether it is drawn apart (a weekend, a holiday)."""

    name: str
    value: int
    apart: bool = False


def bars(title: str, of: Sequence[Bar], wide: bool = False) -> Markup:
    """A bar chart for half a page, or a `wide` one; its text alternative is the title, its table stands beside it."""
    across = WIDE if wide else NARROW
    top = ceiling(max((bar.value for bar in of), default=0))
    inner_width, inner_height = across - LEFT - 4, HEIGHT - BOTTOM - TOP
    step = inner_width / max(len(of), 1)
    width = max(step * 0.72, 0.8)
    every = math.ceil(len(of) / MOST_LABELS)
    parts = [_grid(top, across, inner_height)]
    for place, bar in enumerate(of):
        x = LEFT + place * step + (step - width) / 2
        height = bar.value / top * inner_height
        parts.append(
            Markup(
                '<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="1.5">'
                "<title>{}: {:,}</title></rect>"
            ).format(
                "bar apart" if bar.apart else "bar", x, TOP + inner_height - height, width, height, bar.name, bar.value
            )
        )
        if place % every == 0:
            parts.append(
                Markup('<text class="axis" x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
                    x + width / 2, HEIGHT - 8, bar.name
                )
            )
    return Markup('<svg class="{}" role="img" aria-label="{}" viewBox="0 0 {} {}">{}</svg>').format(
        "chart wide" if wide else "chart", title, across, HEIGHT, Markup("").join(parts)
    )


def share_bar(title: str, share: float) -> Markup:
    """One share as a bar from 0 to 1."""
    return Markup(
        '<svg class="share" role="img" aria-label="{}" viewBox="0 0 100 6" preserveAspectRatio="none">'
        '<rect class="track" width="100" height="6" rx="3"/><rect class="bar" width="{:.1f}" height="6" rx="3"/></svg>'
    ).format(title, share * 100)


def ceiling(value: int) -> int:
    """The next number that an axis may end at: four equal steps, each of them round and whole."""
    step = max(value / 4, 1)
    size: int = 10 ** math.floor(math.log10(step))
    rounds = (size, 3 * size // 2, 2 * size, 5 * size // 2, 3 * size, 4 * size, 5 * size, 8 * size, 10 * size)
    return 4 * next(one for one in rounds if one >= step)


def _grid(top: int, across: int, inner_height: int) -> Markup:
    lines = []
    for quarter in range(5):
        y = TOP + inner_height - inner_height * quarter / 4
        lines.append(
            Markup(
                '<line class="grid" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>'
                '<text class="axis" x="{}" y="{:.1f}" text-anchor="end">{}</text>'
            ).format(LEFT, across - 4, y, y, LEFT - 6, y + 4, f"{top * quarter // 4:,}")
        )
    return Markup("").join(lines)


def spark(title: str, of: Sequence[int]) -> Markup:
    """A row of small bars, as large as a line of text."""
    top = max([*of, 1])
    parts = [
        Markup('<rect class="bar" x="{}" y="{:.1f}" width="8" height="{:.1f}" rx="1"/>').format(
            place * 10, 30 - max(value / top * 30, 1), max(value / top * 30, 1)
        )
        for place, value in enumerate(of)
    ]
    return Markup('<svg class="chart spark" role="img" aria-label="{}" viewBox="0 0 {} 30">{}</svg>').format(
        title, len(of) * 10, Markup("").join(parts)
    )
