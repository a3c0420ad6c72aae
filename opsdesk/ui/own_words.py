"""Qt's own words in the language of ours: its dialogs, the menu of a line to type in."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, Qt, QTranslator

from opsdesk.catalogue.language import chosen


def translate(application: QCoreApplication) -> bool:
    """Let Qt speak the chosen language; return whether it can. English is its own."""
    only = Qt.FindChildOption.FindDirectChildrenOnly
    for before in application.findChildren(QTranslator, options=only):
        application.removeTranslator(before)
        before.deleteLater()
    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if not translator.load(f"qtbase_{chosen()}", folder):
        return False
    return application.installTranslator(translator)
