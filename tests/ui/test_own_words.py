"""Qt's own dialogs speak the language of the rest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from opsdesk.catalogue import language
from opsdesk.ui.own_words import translate


@pytest.fixture
def _given_back(qapp: QApplication) -> Iterator[None]:
    """Give the process its language back, and Qt its own."""
    yield
    language.choose("en")
    translate(qapp)


@pytest.mark.usefixtures("_given_back")
def test_the_words_of_qt_follow_the_language(qapp: QApplication) -> None:
    language.choose("de")
    assert translate(qapp)
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"


@pytest.mark.usefixtures("_given_back")
def test_english_is_qts_own(qapp: QApplication) -> None:
    language.choose(language.PSEUDO)
    assert not translate(qapp)
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
