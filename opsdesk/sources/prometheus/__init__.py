"""Prometheus-compatible servers: Prometheus, Thanos, Mimir, VictoriaMetrics."""

from opsdesk.sources.prometheus.source import PrometheusSource

__all__ = ["PrometheusSource"]
