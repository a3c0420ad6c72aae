"""Where readings come from: one module per kind of source, fetching beside a pure parse."""
