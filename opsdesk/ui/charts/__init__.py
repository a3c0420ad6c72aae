"""Charts over time, in pyqtgraph. Nothing here is imported before a chart has data to show."""
