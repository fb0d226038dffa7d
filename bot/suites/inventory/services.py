"""Whether tests stand on test doubles or on real services: what their text shows of it.

The names are those of well-known libraries and of common habits; a service that is reached in a
way which is not listed here is not seen, which is why the evidence is part of the answer.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from bot.domain.inventory import Location, ServiceEvidence, Services

_MOCKING: Final = (
    "aioresponses",
    "asynctest",
    "fakeredis",
    "httpretty",
    "mock",
    "mongomock",
    "moto",
    "pytest_httpx",
    "pytest_mock",
    "requests_mock",
    "responses",
    "respx",
    "unittest.mock",
    "vcr",
)
_MOCKING_FIXTURES: Final = re.compile(
    r"(class_|module_|package_|session_)?mocker|monkeypatch|httpx_mock|requests_mock|respx_mock"
    r"|(?:mock|fake|stub)(?:ed)?_\w+|\w+_(?:mock|fake|stub)"
)
_DOUBLES: Final = re.compile(r"_?(?:Mock|Fake|Stub|Dummy)(?=[A-Z]|$)\w*")

_ANY: Final = re.compile(r".+")
_VERBS: Final = re.compile(r"get|post|put|patch|delete|head|options|request|stream|Session|session")
_REAL: Final[Mapping[str, re.Pattern[str]]] = {
    "aiohttp": re.compile(r"ClientSession|request"),
    "aiokafka": _ANY,
    "aioredis": _ANY,
    "asyncpg": re.compile(r"connect|create_pool"),
    "boto3": re.compile(r"client|resource|Session"),
    "clickhouse_connect": _ANY,
    "clickhouse_driver": re.compile(r"Client|connect"),
    "confluent_kafka": _ANY,
    "docker": re.compile(r"from_env|DockerClient|APIClient|client"),
    "elasticsearch": re.compile(r"Elasticsearch|AsyncElasticsearch"),
    "ftplib": re.compile(r"FTP|FTP_TLS"),
    "grpc": re.compile(r"(?:aio\.)?(?:in)?secure_channel"),
    "http.client": re.compile(r"HTTPS?Connection"),
    "httpx": re.compile(rf"{_VERBS.pattern}|Client|AsyncClient"),
    "kafka": _ANY,
    "motor": _ANY,
    "mysql.connector": re.compile(r"connect"),
    "paramiko": re.compile(r"SSHClient|Transport"),
    "pika": _ANY,
    "playwright": _ANY,
    "psycopg": re.compile(r"connect|(?:Async)?Connection(?:\.connect)?"),
    "psycopg2": re.compile(r"connect"),
    "pymongo": re.compile(r"(?:Async)?MongoClient"),
    "pymysql": re.compile(r"connect"),
    "redis": re.compile(
        r"(?:asyncio\.)?(?:Redis|StrictRedis|RedisCluster|from_url)(?:\.from_url)?"
    ),
    "requests": _VERBS,
    "selenium.webdriver": _ANY,
    "smtplib": re.compile(r"SMTP|SMTP_SSL"),
    "socket": re.compile(r"socket|create_connection|create_server|socketpair"),
    "testcontainers": _ANY,
    "urllib.request": re.compile(r"urlopen"),
    "urllib3": re.compile(r"PoolManager|HTTPS?ConnectionPool|request"),
    "websocket": re.compile(r"create_connection|WebSocket|WebSocketApp"),
    "websockets": re.compile(r"(?:\w+\.)*(?:connect|serve)"),
}
_IN_PROCESS: Final = {"httpx.ASGITransport", "httpx.MockTransport", "httpx.WSGITransport"}
_REAL_MARKS: Final = re.compile(
    r"(?:real|live)(?:_\w+)?|(?:needs|requires|uses)_\w+|docker|staging|network|external"
)
_REAL_FIXTURES: Final = re.compile(
    r"(?:real|live|docker|staging)_\w+|\w+_(?:container|docker|live|staging)|postgresql|selenium"
)


def of_names(names: Mapping[str, int], path: str) -> Iterator[ServiceEvidence]:
    """The doubles that are named; dotted paths with the line of their first use."""
    for name, line in names.items():
        if any(name == module or name.startswith(f"{module}.") for module in _MOCKING):
            yield _evidence(name, path, line, real=False)


def of_calls(calls: Mapping[str, int], path: str) -> Iterator[ServiceEvidence]:
    """The clients that are made; dotted paths with the line of their first call."""
    in_process = not _IN_PROCESS.isdisjoint(calls)
    for name, line in calls.items():
        if _is_client(name) and not (in_process and name.startswith("httpx.")):
            yield _evidence(name, path, line, real=True)


def of_marks(marks: Iterable[str], path: str, line: int) -> Iterator[ServiceEvidence]:
    """What the marks of tests show."""
    for mark in marks:
        if _REAL_MARKS.fullmatch(mark):
            yield _evidence(f"marker {mark}", path, line, real=True)


def of_fixtures(fixtures: Iterable[str], path: str, line: int) -> Iterator[ServiceEvidence]:
    """What the names of fixtures show."""
    for name in fixtures:
        if _MOCKING_FIXTURES.fullmatch(name):
            yield _evidence(f"fixture {name}", path, line, real=False)
        elif _REAL_FIXTURES.fullmatch(name):
            yield _evidence(f"fixture {name}", path, line, real=True)


def of_classes(classes: Mapping[str, int], path: str) -> Iterator[ServiceEvidence]:
    """What the names of classes that tests define show; values are lines."""
    for name, line in classes.items():
        if _DOUBLES.fullmatch(name):
            yield _evidence(f"class {name}", path, line, real=False)


def summed_up(evidence: Iterable[ServiceEvidence]) -> tuple[Services, tuple[ServiceEvidence, ...]]:
    """The answer, and each piece of evidence once, in order of place."""
    once: dict[tuple[str, str], ServiceEvidence] = {}
    for one in evidence:
        once.setdefault((one.location.path, one.what), one)
    kinds = {one.real for one in once.values()}
    return _ANSWERS[frozenset(kinds)], _sorted(list(once.values()))


_ANSWERS: Final = {
    frozenset({True, False}): Services.MIXED,
    frozenset({True}): Services.REAL,
    frozenset({False}): Services.MOCKED,
    frozenset[bool](): Services.NEITHER,
}


def _sorted(evidence: Sequence[ServiceEvidence]) -> tuple[ServiceEvidence, ...]:
    return tuple(sorted(evidence, key=lambda one: (one.location.path, one.location.line, one.what)))


def _is_client(name: str) -> bool:
    at = len(name)
    while (at := name.rfind(".", 0, at)) > 0:
        pattern = _REAL.get(name[:at])
        if pattern is not None:
            return bool(pattern.fullmatch(name[at + 1 :]))
    return False


def _evidence(what: str, path: str, line: int, *, real: bool) -> ServiceEvidence:
    return ServiceEvidence(real=real, what=what, location=Location(path, line))
