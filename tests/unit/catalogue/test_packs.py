"""Packs: data that is checked when it is read, and PromQL that the real engine accepts."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from support.needs import need

from opsdesk.catalogue import metrics, packs
from opsdesk.model.errors import ConfigError
from opsdesk.model.pack import LastEvent, OneHot, Pack, Share
from opsdesk.model.reading import BreakerState
from opsdesk.sources.prometheus import plan
from opsdesk.sources.prometheus.plan import Terms

PACK = """
id = "mine"
title = "Mine"
panel = "components"
precedence = 5
variant = [{ metric = "my_up" }]
[[query]]
kind = "number"
metric = "component.uptime"
query = "my_up{QUERY}"
at = "timestamp(my_up)"
labels = { component = "job" }
"""


def own(folder: Path, text: str) -> Path:
    (folder / "packs").mkdir()
    (folder / "packs" / "mine.toml").write_text(text, "utf-8")
    return folder


def every() -> list[Pack]:
    return list(packs.load())


def test_the_packs_that_come_with_opsdesk() -> None:
    ids = {pack.id for pack in every()}
    assert {"up", "probe_success", "resilience4j", "fluxgate", "opossum"} <= ids
    assert {"http_otel", "http_otel_old", "http_generic", "http_spring", "http_prometheus"} <= ids


def test_every_metric_that_a_pack_yields_is_in_the_catalogue_with_its_labels() -> None:
    catalogue = metrics.load()
    for pack in every():
        for query in pack.query:
            metric = catalogue[query.metric]
            given = {*query.labels, *query.fixed}
            given |= {"quantile"} if query.metric == "latency.quantile" else set()
            assert set(metric.labels) <= given, pack.id
            assert given <= {*metric.labels, *metric.optional_labels}, pack.id


def test_an_application_stands_before_prometheus_itself() -> None:
    http = [pack for pack in every() if pack.panel == "http"]
    assert http[-1].id == "http_prometheus"
    assert all(pack.exclusive for pack in http)
    assert not any(pack.exclusive for pack in every() if pack.panel == "breakers")


@pytest.mark.parametrize("pack", ["resilience4j", "fluxgate"])
def test_the_six_states_of_a_one_hot_breaker(pack: str) -> None:
    (query,) = (
        query
        for found in every()
        if found.id == pack
        for query in found.query
        if isinstance(query, OneHot)
    )
    assert query.states == {
        "closed": BreakerState.CLOSED,
        "open": BreakerState.OPEN,
        "half_open": BreakerState.HALF_OPEN,
        "forced_open": BreakerState.FORCED_OPEN,
        "disabled": BreakerState.DISABLED,
        "metrics_only": BreakerState.DISABLED,
    }
    assert query.state_notes["metrics_only"] == "not protecting"


def test_a_users_own_pack_is_added_in_its_precedence(tmp_path: Path) -> None:
    found = packs.load(own(tmp_path, PACK.replace("{QUERY}", "")))
    assert found[0].id == "mine"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (PACK.replace('id = "mine"', 'id = "up"'), "stands twice"),
        (PACK.replace("{QUERY}", "[$rage]"), r"unknown variable \$rage"),
        (PACK.replace("{QUERY}", '{a=~\\"b$\\"}'), r"Write \$\$"),
        (PACK.replace('"number"', '"guess"'), "guess"),
        (PACK.replace("precedence = 5", "precedence = 5\ncolour = 1"), "colour"),
        (PACK.replace('variant = [{ metric = "my_up" }]', "variant = []"), "variant"),
        ("not toml", "not valid TOML"),
        (
            PACK.replace('"number"', '"share"') + 'of = "x"\nnote = "{parts} up"',
            "in braces, nothing else",
        ),
    ],
)
def test_a_wrong_pack_is_refused_with_its_file_and_the_reason(
    tmp_path: Path, text: str, words: str
) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        packs.load(own(tmp_path, text))
    assert "mine.toml" in str(caught.value)


def promql(pack: Pack, terms: Terms) -> list[str]:
    """Return all that this pack may ever ask, for every variant."""
    found = []
    for variant in pack.variant:
        found += [plan.render_check(check.query, variant, terms) for check in pack.check]
        for query in pack.query:
            found.append(plan.render(query.at, query, variant, terms))
            if isinstance(query, LastEvent):
                found.append(plan.events(query, variant, terms, 3600, terms.step))
            else:
                found.append(plan.value(query, variant, terms))
            if isinstance(query, Share):
                found.append(plan.render(query.of, query, variant, terms))
            if isinstance(query, Share) and query.seen:
                found += plan.presence(query, variant, terms)
            if isinstance(query, OneHot):
                found.append(plan.tripped(query, variant, terms, 3600, terms.step))
    return found


QUOTED_LABEL = re.compile(r"""[{,] *"[^"]+" *[=!]""")


