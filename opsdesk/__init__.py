"""OpsDesk: a desktop status application for team leads and NOC walls."""

__version__ = "0.1.0"
