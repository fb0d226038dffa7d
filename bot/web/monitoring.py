"""`GET /metrics`, in Prometheus' text format."""

import os
from collections.abc import Sequence

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector


def monitoring(collectors: Sequence[Collector]) -> Blueprint:
    """What all processes that share a directory have counted, and what `collectors` measure now."""
    blueprint = Blueprint("monitoring", __name__)

    @blueprint.get("/metrics")
    def metrics() -> Response:
        registry = CollectorRegistry()
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        else:
            registry.register(REGISTRY)
        for collector in collectors:
            registry.register(collector)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint
