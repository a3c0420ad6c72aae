"""Snapshots as they stand in files: the types, and the way there and back."""
