"""The blocks of a slide: each tells what room it needs, and draws itself into what it gets."""

from __future__ import annotations

from opsdesk.insight.slides.blocks import Block, Figures, Hero, Rows, Trend, Words
from opsdesk.ui.wall.blocks.drawing import Drawing
from opsdesk.ui.wall.blocks.figures import FiguresDrawing
from opsdesk.ui.wall.blocks.hero import HeroDrawing
from opsdesk.ui.wall.blocks.rows import RowsDrawing
from opsdesk.ui.wall.blocks.trend import TrendDrawing
from opsdesk.ui.wall.blocks.words import WordsDrawing
from opsdesk.ui.wall.type import Sizes


def drawing_of(block: Block, sizes: Sizes) -> Drawing:
    """Return what draws a block."""
    match block:
        case Hero():
            return HeroDrawing(block, sizes)
        case Figures():
            return FiguresDrawing(block, sizes)
        case Rows():
            return RowsDrawing(block, sizes)
        case Trend():
            return TrendDrawing(block, sizes)
        case Words():
            return WordsDrawing(block, sizes)
