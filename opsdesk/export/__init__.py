"""A snapshot as CSV or JSON in a file."""
