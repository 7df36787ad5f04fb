"""Figures of an overview stand in rows that are as full as they can be."""

import pytest

from kanal.web.templatetags.parts import beside


@pytest.mark.parametrize(
    ("figures", "in_a_row"),
    [(0, 1), (1, 1), (4, 4), (6, 6), (7, 4), (8, 4), (9, 5), (10, 5), (11, 6), (12, 6), (13, 5)],
)
def test_no_figure_is_left_alone(figures: int, in_a_row: int) -> None:
    found = beside(range(figures))

    assert found == in_a_row
    assert figures <= 6 or figures % found != 1
