"""One mechanism for every language: what is chosen, what is shown, what is never lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsdesk.catalogue import language
from opsdesk.catalogue.language import PSEUDO, chosen, grouped, localised, mark, tr, trn
from opsdesk.insight.words import comparison_text, inside, listing, number_text, percent_change_text
from opsdesk.model.reading import Unit


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Give the language of the process back."""
    yield
    language.choose("en")


def test_german_is_there_and_english_comes_first() -> None:
    assert language.languages()[0] == "en"
    assert "de" in language.languages()


@pytest.mark.parametrize(
    ("variable", "value", "name"),
    [
        ("LANG", "de_DE.UTF-8", "de"),
        ("LC_ALL", "de", "de"),
        ("LC_MESSAGES", "de_AT@euro", "de"),
        ("LANG", "en_GB.UTF-8", "en"),
        ("LANG", "C.UTF-8", "en"),
        ("LANG", "tlh", "en"),
        ("LANGUAGE", "de:en", "de"),
    ],
)
def test_the_desktop_says_which_language(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, name: str
) -> None:
    for other in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(variable, value)
    language.choose()
    assert chosen() == name


def test_a_language_that_is_not_there_is_english() -> None:
    language.choose("xx")
    assert (chosen(), tr("closed")) == ("en", "closed")


def test_a_language_can_be_changed_back() -> None:
    language.choose("de")
    assert tr("Pages") == "Seiten"
    language.choose("en")
    assert tr("Pages") == "Pages"


def test_a_marked_message_is_translated_where_it_is_shown() -> None:
    marked = mark("Pages")
    language.choose("de")
    assert (marked, tr(marked)) == ("Pages", "Seiten")


def test_what_nobody_translated_is_shown_as_it_is() -> None:
    language.choose("de")
    assert tr("Carbon Data") == "Carbon Data"
    assert tr("") == ""


def test_a_number_takes_its_form() -> None:
    language.choose("de")
    forms = "{number} sample", "{number} samples"
    assert trn(forms[0], forms[1], 1) == "1 Messpunkt"
    assert trn(forms[0], forms[1], 1_204) == "1.204 Messpunkte"


def test_numbers_are_written_as_in_the_language() -> None:
    assert localised("1,234.5") == "1,234.5"
    language.choose("de")
    assert localised("1,234.5") == "1.234,5"
    assert grouped(1_204) == "1.204"
    assert number_text(98.5, Unit.PERCENT) == "98,5"
    assert number_text(1_243, Unit.MILLISECONDS) == "1.243"
    assert percent_change_text(-4.5) == "\N{MINUS SIGN}4,5 %"
    assert comparison_text(None, 1_250.0, None) == "+1.250 %"


def test_german_keeps_the_capitals_of_its_nouns() -> None:
    assert inside("Error rate") == "error rate"
    language.choose("de")
    assert inside(tr("Error rate")) == "Fehlerrate"


def test_listings_are_whole_messages() -> None:
    language.choose("de")
    assert listing(("A", "B")) == "A und B"
    assert listing(("A", "B", "C", "D")) == "A, B und 2 weitere"


def test_the_pseudo_language_marks_and_lengthens_and_keeps_places() -> None:
    language.choose(PSEUDO)
    shown = tr("Updated {age} ago", age="12 s")
    assert re.fullmatch(r"⟦.*12 s.*⟧", shown)
    assert len(shown) >= 1.4 * len("Updated 12 s ago") - 3
    assert trn("{number} breaker", "{number} breakers", 2).startswith("⟦2 ")


@given(st.text(st.characters(exclude_characters="{}"), min_size=1))
def test_the_pseudo_language_is_longer_than_any_message(text: str) -> None:
    language.choose(PSEUDO)
    try:
        assert len(tr(text)) > len(text)
    finally:
        language.choose("en")
