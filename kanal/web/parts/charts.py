"""Charts drawn on the server as SVG: bars, stacked bars and lines, in figures that a table behind them repeats.

The plot is 1000 by 300 units and stretches; words stand beside it as text, so that they keep their size. No colour
and no style is written here: the style sheet has them by class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeAlias

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

WIDTH, HEIGHT = 1000, 300
STEPS = 4
FILL = Decimal("0.64")  # how much of its place a group of bars takes

SHORT, MANY_SHORT, FEW_LONG = 3, 12, 4

Text: TypeAlias = "str | Promise"
Format: TypeAlias = "Callable[[int], str]"


@dataclass(frozen=True, slots=True)
class Series:
    label: Text
    values: Sequence[int]


@dataclass(frozen=True, slots=True)
class Level:
    label: str
    y: str
    is_zero: bool


@dataclass(frozen=True, slots=True)
class Bar:
    series: int
    x: str
    y: str
    width: str
    height: str
    said: str


@dataclass(frozen=True, slots=True)
class Dot:
    x: str
    y: str
    said: str


@dataclass(frozen=True, slots=True)
class Line:
    series: int
    path: str
    dots: list[Dot]


@dataclass(frozen=True, slots=True)
class TableRow:
    label: str
    values: list[str]


def whole(value: int) -> str:
    return number_format(value, force_grouping=True)


def short(value: int) -> str:
    """For the levels beside a plot: 1,5 tỷ, 200 tr, 50 N; exact figures stand in the table."""
    sign, size = ("\N{MINUS SIGN}" if value < 0 else ""), abs(value)
    for scale, unit in ((10**9, _("%(n)s bn")), (10**6, _("%(n)s m")), (10**3, _("%(n)s k"))):
        if size >= scale:
            tenths = Decimal(size * 10 // scale) / 10
            places = 0 if tenths == int(tenths) else 1
            return sign + unit % {"n": number_format(tenths, decimal_pos=places, force_grouping=True)}
    return f"{sign}{size}"


@dataclass(frozen=True)
class Chart:
    element: str
    title: Text
    description: Text
    labels: Sequence[Text]
    series: Sequence[Series]
    kind: Literal["bar", "stacked", "line"] = "bar"
    label_of_labels: Text = ""
    write: Format = whole
    write_level: Format | None = None

    def __post_init__(self) -> None:
        assert self.labels, "a chart of nothing is an empty state"
        assert all(len(series.values) == len(self.labels) for series in self.series), "each label has a value"

    @property
    def labels_shown(self) -> list[str]:
        """As many as have room even on a telephone; the others are in the table and in each mark's title."""
        labels = [str(label) for label in self.labels]
        room = MANY_SHORT if max(map(len, labels)) <= SHORT else FEW_LONG
        step = -(-len(labels) // room)
        return [label if at % step == 0 else "" for at, label in enumerate(labels)]

    @cached_property
    def extent(self) -> tuple[int, int, int]:
        """Lowest, highest and step of the levels: round numbers round everything that is drawn, zero among them."""
        if self.kind == "stacked":
            columns = [[series.values[at] for series in self.series] for at in range(len(self.labels))]
            tops = [sum(value for value in column if value > 0) for column in columns]
            bottoms = [sum(value for value in column if value < 0) for column in columns]
        else:
            tops = bottoms = [value for series in self.series for value in series.values]
        high, low = max(0, *tops), min(0, *bottoms)
        step = nice_step(high - low)
        return low // step * step, max(-(-high // step) * step, step if low == 0 else 0), step

    @property
    def levels(self) -> list[Level]:
        low, high, step = self.extent
        write = self.write_level or self.write
        return [Level(write(value), _figure(self._y(value)), value == 0) for value in range(low, high + 1, step)]

    @property
    def bars(self) -> list[Bar]:
        if self.kind == "line":
            return []
        return self._stacked() if self.kind == "stacked" else self._grouped()

    def _grouped(self) -> list[Bar]:
        place = Decimal(WIDTH) / len(self.labels)
        width = place * FILL / len(self.series)
        return [
            self._bar(number, at, place * at + place * (1 - FILL) / 2 + width * number, width, 0, value)
            for number, series in enumerate(self.series)
            for at, value in enumerate(series.values)
        ]

    def _stacked(self) -> list[Bar]:
        place = Decimal(WIDTH) / len(self.labels)
        found = []
        for at in range(len(self.labels)):
            above = below = 0
            for number, series in enumerate(self.series):
                value = series.values[at]
                base = above if value >= 0 else below
                found.append(self._bar(number, at, place * at + place * (1 - FILL) / 2, place * FILL, base, value))
                above, below = (above + value, below) if value >= 0 else (above, below + value)
        return found

    def _bar(self, number: int, at: int, x: Decimal, width: Decimal, base: int, value: int) -> Bar:
        top, bottom = sorted((self._y(base), self._y(base + value)))
        height = _figure(bottom - top)
        return Bar(number + 1, _figure(x), _figure(top), _figure(width), height, self._said(number, at))

    @property
    def lines(self) -> list[Line]:
        return [self._line(number) for number in range(len(self.series))] if self.kind == "line" else []

    def _line(self, number: int) -> Line:
        place = Decimal(WIDTH) / len(self.labels)
        points = [
            (_figure(place * at + place / 2), _figure(self._y(value)))
            for at, value in enumerate(self.series[number].values)
        ]
        path = "M" + "L".join(f"{x} {y}" for x, y in points)
        return Line(number + 1, path, [Dot(x, y, self._said(number, at)) for at, (x, y) in enumerate(points)])

    def _y(self, value: int) -> Decimal:
        low, high, _step = self.extent
        return Decimal(HEIGHT) * (high - value) / (high - low)

    def _said(self, number: int, at: int) -> str:
        value = self.write(self.series[number].values[at])
        words = {"label": self.labels[at], "series": self.series[number].label, "value": value}
        return _("%(label)s, %(series)s: %(value)s") % words

    @property
    def table(self) -> list[TableRow]:
        return [
            TableRow(str(label), [self.write(series.values[at]) for series in self.series])
            for at, label in enumerate(self.labels)
        ]


def nice_step(span: int) -> int:
    """The smallest round step of which about STEPS cover the span."""
    scale = 1
    while True:
        for nice in (1, 2, 5):
            if nice * scale * STEPS >= span:
                return nice * scale
        scale *= 10


def _figure(value: Decimal) -> str:
    """With a point whatever the language, and no more digits than a screen has."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
