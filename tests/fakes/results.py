from collections.abc import Sequence
from dataclasses import replace

from bot.domain.observation import TestRuns
from bot.ports.testing import CategoryRecord


class FakeResults:
    """The `TestResults` port in memory; `heads` says which commit a run is of."""

    def __init__(self) -> None:
        self.records: list[CategoryRecord] = []
        self.logs: dict[tuple[int, int, str], bytes] = {}
        self.heads: dict[int, str] = {}

    def record(self, record: CategoryRecord, log: bytes) -> None:
        key = (record.run, record.issue, record.result.category)
        self.records = [it for it in self.records if self._key(it) != key]
        self.records.append(record)
        self.logs[key] = log

    def take_over(self, record: CategoryRecord, run: int) -> None:
        self.record(replace(record, run=run), self.logs[self._key(record)])

    def of_run(self, run: int) -> Sequence[CategoryRecord]:
        return sorted((it for it in self.records if it.run == run), key=self._key)

    def of_commit(self, repository_id: int, commit: str) -> Sequence[CategoryRecord]:
        del repository_id
        on_commit = [it for it in self.records if self.heads.get(it.run) == commit]
        latest = {(it.issue, it.result.category): it for it in sorted(on_commit, key=self._age)}
        return list(latest.values())

    def latest(self, repository_id: int, issue: int, commit: str) -> TestRuns | None:
        found = [it for it in self.of_commit(repository_id, commit) if it.issue == issue]
        results = tuple(it.result for it in found)
        return TestRuns(commit=commit, results=results) if found else None

    def log(self, run: int, issue: int, category: str) -> bytes | None:
        return self.logs.get((run, issue, category)) or None

    def _key(self, record: CategoryRecord) -> tuple[int, int, str]:
        return record.run, record.issue, record.result.category

    def _age(self, record: CategoryRecord) -> tuple[float, int]:
        return record.at.timestamp(), record.run
