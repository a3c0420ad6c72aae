r"""Keys as text: ``component.uptime{component="API Gateway"}``, as ``str(key)`` writes them.

A name holds anything but braces, quotes, commas, '=' and control characters; a value anything, with
``\``, ``"`` and line ends escaped.
"""

from __future__ import annotations

import re

from opsdesk.catalogue.language import tr
from opsdesk.model.key import Key, key

LONGEST = 1_000

_METRIC = re.compile(r"[^{}\"\x00-\x1f\x7f]+")
_LABEL = re.compile(r'([^{}",=\s\x00-\x1f\x7f]+)="((?:[^"\\\n]|\\[\\"n])+)"')
_ESCAPED = re.compile(r"\\(.)")


def parse(text: str) -> Key:
    """Return the key that a text names.

    Raises:
        ValueError: it names none, and why.

    """
    if len(text) > LONGEST:
        raise ValueError(tr("a key has at most {number} characters", number=LONGEST))
    metric = _METRIC.match(text)
    if metric is None:
        raise ValueError(tr("{text} does not begin with the id of a metric", text=repr(text)))
    if metric.end() == len(text):
        return key(text)
    if text[metric.end()] != "{" or text[-1] != "}":
        raise _not_labels(text)
    return key(metric[0], _labels(text, metric.end() + 1))


def _labels(text: str, start: int) -> dict[str, str]:
    """Return the labels between the braces; the closing one is the last character."""
    found: dict[str, str] = {}
    while True:
        label = _LABEL.match(text, start, len(text) - 1)
        if label is None:
            raise _not_labels(text)
        name, value = label.groups()
        if name in found:
            raise ValueError(tr("{text}: the label {name} stands twice", text=text, name=name))
        found[name] = _ESCAPED.sub(_unescaped, value)
        if label.end() == len(text) - 1:
            return found
        if text[label.end()] != ",":
            raise _not_labels(text)
        start = label.end() + 1


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] == "n" else match[1]


def _not_labels(text: str) -> ValueError:
    example = 'component.uptime{component="API Gateway"}'
    return ValueError(
        tr(
            "{text}: labels are written as in {example}",
            text=repr(text),
            example=example,
        )
    )
