"""What sources know beyond readings, put together: baselines, metrics, findings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from opsdesk.model.key import Key
from opsdesk.model.metric import Metric
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import Reading
from opsdesk.model.snapshot import Baseline, Finding


def baselines(harvests: Iterable[Harvest]) -> tuple[Baseline, ...]:
    """Return the baselines of all sources; those of one name are one.

    Where several give a key, the first of them; harvests are by priority.
    """
    found: dict[str, list[Baseline]] = {}
    for harvest in harvests:
        for baseline in harvest.baselines:
            found.setdefault(baseline.name, []).append(baseline)
    return tuple(_one(same) for same in found.values())


def _one(same: Sequence[Baseline]) -> Baseline:
    first = same[0]
    if len(same) == 1:
        return first
    readings: dict[Key, Reading] = {}
    for baseline in reversed(same):
        readings |= baseline.readings
    period = next((baseline.period for baseline in same if baseline.period), "")
    return Baseline(name=first.name, period=period, readings=MappingProxyType(readings))


def learned(harvests: Iterable[Harvest], known: Mapping[str, Metric]) -> Mapping[str, Metric]:
    """Return the metrics that sources describe and our own catalogue does not."""
    found: dict[str, Metric] = {}
    for harvest in harvests:
        for metric in harvest.metrics:
            if metric.id not in known:
                found.setdefault(metric.id, metric)
    return MappingProxyType(found)


def findings(own: Iterable[Finding], harvests: Iterable[Harvest]) -> tuple[Finding, ...]:
    """Return our own findings and those of sources, each once.

    The same kind about the same figures is the same finding, whatever its words.
    """
    found: list[Finding] = []
    subjects: set[tuple[str, frozenset[Key]]] = set()
    sentences: set[str] = set()
    for finding in (*own, *(finding for harvest in harvests for finding in harvest.findings)):
        subject = (finding.kind, frozenset(finding.keys))
        if finding.sentence in sentences or (finding.keys and subject in subjects):
            continue
        found.append(finding)
        subjects.add(subject)
        sentences.add(finding.sentence)
    return tuple(found)
