"""Draws what a wall shows: the line at the top, the slide, the foot."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from opsdesk.insight.pixel_shift import reach_of
from opsdesk.insight.sight import Caps
from opsdesk.insight.slides.blocks import Alarm, Scene, Slide
from opsdesk.ui.painted import Painting
from opsdesk.ui.theme import Look
from opsdesk.ui.wall.alarm import paint_alarm
from opsdesk.ui.wall.blocks.drawing import FIGURE, rule
from opsdesk.ui.wall.edges import paint_age, paint_foot, paint_head
from opsdesk.ui.wall.layout import Laid, lay_out
from opsdesk.ui.wall.text import write_base
from opsdesk.ui.wall.type import Sizes, sizes
from opsdesk.ui.writing import Writer

# Between head, slide and foot, in lines of text, and at most in shares of the lesser side.
_APART, _APART_MOST = 0.36, 0.022
# Of an alarm of many, so many are named to those who do not see it.
_SAID = 10


class SlideView(QWidget):
    """Shows a scene; what did not change is not drawn again."""

    #: there is something to be seen, for the first time
    painted = Signal()

    def __init__(self, look: Look, caps: Caps) -> None:
        super().__init__()
        self._look, self._caps = look, caps
        self._was_painted = False
        self._scene: Scene | None = None
        self._shift = (0, 0)
        self._laid: tuple[Slide, QRectF, Laid] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        look.changed.connect(self.update)

    @property
    def scene(self) -> Scene | None:
        """What is shown."""
        return self._scene

    @property
    def caps(self) -> Caps:
        """How high capital letters are at least."""
        return self._caps

    @property
    def laid(self) -> Laid | None:
        """How the slide is laid out; None for one that has taken the wall over."""
        scene = self._scene
        return self._lay(scene.slide) if scene and isinstance(scene.slide, Slide) else None

    def show_caps(self, caps: Caps) -> None:
        """Write in letters of these heights."""
        if caps != self._caps:
            self._caps, self._laid = caps, None
            self.update()

    def show_scene(self, scene: Scene) -> None:
        """Show a scene. Where the clock or the age alone changed, no more is drawn."""
        laid = self.laid
        before, self._scene = self._scene, scene
        if before is None or not self._update_slide(before, scene, laid):
            self.setAccessibleName(_said(scene))
            self.update()
            return
        if before.status != scene.status:
            self.setAccessibleName(_said(scene))
            # A band is shifted with the picture.
            self.update(self._head().adjusted(0, 0, 0, self._bleed).toAlignedRect())
        if before.clock != scene.clock and isinstance(scene.slide, Slide):
            self.update(self._head().toAlignedRect())
        foot = (before.said, before.marks, before.clock)
        if foot != (scene.said, scene.marks, scene.clock):
            self.update(self._foot().toAlignedRect())
        elif before.age != scene.age:
            self.update(self._aged(before.age, scene.age).toAlignedRect())

    def _update_slide(self, before: Scene, scene: Scene, laid: Laid | None) -> bool:
        """Draw again what changed of a slide; False where that is all of it."""
        if before.slide == scene.slide:
            return before.status == scene.status or isinstance(scene.slide, Slide)
        now = self.laid
        if laid is None or now is None or not now.placed:
            return False
        changed = now.changed(laid)
        if changed is None or _title(before) != _title(scene):
            return False
        bleed = self._bleed
        for box in changed:
            self.update(box.adjusted(-bleed, -bleed, bleed, bleed).toAlignedRect())
        return True

    def shift(self, by: tuple[int, int]) -> None:
        """Move the picture by so many pixels, so that nothing burns in."""
        if by != self._shift:
            self._shift = by
            self.update()

    @property
    def sizes(self) -> Sizes:
        """How large everything is."""
        return sizes(self._caps, min(self.width(), self.height()))

    def _head(self) -> QRectF:
        return QRectF(0, 0, self.width(), self.sizes.edge)

    def _foot(self) -> QRectF:
        """Return the place of the foot; empty where head and figures leave no room for it."""
        size, height = self.sizes, self.height()
        has_room = height - 2 * size.edge >= FIGURE * size.primary
        edge = size.edge if has_room else 0.0
        return QRectF(0, height - edge, self.width(), edge)

    def _aged(self, before: str, after: str) -> QRectF:
        """Return where the age stands, which changes each second at first."""
        foot = self._foot()
        foot.setWidth(self._age_ends(before, after) + self._bleed)
        # Not up to the slide, which would be drawn again as well.
        return foot.adjusted(0, 2 * self._bleed, 0, 0)

    @property
    def _bleed(self) -> float:
        return 2.0 * reach_of(self.height())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), self._look.color("bg"))
        painter.translate(*self._shift)
        with Painting(painter, QRectF(self.rect()), self._look) as writer:
            if self._scene is not None:
                self._draw(writer, self._scene, event.region())
        if not self._was_painted and self._scene is not None:
            self._was_painted = True
            self.painted.emit()

    def _draw(self, writer: Writer, scene: Scene, region: QRegion) -> None:
        size, bleed = self.sizes, self._bleed
        # The picture may be shifted: what lies beside is drawn as well.
        wanted = QRectF(region.boundingRect()).adjusted(-bleed, -bleed, bleed, bleed)
        head, foot = self._head(), self._foot()
        body = QRectF(0, head.bottom(), self.width(), foot.top() - head.bottom())
        if isinstance(scene.slide, Alarm):
            whole = QRectF(0, 0, self.width(), foot.top())
            if wanted.intersects(whole):
                paint_alarm(writer, whole, scene.slide, size, bleed)
        else:
            if wanted.intersects(head):
                paint_head(writer, head, scene, size, bleed)
            if wanted.intersects(body):
                self._draw_slide(writer, scene.slide, region)
        if foot.isEmpty() or not wanted.intersects(foot):
            return
        if wanted.right() < self._age_ends(scene.said or scene.age) + 3 * bleed:
            paint_age(writer, foot, scene, size)
        else:
            paint_foot(writer, foot, scene, size)

    def _age_ends(self, *texts: str) -> float:
        size = self.sizes
        return size.margin + max(size.plain().width(text) for text in texts)

    def _body(self) -> QRectF:
        """Return what head and foot leave for the slide."""
        side = min(self.width(), self.height())
        apart = min(_APART * self.sizes.leading, _APART_MOST * side)
        box = QRectF(self.rect())
        box.setTop(self._head().bottom() + apart)
        box.setBottom(self._foot().top() - apart)
        return box.adjusted(self.sizes.margin, 0, -self.sizes.margin, 0)

    def _lay(self, slide: Slide) -> Laid:
        box = self._body()
        if self._laid is None or self._laid[:2] != (slide, box):
            self._laid = (slide, box, lay_out(slide.parts, box, self.sizes))
        return self._laid[2]

    def _draw_slide(self, writer: Writer, slide: Slide, region: QRegion) -> None:
        laid, size, box = self._lay(slide), self.sizes, self._body()
        for line in laid.rules:
            rule(writer, line)
        bleed = self._bleed
        for placed in laid.placed:
            area = placed.box.adjusted(-bleed, -bleed, bleed, bleed)
            if region.intersects(area.toAlignedRect()):
                placed.drawing.draw(writer, placed.box)
        if not slide.parts and box.height() >= size.leading:
            style = size.of(min(size.big, box.height()), "text3")
            if style.width(slide.absence) > box.width():
                style = size.plain("text3")
            write_base(writer, box, slide.absence, style)


def _title(scene: Scene) -> str:
    return scene.slide.title if isinstance(scene.slide, Slide) else ""


def _said(scene: Scene) -> str:
    """Say what is seen, for those who do not see it."""
    if isinstance(scene.slide, Alarm):
        alarm = scene.slide
        parts = [alarm.word, alarm.group, alarm.name, f"{alarm.before} {alarm.lasts}".strip()]
        parts += [line.name for line in alarm.rows.lines[:_SAID]] if alarm.rows is not None else []
        parts += [found.text for found in alarm.well]
    else:
        parts = [scene.status.word, scene.status.reason, scene.slide.title]
    return ", ".join(part for part in parts if part)
