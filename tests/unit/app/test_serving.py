from __future__ import annotations

import pytest

from opsdesk.app import serving
from opsdesk.serve.guard import Listening


def test_a_bug_that_ends_the_refreshing_ends_the_serving(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_parts: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(serving, "Works", broken)
    order = serving.ServeOrder(url="http://127.0.0.1:9", listening=Listening(port=0))
    with pytest.raises(ZeroDivisionError, match="a bug"):
        serving.serve(order, lambda _where: None)