@pytest.mark.parametrize(
    ("pack", "label"),
    [("http_otel", "http_response_status_code"), ("http_otel_old", "http_status_code")],
)
def test_a_server_that_keeps_dots_is_asked_for_labels_with_dots(pack: str, label: str) -> None:
    (found,) = (one for one in every() if one.id == pack)
    (query,) = (one for one in found.query if isinstance(one, Share))
    for variant in found.variant:
        dotted = "." in variant.metric
        status = f'"{label.replace("_code", "+code").replace("_", ".")}"' if dotted else label
        status = status.replace("+code", "_code")
        for template in (query.query, query.of):
            asked = plan.render(template, query, variant, Terms(interval=30.0))
            assert bool(QUOTED_LABEL.search(asked)) is dotted
            assert f'{{__name__="{variant.metric}", {status}' in asked


@pytest.mark.parametrize("pack", every(), ids=lambda pack: pack.id)
def test_the_real_engine_accepts_every_query(pack: Pack, tmp_path: Path) -> None:
    promtool = need("promtool")
    told = subprocess.run([promtool, "--version"], capture_output=True, text=True, check=True)
    # labels with dots are quoted, which Prometheus knows from 3 on; none before has such labels
    knows_dots = "version 2." not in told.stdout + told.stderr
    queries = [
        query
        for terms in (Terms(interval=1.0, young=True), Terms(interval=30.0, metricsql=True))
        for query in promql(pack, terms)
        if knows_dots or not QUOTED_LABEL.search(query)
    ]
    rules = [{"record": f"check:{at}", "expr": query} for at, query in enumerate(queries)]
    file = tmp_path / "rules.yml"
    file.write_text(json.dumps({"groups": [{"name": pack.id, "rules": rules}]}), "utf-8")
    done = subprocess.run(
        [promtool, "check", "rules", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(queries)} rules found" in done.stdout


def evaluated(folder: Path, wanted: dict[str, float], series: dict[str, str]) -> None:
    """Check with the real engine what expressions of one result give after ten minutes."""
    tests = [
        {"expr": expr, "eval_time": "10m", "exp_samples": [{"labels": "{}", "value": value}]}
        for expr, value in wanted.items()
    ]
    given = [{"series": name, "values": values} for name, values in series.items()]
    test = {"interval": "30s", "input_series": given, "promql_expr_test": tests}
    file = folder / "values.yml"
    file.write_text(json.dumps({"evaluation_interval": "30s", "tests": [test]}), "utf-8")
    done = subprocess.run(
        [need("promtool"), "test", "rules", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def rendered(pack_id: str, metric: str, at: int = 0) -> tuple[str, str]:
    """Return the value of a query and its whole ('' where it has none), without labels."""
    (pack,) = (found for found in every() if found.id == pack_id)
    query = [found for found in pack.query if found.metric == metric][at]
    terms = Terms(interval=30.0)
    value = plan.value(query, pack.variant[0], terms)
    whole = plan.render(query.of, query, pack.variant[0], terms) if isinstance(query, Share) else ""
    return f"sum({value})", f"sum({whole})" if whole else ""


REPLICAS = ('replica="0"', 'replica="1"')


def twice(series: dict[str, str]) -> dict[str, str]:
    """Return series as two replicas of the server see them."""
    return {
        name.replace("}", f",{replica}}}"): values
        for name, values in series.items()
        for replica in REPLICAS
    }


@pytest.mark.parametrize("pack", ["up", "probe_success"])
@pytest.mark.parametrize("label", ["metrics_path", "endpoint", "module", "service"])
def test_of_two_targets_with_one_address_each_counts(pack: str, label: str, tmp_path: Path) -> None:
    one = f'{pack}{{job="kubelet",instance="node:10250",{label}='
    series = twice({f'{one}"a"}}': "1x30", f'{one}"b"}}': "0x30"})
    part, whole = rendered(pack, "component.instances_up")
    evaluated(tmp_path, {part: 1, whole: 2}, series)


def test_opossums_failures_are_counted_once_however_many_servers_see_them(tmp_path: Path) -> None:
    series = {
        'up{job="a",instance="x"}': "1x30",
        'up{job="a",instance="y"}': "1x30",
        'circuit{name="inv",job="a",instance="x",event="fire"}': "9x30",
        'circuit{name="inv",job="a",instance="y",event="fire"}': "9x30",
        # born with its first value while its target was being scraped
        'circuit{name="inv",job="a",instance="x",event="failure"}': "_x9 3x20",
        'circuit{name="inv",job="a",instance="x",event="timeout"}': "_x9 2x20",
        'circuit{name="inv",job="a",instance="y",event="failure"}': "_x9 4x20",
    }
    failures, _ = rendered("opossum", "breaker.failures")
    evaluated(tmp_path, {failures: 9}, twice(series))


def test_instances_behind_one_target_are_not_merged(tmp_path: Path) -> None:
    """A gateway gives many instances, whose own label the scrape calls exported_instance."""
    name = "resilience4j_circuitbreaker_buffered_calls"
    one = f'{name}{{name="pay",job="gate",instance="gate:1",kind="failed",exported_instance='
    series = twice({f'{one}"a"}}': "2x30", f'{one}"b"}}': "5x30"})
    failures, _ = rendered("resilience4j", "breaker.failures")
    evaluated(tmp_path, {failures: 7}, series)
