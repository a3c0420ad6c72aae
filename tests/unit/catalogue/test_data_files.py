"""The shipped data files, and what a user adds to them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from opsdesk.catalogue import data, metrics, pages, resources
from opsdesk.insight.page_headline import RULES
from opsdesk.model.errors import ConfigError
from opsdesk.model.metric import Direction
from opsdesk.ui.theme import Theme

QUEUE = """
[[metric]]
id = "queue.depth"
title = "Queue depth"
section = "Queues"
unit = "count"
definition = "Messages that wait."
labels = ["queue"]
direction = "down"
degraded = 100
critical = 1000
"""
PAGE = """
id = "queues"
title = "Queues"
order = 99
headline = "system"

[[panel]]
kind = "rows"
title = "Queues"
metrics = ["queue.depth"]
span = 12
"""


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> str:
    """Write one of a user's own files; return its path as errors name it."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding)
    return str(path)


class TestWhatIsShipped:
    @pytest.mark.parametrize("name", resources.names("catalogue", ".toml"))
    def test_every_catalogue_entry_says_what_it_is(self, name: str) -> None:
        text = resources.read_text(f"catalogue/{name}")
        ids = [entry["id"] for entry in tomllib.loads(text)["metric"]]
        catalogue = metrics.load()
        assert ids
        for metric in (catalogue[found] for found in ids):
            assert metric.definition.endswith("."), metric.id
            assert metric.title, metric.id
            assert metric.section, metric.id

    def test_a_metric_with_thresholds_says_which_way_is_better(self) -> None:
        for metric in metrics.load().values():
            if metric.degraded is not None or metric.critical is not None:
                assert metric.direction is not Direction.NONE, metric.id

    @pytest.mark.parametrize("page", pages.load(metrics.load()), ids=lambda page: page.id)
    def test_every_page_can_be_shown(self, page: pages.Page) -> None:
        assert page.panel
        assert page.headline in RULES
        assert {metric for panel in page.panel for metric in panel.metrics} <= set(metrics.load())

    def test_pages_stand_in_the_order_that_they_give(self) -> None:
        order = [page.order for page in pages.load(metrics.load())]
        assert order == sorted(order)
        assert len(order) == len(resources.names("pages", ".toml"))

    @pytest.mark.parametrize("name", resources.names("themes", ".toml"))
    def test_every_theme_has_every_colour(self, name: str) -> None:
        found = data.decode(resources.read_text(f"themes/{name}"), Theme, name)
        assert found.title


class TestWhatAUserAdds:
    def test_a_metric_stands_behind_those_that_are_shipped(self, tmp_path: Path) -> None:
        write(tmp_path, "catalogue/queue.toml", QUEUE)
        catalogue = metrics.load(tmp_path)
        assert list(catalogue) == [*metrics.load(), "queue.depth"]
        assert catalogue["queue.depth"].critical == 1000

    def test_a_page_shows_it(self, tmp_path: Path) -> None:
        write(tmp_path, "catalogue/queue.toml", QUEUE)
        write(tmp_path, "pages/queues.toml", PAGE)
        found = pages.load(metrics.load(tmp_path), tmp_path)
        assert [page.id for page in found][-1] == "queues"
        assert found[-1].panel[0].metrics == ("queue.depth",)

    def test_a_page_of_the_same_id_replaces_the_shipped_one(self, tmp_path: Path) -> None:
        own = 'id = "overview"\ntitle = "Mine"\norder = 1\nheadline = "breakers"\n'
        write(tmp_path, "pages/mine.toml", own)
        found = pages.load(metrics.load(), tmp_path)
        assert len(found) == len(pages.load(metrics.load()))
        assert [page.title for page in found if page.id == "overview"] == ["Mine"]

    def test_nothing_is_nothing(self, tmp_path: Path) -> None:
        assert metrics.load(tmp_path) == metrics.load(tmp_path / "not-there") == metrics.load()

    def test_other_files_are_left_alone(self, tmp_path: Path) -> None:
        write(tmp_path, "catalogue/queue.toml~", "not TOML")
        assert metrics.load(tmp_path) == metrics.load()

    def test_a_mark_before_the_first_character_is_no_error(self, tmp_path: Path) -> None:
        write(tmp_path, "catalogue/queue.toml", QUEUE, encoding="utf-8-sig")
        assert "queue.depth" in metrics.load(tmp_path)


