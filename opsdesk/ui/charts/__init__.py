"""Charts over time, in pyqtgraph. Nothing slow is imported before somebody asks for the past."""
