"""Where the words of a chart stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from support.charts import percentiles

from opsdesk.ui.charts.layout import end_labels, fitting, hairlines, plot


@pytest.mark.parametrize("width", [180, 220, 300, 500, 1400])
def test_nothing_lies_on_each_other(width: int) -> None:
    for shown in (percentiles(), percentiles(usual=True), percentiles(small=True)):
        of = plot(shown, width, 90)
        boxes = [box for box, _ in fitting(of)]
        assert boxes
        assert all(a.right() < b.left() for a, b in pairwise(boxes))
        assert all(box.left() >= 0 and box.right() <= width + 1 for box in boxes)
        heights = [of.y(tick.at) for tick in hairlines(of)]
        assert all(a - b >= 15 for a, b in pairwise(heights))
        assert len(end_labels(of)) <= 1 + of.area.height() / 15
