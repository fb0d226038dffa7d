"""The burn-down for a page without scripts: the numbers of our Mermaid chart as SVG."""

import re
from typing import Final

_LABELS: Final = re.compile(r"x-axis \[(.*)\]")
_TOP: Final = re.compile(r"0 --> (\d+)")
_VALUES: Final = re.compile(r"line \[([\d, ]+)\]")
_WIDTH, _HEIGHT, _LEFT, _BELOW = 720, 260, 48, 28
_LINES: Final = 4


def svg(source: str) -> str | None:
    """A drawing of a chart that `burn_down` made; None for any other text."""
    labels, top, values = (one.search(source) for one in (_LABELS, _TOP, _VALUES))
    if not (labels and top and values):
        return None
    names = re.findall(r'"(\d{1,2} [A-Z][a-z]{2})"', labels[1])
    counts = [int(value) for value in values[1].split(",")]
    if len(names) != len(counts):
        return None
    return "".join(
        [
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" class="chart">',
            *_grid(int(top[1])),
            *_axis(names),
            _line(counts, int(top[1])),
            "</svg>\n",
        ]
    )


def _grid(top: int) -> list[str]:
    made = []
    for step in range(_LINES + 1):
        value = round(top * step / _LINES)
        y = _y(value, top)
        made.append(f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y}" y2="{y}"></line>')
        made.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{value:,}</text>')
    return made


def _axis(names: list[str]) -> list[str]:
    y = _HEIGHT - 8
    return [
        f'<text x="{_x(n, len(names))}" y="{y}" text-anchor="middle">{name}</text>'
        for n, name in enumerate(names)
        if n % 2 == (len(names) - 1) % 2
    ]


def _line(counts: list[int], top: int) -> str:
    points = " ".join(f"{_x(n, len(counts))},{_y(one, top)}" for n, one in enumerate(counts))
    return f'<polyline points="{points}"></polyline>'


def _x(number: int, of: int) -> float:
    inner = _WIDTH - _LEFT - 40
    return round(_LEFT + 20 + inner * number / max(1, of - 1), 1)


def _y(value: float, top: int) -> float:
    inner = _HEIGHT - _BELOW - 12
    return round(12 + inner * (1 - value / top), 1)
