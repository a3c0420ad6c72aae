"""Qt's own words in the language of ours: its dialogs, the menu of a line to type in."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from opsdesk.catalogue.language import chosen


class _Spoken:
    """What Qt speaks: one for the whole process."""

    translator: QTranslator | None = None


def translate(application: QCoreApplication) -> bool:
    """Let Qt speak the chosen language; return whether it can. English is its own."""
    if _Spoken.translator is not None:
        application.removeTranslator(_Spoken.translator)
        _Spoken.translator = None
    translator = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if not translator.load(f"qtbase_{chosen()}", folder):
        return False
    _Spoken.translator = translator
    return application.installTranslator(translator)
