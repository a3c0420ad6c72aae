"""Draws what a wall shows: the line at the top, the slide, the foot."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from opsdesk.catalogue.language import tr
from opsdesk.insight.pixel_shift import reach_of
from opsdesk.insight.sight import Caps
from opsdesk.insight.slides.blocks import Alarm, Scene, Slide, Status
from opsdesk.insight.verdict import State
from opsdesk.ui.painted import Painting
from opsdesk.ui.theme import STATE_TEXT, Look
from opsdesk.ui.wall.alarm import paint_alarm
from opsdesk.ui.wall.blocks import paint_glyph, rule, write_base
from opsdesk.ui.wall.layout import Laid, lay_out
from opsdesk.ui.wall.type import Sizes, sizes
from opsdesk.ui.writing import RIGHT, Writer

_CLOCK = "00:00"
_GLYPH = 1.1
_MOST_DOTS = 12


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
        before, self._scene = self._scene, scene
        if before is None or (before.slide, before.status) != (scene.slide, scene.status):
            self.setAccessibleName(_said(scene))
            self.update()
            return
        if before.clock != scene.clock and isinstance(scene.slide, Slide):
            self.update(self._head().toAlignedRect())
        foot = (before.said, before.marks, before.clock)
        if foot != (scene.said, scene.marks, scene.clock):
            self.update(self._foot().toAlignedRect())
        elif before.age != scene.age:
            self.update(self._aged(before.age, scene.age).toAlignedRect())

    def shift(self, by: tuple[int, int]) -> None:
        """Move the picture by so many pixels, so that nothing burns in."""
        if by != self._shift:
            self._shift = by
            self.update()

    @property
    def sizes(self) -> Sizes:
        """How large everything is."""
        return sizes(self._caps, self.height())

    def _head(self) -> QRectF:
        return QRectF(0, 0, self.width(), self.sizes.edge)

    def _foot(self) -> QRectF:
        edge = self.sizes.edge
        return QRectF(0, self.height() - edge, self.width(), edge)

    def _aged(self, before: str, after: str) -> QRectF:
        """Return where the age stands, which changes each second at first."""
        size, foot = self.sizes, self._foot()
        width = max(size.plain().width(text) for text in (before, after))
        foot.setWidth(size.margin + width + self._bleed)
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
                self._draw(writer, self._scene, event.rect())
        if not self._was_painted and self._scene is not None:
            self._was_painted = True
            self.painted.emit()

    def _draw(self, writer: Writer, scene: Scene, dirty: QRect) -> None:
        size = self.sizes
        # The picture may be shifted: what lies beside is drawn as well.
        wanted = QRectF(dirty).adjusted(-self._bleed, -self._bleed, self._bleed, self._bleed)
        head, foot = self._head(), self._foot()
        body = QRectF(0, head.bottom(), self.width(), foot.top() - head.bottom())
        if isinstance(scene.slide, Alarm):
            whole = QRectF(0, 0, self.width(), foot.top())
            if wanted.intersects(whole):
                paint_alarm(writer, whole, scene.slide, size, self._bleed)
        else:
            if wanted.intersects(head):
                self._draw_head(writer, head, scene)
            if wanted.intersects(body):
                self._draw_slide(writer, scene.slide)
        if wanted.intersects(foot):
            self._draw_foot(writer, foot, scene, wanted)

    # ---- the line at the top

    def _draw_head(self, writer: Writer, box: QRectF, scene: Scene) -> None:
        size, status = self.sizes, scene.status
        ink, on = ("onfill", STATE_TEXT[status.state]) if status.filled else ("", "bg")
        if status.filled:
            fill = box.adjusted(-self._bleed, -self._bleed, self._bleed, 0)
            writer.painter.fillRect(fill, writer.look.color(on))
        inner = box.adjusted(size.margin, 0, -size.margin, 0)
        clock = size.of(1.12 * size.primary, ink or "text2")
        clock = type(clock)(clock.pixels, clock.ink)
        width = clock.width(_CLOCK)
        area = QRectF(inner.right() - width, inner.top(), width + 1, inner.height())
        writer.write(area, scene.clock, clock, RIGHT)
        glyph = max(float(size.glyph), _GLYPH * size.primary)
        shape = QRectF(inner.left(), inner.center().y() - glyph / 2, glyph, glyph)
        paint_glyph(writer, shape, status.state, ink, on)
        left = shape.right() + 0.5 * size.primary
        room = area.left() - size.text - left
        self._write_status(writer, QRectF(left, inner.top(), room, inner.height()), status, ink)
        if not status.filled:
            rule(writer, QRectF(inner.left(), box.bottom(), inner.width(), size.rule))

    def _write_status(self, writer: Writer, box: QRectF, status: Status, ink: str) -> None:
        size = self.sizes
        word = size.of(1.05 * size.primary, ink or _word_ink(status.state))
        width = write_base(writer, box, status.word, word)
        plain = size.plain(ink or ("text2" if status.state is State.OK else "text1"))
        left = box.left() + width + 0.6 * size.text
        rest = QRectF(left, box.top(), box.right() - left, box.height())
        if rest.width() > 4 * size.text:
            write_base(writer, rest, status.reason, plain)

    # ---- the slide

    def _lay(self, slide: Slide) -> Laid:
        size = self.sizes
        edge, apart = size.edge, 0.36 * size.leading
        box = QRectF(self.rect()).adjusted(size.margin, edge + apart, -size.margin, -edge - apart)
        if self._laid is None or self._laid[:2] != (slide, box):
            self._laid = (slide, box, lay_out(slide.parts, box, size))
        return self._laid[2]

    def _draw_slide(self, writer: Writer, slide: Slide) -> None:
        laid = self._lay(slide)
        for line in laid.rules:
            rule(writer, line)
        for placed in laid.placed:
            placed.drawing.draw(writer, placed.box)
        if not laid.placed and slide.absence:
            size = self.sizes
            box = QRectF(self.rect()).adjusted(size.margin, 0, -size.margin, 0)
            write_base(writer, box, slide.absence, size.of(size.big, "text3"))

    # ---- the foot

    def _draw_foot(self, writer: Writer, box: QRectF, scene: Scene, wanted: QRectF) -> None:
        size = self.sizes
        inner = box.adjusted(size.margin, 0, -size.margin, 0)
        rule(writer, QRectF(inner.left(), box.top(), inner.width(), size.rule))
        words, plain = scene.said or scene.age, size.plain("text3")
        if wanted.right() < inner.left() + plain.width(words) + 3 * self._bleed:
            writer.write(inner, words, plain)  # the age alone
            return
        right = self._draw_marks(writer, inner, scene)
        title = scene.slide.title if isinstance(scene.slide, Slide) else ""
        width = writer.write(
            QRectF(inner.left(), inner.top(), right - inner.left(), inner.height()),
            words,
            size.plain("text1") if scene.said else plain,
        )
        style = size.plain("text2")
        left = right - style.width(title) - 1
        if title and left > inner.left() + width + size.text:
            writer.write(QRectF(left, inner.top(), right - left, inner.height()), title, style)

    def _draw_marks(self, writer: Writer, box: QRectF, scene: Scene) -> float:
        """Draw where in its turn the slide stands; return where that begins."""
        size, marks, right = self.sizes, scene.marks, box.right()
        if isinstance(scene.slide, Alarm):
            clock = size.plain("text2")
            width = clock.width(scene.clock)
            area = QRectF(right - width, box.top(), width + 1, box.height())
            writer.write(area, scene.clock, clock, RIGHT)
            right = area.left() - size.text
        dot, long = 0.38 * size.text, 1.05 * size.text
        top = box.center().y() - dot / 2
        painter = writer.painter
        painter.setPen(Qt.PenStyle.NoPen)
        if marks.number > _MOST_DOTS:
            count = f"{marks.position + 1} / {marks.number}"
            style = size.plain("text2")
            width = style.width(count)
            writer.write(QRectF(right - width, box.top(), width + 1, box.height()), count, style)
            right -= width + 0.6 * size.text
        elif marks.number > 1:
            for position in reversed(range(marks.number)):
                here = position == marks.position
                width = long if here else dot
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(writer.look.color("text2" if here else "edge"))
                painter.drawRoundedRect(QRectF(right - width, top, width, dot), dot / 2, dot / 2)
                right -= width + dot
            right -= 0.3 * size.text
        if marks.held:
            word, style = tr("held").upper(), size.strong("accent")
            width = style.width(word)
            writer.write(QRectF(right - width, box.top(), width + 1, box.height()), word, style)
            right -= width + 0.7 * size.text
        return right


def _word_ink(state: State) -> str:
    return "text1" if state is State.OK else STATE_TEXT[state]


def _said(scene: Scene) -> str:
    """Say what is seen, for those who do not see it."""
    if isinstance(scene.slide, Alarm):
        alarm = scene.slide
        parts = [alarm.word, alarm.group, alarm.name, f"{alarm.before} {alarm.lasts}".strip()]
        parts += [line.name for line in alarm.rows.lines] if alarm.rows is not None else []
        parts += [found.text for found in alarm.well]
    else:
        parts = [scene.status.word, scene.status.reason, scene.slide.title]
    return ", ".join(part for part in parts if part)
