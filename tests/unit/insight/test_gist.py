"""What a card says of many readings as one."""

from __future__ import annotations

from datetime import timedelta

import msgspec
from support.readings import NOW, reading

from opsdesk.insight.gist import gist
from opsdesk.model.reading import Origin


def test_it_is_as_old_as_the_oldest_and_names_every_origin() -> None:
    old = reading("errors.rate", 1.0, at=NOW - timedelta(hours=1))
    new = msgspec.structs.replace(reading("cost.saving", 2.0), origin=Origin.REPORTED)
    found = gist([new, old])
    assert found.readings == (new, old)
    assert found.oldest is old
    assert found.origins == {Origin.MEASURED, Origin.REPORTED}


def test_of_nothing_there_is_no_age() -> None:
    assert gist([]).oldest is None
    assert not gist([]).origins
