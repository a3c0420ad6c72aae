"""Where figures contradict one another. Pure.

Nothing is corrected: a finding says what disagrees and rests on figures of the same time. What
rounding of the shown digits explains is no contradiction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from opsdesk.catalogue.language import tr
from opsdesk.catalogue.metrics import Catalogue, ways
from opsdesk.insight.board import subject
from opsdesk.insight.changes import change_percent, change_span, earlier_of
from opsdesk.insight.claims import contradicted
from opsdesk.insight.formula import Term, text_of
from opsdesk.insight.rounding import Span, span_of, span_of_number
from opsdesk.insight.words import LISTED, figure_text, listing, percent_change_text
from opsdesk.model.key import Key, key
from opsdesk.model.metric import Metric, Operation
from opsdesk.model.reading import Reading, Unit
from opsdesk.model.snapshot import Baseline, Computed, Finding

#: figures that cannot be true together
DISAGREEMENT = "disagreement"
#: two accounts of one thing that differ, where it is not said that they are the same
ACCOUNT = "account"

_ACHIEVEMENT = "achievement"
_PATH_MEAN = "trace.path_mean"
_QUANTILE = "latency.quantile"
_SLOWEST = "1"
_RUNBOOK_SAVINGS = "runbook.savings"
_SAVING = "cost.saving"
_SAVINGS_TOTAL = "cost.savings_total"
# Four weeks are the least that people call a month, 52 weeks are mostly taken for a year.
_WEEKS_OF_A_MONTH = Span(4.0, 365.25 / 12 / 7)
_MONTHLY = 52 / 12

Figures = Mapping[str, Sequence[Reading]]


def findings(
    readings: Mapping[Key, Reading],
    computed: Mapping[Key, Sequence[Computed]],
    catalogue: Catalogue,
    baselines: Sequence[Baseline] = (),
    is_stale: Callable[[Reading], bool] = lambda _: False,
) -> tuple[Finding, ...]:
    """Return every contradiction, in the order of the catalogue.

    ``readings`` are those of all sources and those derived from them.
    """
    figures = _by_metric(readings, catalogue)
    found = [
        *_of_computed(readings, computed, catalogue),
        *_of_changes(figures, baselines, catalogue),
        *_of_means(figures, catalogue, is_stale),
        *_of_claims(figures, catalogue, is_stale),
        *_of_accounts(figures, catalogue),
    ]
    order = {id_: position for position, id_ in enumerate(catalogue)}
    return tuple(sorted(found, key=lambda finding: order[finding.keys[0].metric]))


def _by_metric(readings: Mapping[Key, Reading], catalogue: Catalogue) -> Figures:
    """Return the figures that a rule may be about; what is changed, claimed or named here."""
    wanted = {_ACHIEVEMENT, _PATH_MEAN, _QUANTILE, _RUNBOOK_SAVINGS, _SAVING, _SAVINGS_TOTAL}
    wanted |= {metric.id for metric in catalogue.values() if metric.claimed_as}
    found: dict[str, list[Reading]] = {}
    for reading in readings.values():
        metric = reading.key.metric
        if metric in catalogue and (metric in wanted or reading.change is not None):
            found.setdefault(metric, []).append(reading)
    return found


def _of_computed(
    readings: Mapping[Key, Reading],
    computed: Mapping[Key, Sequence[Computed]],
    catalogue: Catalogue,
) -> Iterable[Finding]:
    for of, results in computed.items():
        for result in results:
            if result.agrees is False:
                sentence = _disagreement(readings, result, catalogue)
                yield Finding(kind=DISAGREEMENT, sentence=sentence, keys=(of, *result.inputs))


def _disagreement(readings: Mapping[Key, Reading], result: Computed, catalogue: Catalogue) -> str:
    reported, metric = readings[result.key], catalogue[result.key.metric]
    about = _about(result.key, metric)
    figure = _text(reported, metric)
    if _is_same(metric, result):
        other = readings[result.inputs[0]]
        other_metric = catalogue[other.key.metric]
        return tr(
            "{title}: reported as {reported}, but as {figure} under "
            "\N{LEFT DOUBLE QUOTATION MARK}{other}\N{RIGHT DOUBLE QUOTATION MARK}.",
            title=about,
            reported=figure,
            other=_about(other.key, other_metric),
            figure=_text(other, other_metric),
        )
    return tr(
        "{title}: reported as {reported}, but {formula} gives {figure}.",
        title=about,
        reported=figure,
        formula=result.how,
        figure=text_of(Term(result.value, metric), whole=True),
    )


def _is_same(metric: Metric, result: Computed) -> bool:
    """Tell whether a result is one other figure, under its own name."""
    others = {way.of for way in ways(metric) if way.op is Operation.SAME}
    return tuple(of.metric for of in result.inputs) in others


def _of_changes(
    figures: Figures, baselines: Sequence[Baseline], catalogue: Catalogue
) -> Iterable[Finding]:
    """Hold a change that is reported against the figures that it is a change of."""
    for reading in (reading for of_metric in figures.values() for reading in of_metric):
        earlier = earlier_of(reading.key, baselines)
        if reading.change is None or earlier is None:
            continue
        metric = catalogue[reading.key.metric]
        change = change_percent(earlier.number, reading.number)
        if change is None or not (reading.is_exact and earlier.is_exact):
            continue
        reported = span_of_number(reading.change)
        if not reported.meets(change_span(earlier, reading, metric.unit)):
            sentence = tr(
                "{title}: a change of {reported} is reported, "
                "but from {earlier} to {figure} it is {change}.",
                title=_about(reading.key, metric),
                reported=percent_change_text(reading.change),
                earlier=_text(earlier, metric),
                figure=_text(reading, metric),
                change=percent_change_text(change),
            )
            yield Finding(kind=DISAGREEMENT, sentence=sentence, keys=(reading.key,))


def _of_means(
    figures: Figures, catalogue: Catalogue, is_stale: Callable[[Reading], bool]
) -> Iterable[Finding]:
    """Find paths whose mean is not below the slowest of all requests."""
    slowest = {r.key: r for r in figures.get(_QUANTILE, ())}
    for mean in figures.get(_PATH_MEAN, ()):
        labels = {"quantile": _SLOWEST, "system": mean.key.label("system")}
        maximum = slowest.get(key(_QUANTILE, labels))
        if maximum is None or not _of_one_time(mean, maximum, is_stale):
            continue
        value, limit = mean.number, maximum.number
        # A path that was taken once may well have been the slowest.
        if value is None or limit is None or value < limit or mean.samples == 1:
            continue
        sentence = tr(
            "{path} takes {mean} on average, but the slowest of all requests took {maximum}.",
            path=mean.key.label("path"),
            mean=_text(mean, catalogue[_PATH_MEAN]),
            maximum=_text(maximum, catalogue[_QUANTILE]),
        )
        yield Finding(kind=DISAGREEMENT, sentence=sentence, keys=(mean.key, maximum.key))


def _of_one_time(first: Reading, second: Reading, is_stale: Callable[[Reading], bool]) -> bool:
    """Tell whether two figures are about the same requests."""
    return (
        first.is_exact
        and second.is_exact
        and first.window == second.window
        and is_stale(first) == is_stale(second)
    )


def _of_claims(
    figures: Figures, catalogue: Catalogue, is_stale: Callable[[Reading], bool]
) -> Iterable[Finding]:
    """Find texts that claim more than the figures say."""
    for text in figures.get(_ACHIEVEMENT, ()):
        if not isinstance(text.value, str):
            continue
        system = text.key.label("system")
        for metric in (metric for metric in catalogue.values() if metric.claimed_as):
            of = [
                reading
                for reading in figures.get(metric.id, ())
                if reading.key.label("system") == system and is_stale(reading) == is_stale(text)
            ]
            against = contradicted(text.value, metric, of)
            if against:
                yield _claim(text, against, metric)


def _claim(text: Reading, against: Sequence[Reading], metric: Metric) -> Finding:
    names = [_named(reading, metric) for reading in against[:LISTED]]
    sentence = tr(
        "\N{LEFT DOUBLE QUOTATION MARK}{claim}\N{RIGHT DOUBLE QUOTATION MARK} "
        "is more than the figures say: {figures}.",
        claim=tr(str(text.value)),
        figures=listing(names, len(against)),
    )
    keys = (text.key, *(reading.key for reading in against))
    return Finding(kind=DISAGREEMENT, sentence=sentence, keys=keys)


def _of_accounts(figures: Figures, catalogue: Catalogue) -> Iterable[Finding]:
    """Find savings of runbooks that no item of the savings of all can hold."""
    for saving in figures.get(_RUNBOOK_SAVINGS, ()):
        labels = {"system": saving.key.label("system")}
        whole = next(
            (r for r in figures.get(_SAVINGS_TOTAL, ()) if r.key == key(_SAVINGS_TOTAL, labels)),
            None,
        )
        items = [r for r in figures.get(_SAVING, ()) if r.key.label("system") == labels["system"]]
        if whole is None or not items or _may_hold(saving, (whole, *items)):
            continue
        monthly = (saving.number or 0.0) * _MONTHLY
        sentence = tr(
            "Runbooks are said to save {weekly}, about {monthly}; "
            "no item of the {total} in "
            "\N{LEFT DOUBLE QUOTATION MARK}{title}\N{RIGHT DOUBLE QUOTATION MARK} is as large.",
            weekly=_text(saving, catalogue[_RUNBOOK_SAVINGS]),
            monthly=_monthly(monthly, catalogue[_SAVINGS_TOTAL]),
            title=_about(whole.key, catalogue[_SAVINGS_TOTAL]),
            total=_text(whole, catalogue[_SAVINGS_TOTAL]),
        )
        yield Finding(kind=ACCOUNT, sentence=sentence, keys=(whole.key, saving.key))


def _may_hold(saving: Reading, amounts: Sequence[Reading]) -> bool:
    """Tell whether one amount is as large, or the whole is it; also where that is not known.

    The whole comes first: it holds the saving by being it, not by being larger.
    """
    if any(reading.number is None or not reading.is_exact for reading in (saving, *amounts)):
        return True
    weekly = span_of(saving, Unit.USD_PER_WEEK)
    monthly = Span(
        min(weekly.low * _WEEKS_OF_A_MONTH.low, weekly.low * _WEEKS_OF_A_MONTH.high),
        max(weekly.high * _WEEKS_OF_A_MONTH.low, weekly.high * _WEEKS_OF_A_MONTH.high),
    )
    whole, *items = (span_of(reading, Unit.USD_PER_MONTH) for reading in amounts)
    return whole.meets(monthly) or any(item.high >= monthly.low for item in items)


def _monthly(amount: float, metric: Metric) -> str:
    # To three digits: the length of a month is no better known.
    return text_of(Term(float(f"{amount:.3g}"), metric), whole=True)


def _about(of: Key, metric: Metric) -> str:
    """Return what a figure is: 'Saving (Debugging time)'."""
    name = subject(of)
    title = tr(metric.title)
    return tr("{title} ({subject})", title=title, subject=name) if name else title


def _named(reading: Reading, metric: Metric) -> str:
    """Return a figure with its name: 'Runbooks 85 %'."""
    name = subject(reading.key) or tr(metric.title)
    return tr("{name} {figure}", name=name, figure=_text(reading, metric))


def _text(reading: Reading, metric: Metric) -> str:
    return figure_text(reading, metric, reading.at)
