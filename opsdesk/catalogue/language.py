"""Every visible string in the language of its reader.

The key of a string is the English one. ``resources/translations/<language>.po`` is what people
edit, the ``.mo`` beside it what is read (``dev.py translate`` makes it). Strings of data files are
translated where they are shown, so that exports and wire keep one language.
"""

from __future__ import annotations

import gettext
import io
import locale
import os
import re

from typing_extensions import override

from opsdesk.catalogue import resources

#: the language of the desktop
SYSTEM = "system"
#: no language: every string is marked and 40 % longer, so that what is not translated or does not
#: fit can be seen
PSEUDO = "pseudo"
_SOURCE = "en"

_PLACEHOLDER = re.compile(r"(\{[^{}]*\})")
_ACCENTS = str.maketrans("aeiouAEIOUcnsyz", "áéíóúÁÉÍÓÚçñšýž")
_LONGER_BY = 0.4


class _Pseudo(gettext.NullTranslations):
    """Accents every letter, lengthens every string by 40 %, and puts it in brackets."""

    @override
    def gettext(self, message: str) -> str:
        parts = _PLACEHOLDER.split(message)
        accented = "".join(p if p.startswith("{") else p.translate(_ACCENTS) for p in parts)
        length = sum(len(part) for part in parts if not part.startswith("{"))
        return f"⟦{accented}{'~' * max(1, round(length * _LONGER_BY) - 2)}⟧"

    @override
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


class _Chosen:
    """The language in force: one for the whole process, as its locale is."""

    name = _SOURCE
    strings: gettext.NullTranslations = gettext.NullTranslations()


def languages() -> tuple[str, ...]:
    """Return the languages that there are, English first."""
    found = resources.names("translations", ".mo")
    return (_SOURCE, *(name.removesuffix(".mo") for name in found))


def choices() -> tuple[str, ...]:
    """Return what there is to choose from, that of the desktop first."""
    return (SYSTEM, *languages())


def choose(language: str = SYSTEM) -> None:
    """Take a language; one that is not there is that of the desktop, and else English."""
    name = language if language in (*languages(), PSEUDO) else _of_system()
    if name == PSEUDO:
        _Chosen.strings = _Pseudo()
    elif name != _SOURCE and name in languages():
        content = resources.read_bytes(f"translations/{name}.mo")
        _Chosen.strings = gettext.GNUTranslations(io.BytesIO(content))
    else:
        name, _Chosen.strings = _SOURCE, gettext.NullTranslations()
    _Chosen.name = name


def chosen() -> str:
    """Return the language in force, such as 'de'."""
    return _Chosen.name


def tr(message: str, **values: object) -> str:
    """Return a message in the reader's language, with ``{name}`` replaced by ``values``."""
    text = _Chosen.strings.gettext(message) if message else ""
    return text.format(**values) if values else text


def mark(message: str) -> str:
    """Return a message as it is: it is translated later, where it is shown."""
    return message


def trn(one: str, many: str, number: int, **values: object) -> str:
    """Return the form of a message that goes with a number, which it may name as ``{number}``."""
    text = _Chosen.strings.ngettext(one, many, number)
    return text.format(number=grouped(number), **values)


def grouped(number: int) -> str:
    """Return a whole number with its thousands told apart: '1,204'."""
    return localised(f"{number:,}")


def localised(number: str) -> str:
    """Return an English number, '1,204.5', as the reader's language writes it."""
    if _Chosen.name in (_SOURCE, PSEUDO):
        return number
    example = tr("1,234.5")
    return number.translate({ord(","): example[1], ord("."): example[-2]})


def _of_system() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"):
        if value := os.environ.get(variable, ""):
            return re.split(r"[_.@:]", value)[0].lower()
    return (locale.getlocale()[0] or _SOURCE)[:2].lower()
