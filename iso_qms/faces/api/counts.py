"""What the server counts for monitoring, in Prometheus' text form; nothing in it names a person."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate
from threading import Lock

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from iso_qms.domain.decision import Decision

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
"""Upper bounds of the durations that are told apart, in seconds."""


class Counts(Collector):
    """Requests by route and status, their durations, verdicts by reason, and how far the journal reaches.

    `position` is asked when the counts are read.
    """

    def __init__(self, position: Callable[[], int]) -> None:
        self._position = position
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: dict[str, list[int]] = {}
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._lock = Lock()
        self._verdicts: Counter[tuple[str, str, str]] = Counter()
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request that was answered."""
        with self._lock:
            self._requests[method, route, status] += 1
            buckets = self._buckets.get(route)
            if buckets is None:
                buckets = self._buckets[route] = [0] * (len(BUCKETS) + 1)
            buckets[bisect_left(BUCKETS, seconds)] += 1
            self._seconds[route] += seconds

    def verdict(self, decision: Decision) -> None:
        """Count one decision that was given."""
        answer = decision.answer
        with self._lock:
            self._verdicts[answer.action, answer.verdict, answer.reason] += 1

    def collect(self) -> Iterator[Metric]:
        """The families as prometheus_client reads them."""
        requests = CounterMetricFamily(
            "iso_qms_http_requests", "Requests answered.", labels=["method", "route", "status"]
        )
        for (method, route, status), count in sorted(self._requests.items()):
            requests.add_metric([method, route, str(status)], count)
        yield requests
        verdicts = CounterMetricFamily(
            "iso_qms_decisions", "Decisions given, by verdict and reason.", labels=["action", "verdict", "reason"]
        )
        for labels, count in sorted(self._verdicts.items()):
            verdicts.add_metric([str(label) for label in labels], count)
        yield verdicts
        yield self._durations()
        yield GaugeMetricFamily("iso_qms_journal_position", "Position of the newest entry.", value=self._position())

    def _durations(self) -> Metric:
        family = HistogramMetricFamily("iso_qms_http_seconds", "Time to answer, by route.", labels=["route"])
        bounds = [*map(str, BUCKETS), "+Inf"]
        for route, buckets in sorted(self._buckets.items()):
            family.add_metric([route], list(zip(bounds, accumulate(buckets), strict=True)), self._seconds[route])
        return family

    def text(self) -> bytes:
        """All of it in the text exposition format."""
        return generate_latest(self._registry)
