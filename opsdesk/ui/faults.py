"""Errors that nobody caught: logged with all detail, shown in one line, never fatal."""

from __future__ import annotations

import logging
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

from opsdesk.catalogue.language import tr

log = logging.getLogger(__name__)

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


class Faults(QObject):
    """Stands in for Python's hooks and Qt's message handler while the application runs."""

    #: one line without the error's text, which might hold a secret
    happened = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hook, self._thread_hook = sys.excepthook, threading.excepthook
        sys.excepthook = self._uncaught
        threading.excepthook = self._uncaught_in_thread
        self._messages = qInstallMessageHandler(_log_message)

    def stop(self) -> None:
        """Put back what was there before. Idempotent."""
        sys.excepthook, threading.excepthook = self._hook, self._thread_hook
        qInstallMessageHandler(self._messages)

    def _uncaught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt):
            self._hook(kind, error, trace)
            return
        log.critical("uncaught error", exc_info=(kind, error, trace))
        self.happened.emit(kind.__name__)

    def _uncaught_in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        name = arguments.thread.name if arguments.thread is not None else tr("a thread")
        error = arguments.exc_value or arguments.exc_type()
        log.critical("uncaught error in %s", name, exc_info=error)
        kind = arguments.exc_type.__name__
        self.happened.emit(tr("{error} in {thread}", error=kind, thread=name))


def _log_message(kind: QtMsgType, context: QMessageLogContext, message: str | None) -> None:
    logging.getLogger(f"qt.{context.category or 'default'}").log(_LEVELS[kind], "%s", message)
