"""What tests of charts share."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.charts import percentiles

from opsdesk.ui.charts.loading import loading
from opsdesk.ui.charts.plot import ChartView
from opsdesk.ui.theme import Look


@pytest.fixture(autouse=True)
def _loaded(qapp: QApplication) -> None:
    """Let no test wait for what draws: that it comes later has tests of its own."""
    del qapp
    loading().wait()


@pytest.fixture
def view(qtbot: QtBot, look: Look) -> ChartView:
    """Return a chart of percentiles, shown."""
    found = ChartView(look)
    qtbot.addWidget(found)
    found.resize(600, 240)
    found.show_chart(percentiles())
    with qtbot.waitExposed(found):
        found.show()
    return found