class TestMistakesInTheCatalogue:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("[[metric]]\nid = \n", r", line 2: not valid TOML: .*\. Correct it there\."),
            ("[[metric", ", line 1: not valid TOML: Expected"),
            ('[[metric]]\nid = "a"\n', r"field `title` is missing - at `\$\.metric\[0\]`"),
            (QUEUE.replace('"count"', '"litres"'), r"'litres' is none of .*'USD'.*\.unit"),
            (
                QUEUE.replace("100", '"many"', 1),
                r"a number \| nothing is wanted, not a text.*\.degraded",
            ),
            (QUEUE + "colour = 1\n", r"no field `colour` - at `\$\.metric\[0\]`"),
            ("[metrics]\n", "no field `metrics`; perhaps `metric` is meant"),
            (QUEUE.replace("queue.depth", ""), "metric 'Queue depth' has an empty id. Give it one"),
            (QUEUE + "low = 5\nhigh = 1\n", "'queue.depth': low is above high. Exchange them"),
            (QUEUE.replace('direction = "down"', ""), "'queue.depth': has thresholds. Add direct"),
            (QUEUE.replace('"down"', '"up"'), "critical must be worse than degraded. Exchange"),
        ],
    )
    def test_are_told_with_file_place_and_remedy(
        self, tmp_path: Path, text: str, words: str
    ) -> None:
        file = write(tmp_path, "catalogue/mine.toml", text)
        with pytest.raises(ConfigError, match=words) as caught:
            metrics.load(tmp_path)
        said = str(caught.value)
        assert said.startswith(file)
        assert said.endswith(".")

    @pytest.mark.parametrize(
        ("computation", "words"),
        [
            ('{ op = "mean", of = ["queue.size"] }', "is computed from 'queue.size', which the ca"),
            ('{ op = "ratio", of = ["errors.rate"] }', "'ratio' takes 2 in 'of', not 1. Name so"),
            ('{ op = "sum", of = [] }', "'sum' takes 1 in 'of', not 0"),
            ('{ op = "same", of = ["queue.depth"] }', "from itself: queue.depth, queue.depth. Cu"),
            (
                '{ op = "mean", of = ["errors.rate"], covers = ["errors.rate"] }',
                "'covers' takes two metrics",
            ),
            (
                '{ op = "median", of = ["errors.rate"] }',
                r"'median' is none of 'sum', .*\[0\]\.compute",
            ),
        ],
    )
    def test_a_computation_that_cannot_be_done_is_refused(
        self, tmp_path: Path, computation: str, words: str
    ) -> None:
        text = QUEUE + f"compute = {computation}\n"
        file = write(tmp_path, "catalogue/mine.toml", text)
        with pytest.raises(ConfigError, match=words) as caught:
            metrics.load(tmp_path)
        assert str(caught.value).startswith(f"{file}, line ")

    def test_a_circle_of_figures_is_refused_and_checks_may_be_mutual(self, tmp_path: Path) -> None:
        other = QUEUE.replace("queue.depth", "queue.size")
        ways = '[{ op = "same", of = ["queue.depth"] }]', '[{ op = "same", of = ["queue.size"] }]'
        file = write(
            tmp_path,
            "catalogue/mine.toml",
            f"{other}checks = {ways[0]}\n{QUEUE}checks = {ways[1]}\n",
        )
        assert metrics.load(tmp_path)["queue.size"].checks[0].of == ("queue.depth",)
        text = f"{other}compute = {ways[0][1:-1]}\n{QUEUE}compute = {ways[1][1:-1]}\n"
        write(tmp_path, "catalogue/mine.toml", text)
        with pytest.raises(ConfigError, match="is computed from itself") as caught:
            metrics.load(tmp_path)
        assert str(caught.value).startswith(f"{file}, line ")

    def test_an_id_that_is_taken_names_both_files(self, tmp_path: Path) -> None:
        first = write(tmp_path, "catalogue/a.toml", QUEUE)
        write(tmp_path, "catalogue/b.toml", QUEUE)
        with pytest.raises(ConfigError) as caught:
            metrics.load(tmp_path)
        second = first.replace("a.toml", "b.toml")
        assert str(caught.value) == (
            f"{second}, line 3: metric 'queue.depth' stands in {first} already. "
            "Rename one of them, or adjust it with [[adjust]]."
        )

    def test_what_is_expected_of_a_shipped_metric_is_its_users_to_say(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            "catalogue/own.toml",
            '[[adjust]]\nid = "errors.rate"\ndegraded = 0.5\nobjective = 99.9\nlasts = 0\n',
        )
        before, after = metrics.load()["errors.rate"], metrics.load(tmp_path)["errors.rate"]
        assert (after.degraded, after.objective, after.lasts) == (0.5, 99.9, 0.0)
        assert (after.critical, after.compute) == (before.critical, before.compute)
        assert list(metrics.load(tmp_path)) == list(metrics.load())

    @pytest.mark.parametrize(
        ("adjusted", "why"),
        [
            ('id = "errors.rat"', "there is no metric 'errors.rat' to adjust"),
            ('id = "errors.rate"\ndegraded = 50', "critical must be worse than degraded"),
            ('id = "errors.rate"\nobjective = 100', "objective"),
            ('id = "latency.quantile"\nobjective = 99.9', 'unit = "percent" and a direction'),
            ('id = "errors.rate"\ntitle = "Mine"', "title"),
            ('id = "breaker.state"\nimpacts = { db = "vital" }', "vital"),
        ],
    )
    def test_an_adjustment_that_cannot_be_is_refused_where_it_stands(
        self, tmp_path: Path, adjusted: str, why: str
    ) -> None:
        write(tmp_path, "catalogue/own.toml", f"\n[[adjust]]\n{adjusted}\n")
        with pytest.raises(ConfigError, match=why):
            metrics.load(tmp_path)

    def test_the_shipped_metrics_cannot_be_redefined(self, tmp_path: Path) -> None:
        write(tmp_path, "catalogue/mine.toml", QUEUE.replace("queue.depth", "errors.rate"))
        with pytest.raises(
            ConfigError, match=r"stands in resources/catalogue/20_traffic\.toml already"
        ):
            metrics.load(tmp_path)

    @pytest.mark.parametrize("content", [b"\xff\xfe", None], ids=["not UTF-8", "a folder"])
    def test_a_file_that_cannot_be_read(self, tmp_path: Path, content: bytes | None) -> None:
        path = tmp_path / "catalogue" / "mine.toml"
        path.parent.mkdir()
        if content is None:
            path.mkdir()
        else:
            path.write_bytes(content)
        with pytest.raises(ConfigError, match=r"mine.toml: cannot be read: .* Correct or remove"):
            metrics.load(tmp_path)


