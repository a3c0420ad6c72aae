"""The words of OpsDesk as frozen values, and the protocols between its parts.

Values are ``msgspec.Struct`` with ``frozen=True``: as immutable as a frozen dataclass and built
in an eighth of the time, which a refresh of 8,000 readings can feel.
"""
