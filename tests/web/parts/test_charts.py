"""Charts: the geometry tells the figures, and the table behind repeats them."""

from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils.translation import override

from kanal.web.parts.charts import HEIGHT, WIDTH, Chart, Series, nice_step, short


def a_chart(kind: str = "bar", **values: list[int]) -> Chart:
    series = [Series(name, figures) for name, figures in values.items()]
    labels = [f"T{n}" for n in range(1, len(series[0].values) + 1)]
    return Chart("chart", "Credit", "By month.", labels, series, kind, "Month")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("span", "step"),
    [(0, 1), (1, 1), (4, 1), (5, 2), (9, 5), (20, 5), (21, 10), (1_120, 500), (999_999_999, 500_000_000)],
)
def test_levels_are_round_and_few(span: int, step: int) -> None:
    assert nice_step(span) == step


@pytest.mark.parametrize("figures", [[0], [0, 0], [1], [-5], [3, -7, 12], [10**15, 1], [-(10**12), 10**12]])
@pytest.mark.parametrize("kind", ["bar", "line", "stacked"])
def test_everything_drawn_stands_inside_the_plot(kind: str, figures: list[int]) -> None:
    chart = a_chart(kind, a=figures, b=[value // 2 for value in figures])
    for bar in chart.bars:
        assert 0 <= Decimal(bar.x) <= Decimal(bar.x) + Decimal(bar.width) <= WIDTH
        assert 0 <= Decimal(bar.y) <= Decimal(bar.y) + Decimal(bar.height) <= HEIGHT + Decimal("0.01")
    for line in chart.lines:
        assert all(0 <= Decimal(dot.y) <= HEIGHT for dot in line.dots)
    assert any(level.is_zero for level in chart.levels)
    assert len(chart.levels) <= 10


def test_a_bar_is_as_high_as_its_figure() -> None:
    low, high, _step = (chart := a_chart(a=[100, 50, -25])).extent
    heights = [Decimal(bar.height) * (high - low) / HEIGHT for bar in chart.bars]
    assert [round(height) for height in heights] == [100, 50, 25]


def test_stacked_bars_stand_on_each_other_and_below_zero_hang() -> None:
    first, second, third, fourth = a_chart("stacked", a=[60, -10], b=[40, -5]).bars
    assert Decimal(second.y) + Decimal(second.height) == Decimal(first.y)
    assert Decimal(fourth.y) == Decimal(third.y) + Decimal(third.height)


def test_the_table_says_each_figure_exactly() -> None:
    with override("vi"):
        assert [row.values for row in a_chart(a=[1_234_567], b=[-5]).table] == [["1.234.567", "-5"]]


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [(0, "0", "0"), (950, "950", "950"), (1_500_000_000, "1,5 tỷ", "1.5 bn"), (-200_000_000, "−200 tr", "−200 m")],
)
def test_levels_are_short_words(value: int, vi: str, en: str) -> None:
    for language, words in (("vi", vi), ("en", en)):
        with override(language):
            assert short(value) == words


def test_it_is_read_out_and_carries_no_style_of_its_own() -> None:
    with override("vi"):
        html = render_to_string("parts/chart.html", {"chart": a_chart(a=[1, 2], b=[3, 4])})
    assert 'role="img"' in html
    assert "<desc" in html
    assert "style=" not in html
    assert html.count("<title>") == 4
    assert "1.0" not in html.replace("10", "")  # figures carry a point, never a comma, whatever the language


def test_a_chart_of_nothing_is_a_mistake() -> None:
    with pytest.raises(AssertionError):
        Chart("c", "t", "d", [], [])
