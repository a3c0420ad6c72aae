from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from opsdesk.ui.render import THEMES, main


def test_every_page_is_rendered_in_every_theme(
    qapp: QApplication, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert qapp is not None
    main(["--output", str(tmp_path / "pages"), "--size", "1100x800", "--scale", "2"])
    printed = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert {path.stem for path in printed} == {
        f"{page}_{theme}" for page in ("overview", "reliability") for theme in THEMES
    }
    for path in printed:
        image = QImage(str(path))
        assert (image.width(), image.height()) == (2200, 1600)
        colors = {QColor(image.pixel(x, y)).name() for x in range(0, 2200, 25) for y in (60, 900)}
        assert len(colors) > 2, f"{path.name} is empty"
