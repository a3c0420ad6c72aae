"""Puts together what one poll was answered. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from opsdesk.catalogue.language import tr
from opsdesk.model.errors import Problem, SourceError
from opsdesk.model.key import Key
from opsdesk.model.protocols import Harvest
from opsdesk.model.reading import Reading
from opsdesk.sources.prometheus import questions
from opsdesk.sources.prometheus.asker import Asker
from opsdesk.sources.prometheus.discovery import Discovery
from opsdesk.sources.prometheus.questions import Presence, Question
from opsdesk.sources.prometheus.readings import Context, paced

#: Prometheus shows the last sample of a series for five minutes, unless it knows that there will be
#: no more; less what two clocks may differ, and what a refresh takes
_LOOKBACK = 240.0


def gathered(
    found: Discovery,
    asked: Sequence[Question],
    asker: Asker,
    context: Context,
    presence: Presence,
) -> tuple[Harvest, frozenset[str]]:
    """Return all that was answered, and which packs have given nothing.

    Raises:
        SourceError: all that was asked has failed.

    """
    failed = [asker.failures(one.essential()) for one in asked]
    if failed and all(failed):
        raise SourceError(failed[0][0])
    # what a server warns of, such as a store that is gone, may be why something is lacking
    unanswered = {
        one.query.metric
        for one, why in zip(asked, failed, strict=True)
        if why or asker.warnings(one.asks())
    }
    readings: dict[Key, Reading] = {}
    notes, partial, quiet = [*found.notes], [*found.partial], set()
    for used in found.used:
        before = len(readings)
        for one in asked:
            if one.used is not used:
                continue
            partial += [_partial(one, problem) for problem in asker.failures(one.asks())]
            notes += [f"{tr(used.pack.title)}: {text}" for text in asker.warnings(one.asks())]
            if not asker.failures(one.essential()):
                mapped = questions.map_question(one, context, asker.answers, presence)
                notes += [f"{tr(used.pack.title)}: {note}" for note in mapped.notes]
                for reading in mapped.readings:
                    readings.setdefault(reading.key, reading)
        if len(readings) == before:
            quiet.add(used.pack.id)
    harvest = Harvest(
        readings=paced(readings.values(), found.slow),
        cadence=found.cadence,
        lookback=_LOOKBACK,
        unanswered=found.unanswered | unanswered,
        families=found.families,
        notes=tuple(dict.fromkeys(notes)),
        partial=tuple(dict.fromkeys(partial)),
    )
    return harvest, frozenset(quiet)


def _partial(asked: Question, problem: Problem) -> str:
    return tr(
        "{family}: partial, {metric} failed: {what}. {remedy}",
        family=tr(asked.used.pack.title),
        metric=asked.query.metric,
        what=problem.what,
        remedy=problem.remedy,
    )
