"""Numbers with the digits that mean something."""

from __future__ import annotations

# Six significant digits are more than any of these figures is known to. More only where six
# would make a whole number of one that is none: 99.99999 must not be written as 100.
_DIGITS = (6, 9, 12)


def short(value: float) -> float:
    """Return ``value`` without the digits that arithmetic added: 98.5 for 98.50000001."""
    if value.is_integer():
        return value
    for digits in _DIGITS:
        rounded = float(f"{value:.{digits}g}")
        if not rounded.is_integer():
            return rounded
    return float(f"{value:.{_DIGITS[-1]}g}")
