"""What the service counts; Prometheus reads it at `/metrics`.

Several processes share the directory that `PROMETHEUS_MULTIPROC_DIR` names, which must be set
before this module is imported: https://prometheus.github.io/client_python/multiprocess/
"""

from prometheus_client import Counter, Histogram

DELIVERIES = Counter(
    "canon_deliveries_total",
    "Webhook deliveries by event and by what became of them",
    ["event", "result"],
)
ACKNOWLEDGE_SECONDS = Histogram(
    "canon_acknowledge_seconds",
    "From a delivery's arrival to its answer",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
JOBS = Counter("canon_jobs_total", "Jobs by how they ended", ["result"])
JOB_SECONDS = Histogram(
    "canon_job_seconds",
    "How long jobs take",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600),
)
