"""What CONTRIBUTING shows is read by OpsDesk as it stands there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from opsdesk.catalogue import metrics, packs, pages
from opsdesk.model.metric import Direction, Kind
from opsdesk.model.pack import Query
from opsdesk.model.page import HeadlineRule, PanelKind
from opsdesk.model.reading import Unit

TEXT = (Path(__file__).parents[3] / "CONTRIBUTING.md").read_text("utf-8")


def test_a_figure_of_ones_own(tmp_path: Path) -> None:
    for name, block in re.findall(r"```toml\n# (\S+\.toml): (.*?)```", TEXT, re.DOTALL):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text(f"# {block}", "utf-8")
    catalogue = metrics.load(tmp_path)
    (pack,) = (pack for pack in packs.load(tmp_path) if pack.id == "disk")
    (page,) = (page for page in pages.load(catalogue, tmp_path) if page.id == "disks")
    assert page.panel[0].metrics == (pack.query[0].metric,)
    assert catalogue["disk.free"].labels == tuple(pack.query[0].labels)


@pytest.mark.parametrize(
    ("field", "known"),
    [
        ("`kind` of a metric", Kind),
        ("`unit`", Unit),
        ("`direction`", Direction),
        ("`kind` of a query", [one.__struct_config__.tag for one in get_args(Query)]),
        ("`headline`", HeadlineRule),
        ("`kind` of a panel", PanelKind),
    ],
)
def test_all_words_are_listed(field: str, known: Iterable[str]) -> None:
    assert f"| {field} | {', '.join(f'`{word}`' for word in known)} |" in TEXT.splitlines()