def test_a_page_may_show_what_a_followed_opsdesk_alone_describes(tmp_path: Path) -> None:
    page = PAGE.replace("queue.depth", "acme.orders")
    listed = f'described_by_sources = ["acme.orders"]\n{page}'
    write(tmp_path, "pages/mine.toml", page)
    with pytest.raises(ConfigError, match="or list it in described_by_sources"):
        pages.load(metrics.load(), tmp_path)
    write(tmp_path, "pages/mine.toml", listed)
    found = next(page for page in pages.load(metrics.load(), tmp_path) if page.id == "queues")
    assert found.panel[0].metrics == ("acme.orders",)


class TestMistakesOnAPage:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (PAGE + 'beside = ["queue.size"]\n', "line 12: panel 'Queues': the catalogue has"),
            (PAGE.replace("queue.depth", "queue.size"), "'Queues': the catalogue has no metric 'q"),
            (PAGE.replace("span = 12", "span = 13"), "'Queues': span is 13. Give 1 to 12 columns"),
            (PAGE.replace("span = 12", "span = 0"), "'Queues': span is 0. Give 1 to 12 columns"),
            (PAGE + 'names = ["One", "Two"]\n', "'Queues': 2 names for 1 metrics. Give one for"),
            (
                PAGE.replace('"rows"', '"pie"'),
                r"'pie' is none of 'hero', .* - at `\$\.panel\[0\]\.k",
            ),
            (PAGE.replace('"system"', '"weather"'), r"'weather' is none of 'system', .*headline"),
            (PAGE.replace("order = 99", ""), "the field `order` is missing"),
            (PAGE + "colour = 1\n", "no field `colour`"),
        ],
    )
    def test_are_told_with_file_place_and_remedy(
        self, tmp_path: Path, text: str, words: str
    ) -> None:
        write(tmp_path, "catalogue/queue.toml", QUEUE)
        file = write(tmp_path, "pages/mine.toml", text)
        catalogue = metrics.load(tmp_path)
        with pytest.raises(ConfigError, match=words) as caught:
            pages.load(catalogue, tmp_path)
        assert str(caught.value).startswith(file)

    def test_two_of_a_users_pages_do_not_hide_one_another(self, tmp_path: Path) -> None:
        write(tmp_path, "catalogue/queue.toml", QUEUE)
        write(tmp_path, "pages/a.toml", PAGE)
        write(tmp_path, "pages/b.toml", PAGE)
        catalogue = metrics.load(tmp_path)
        with pytest.raises(
            ConfigError, match=r"b\.toml, line 2: page 'queues' stands twice. Rename"
        ):
            pages.load(catalogue, tmp_path)
