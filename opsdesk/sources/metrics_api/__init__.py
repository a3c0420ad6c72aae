"""The source of kind ``opsdesk``: the metrics API v1, which OpsDesk serves and anyone may."""

from opsdesk.sources.metrics_api.source import MetricsApiSource

__all__ = ["MetricsApiSource"]
