"""Notices to the person at this desktop."""
