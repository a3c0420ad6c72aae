from __future__ import annotations

from pathlib import Path

import pytest
from msgspec import structs

from opsdesk.model.errors import ConfigError
from opsdesk.store.profile import places


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "a b", "x" * 65, "é"])
def test_a_profile_whose_name_is_no_file_name_is_refused(name: str) -> None:
    with pytest.raises(ConfigError, match="not a name for a profile"):
        places(name)


def test_profiles_share_no_file() -> None:
    names = ("one", "other", "one.serve", "one.window", "one.lock", "one.damaged")
    shared = {places("one").own}
    files = [
        path
        for name in names
        for path in structs.asdict(places(name)).values()
        if isinstance(path, Path) and path not in shared
    ]
    assert len(set(files)) == len(files)
