"""The displays that are there now, and which of Qt's screens each of them is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen

from opsdesk.insight.displays import Display, Sighting, assign, recognise

# Plugging in sends several events: a new screen, its place, another first one. So long after the
# last of them they are one change.
_SETTLED_MS = 200


class Displays(QObject):
    """Follows what is plugged in, turned, moved and set to another resolution."""

    #: displays came or went, or are not as they were
    changed = Signal()

    def __init__(self, application: QGuiApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(_SETTLED_MS)
        self._settling.timeout.connect(self.changed)
        application.screenAdded.connect(self._added)
        application.screenRemoved.connect(self._settling.start)
        application.primaryScreenChanged.connect(self._settling.start)
        for screen in application.screens():
            self._follow(screen)

    def all(self) -> tuple[Display, ...]:
        """Return the displays that are there now, the first one first."""
        return recognise(sighting(screen) for screen in QGuiApplication.screens())

    def screens_of(self, wanted: Sequence[str]) -> tuple[QScreen | None, ...]:
        """Return for each of what is ``wanted`` its screen, as :func:`assign` gives them."""
        screens = QGuiApplication.screens()
        return tuple(
            screens[display.number] if display is not None else None
            for display in assign(wanted, self.all())
        )

    def stop(self) -> None:
        """Tell of no change that has not been told yet. Idempotent."""
        self._settling.stop()

    def _added(self, screen: QScreen) -> None:
        self._follow(screen)
        self._settling.start()

    def _follow(self, screen: QScreen) -> None:
        for signal in (screen.geometryChanged, screen.physicalSizeChanged):
            signal.connect(self._settling.start)


def sighting(screen: QScreen) -> Sighting:
    """Return what the system says of a screen, in the display's own pixels."""
    scale = screen.devicePixelRatio()
    pixels, size = screen.geometry(), screen.physicalSize()
    return Sighting(
        connector=screen.name(),
        model=screen.model(),
        serial=screen.serialNumber(),
        width=round(pixels.width() * scale),
        height=round(pixels.height() * scale),
        width_mm=size.width(),
        height_mm=size.height(),
        scale=scale,
    )


def listing() -> tuple[Display, ...]:
    """Return the displays that are there now, also where no application runs yet."""
    application = QGuiApplication.instance()
    passing = QGuiApplication(["opsdesk"]) if application is None else None
    found = recognise(sighting(screen) for screen in QGuiApplication.screens())
    if passing is not None:
        passing.shutdown()  # whoever opens a window makes an application of another kind
    return found
