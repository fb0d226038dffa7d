"""How requests travel: one pool of connections, and PyGithub's requester made fit for a service.

PyGithub's own connections keep a request in themselves between two calls and are not thread-safe
(https://github.com/PyGithub/PyGithub/pull/2052), throttle, retry while the worker waits, and write
an answer that holds a new token to the debug log. `Session` replaces these parts; the rest of
PyGithub (objects, pages, parameters) works on top of it unchanged.
"""

import json
import logging
import time
from abc import abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from github.Auth import Auth
from github.Requester import HTTPRequestsConnectionClass, Requester, RequestsResponse
from requests.adapters import HTTPAdapter
from typing_extensions import override
from urllib3.exceptions import HTTPError

from bot.adapters.github.errors import OUTAGE_PAUSE, Refusal, error_for
from bot.domain.errors import CouldNotCheckError, RetryLaterError
from bot.ports.clock import Clock
from bot.version import VERSION

API_VERSION = "2022-11-28"
PER_PAGE = 100

_POOL_SIZE = 16
_DOWNLOAD_SECONDS = 120.0
_PIECE = 64 * 1024
_MOVED = frozenset({301, 307, 308})
_NO_JSON = object()

_T = TypeVar("_T")


def nullable(value: _T) -> _T | None:
    """`value`, with the type that it has: PyGithub's types leave out where GitHub says null."""
    return value


class RenewableAuth(Auth):
    """A way to authenticate whose token is fetched, and can be fetched anew."""

    @abstractmethod
    def forget(self) -> None:
        """Drop the token that GitHub refused; the next request fetches another."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait for a connection, and for each next byte of an answer."""

    connect: float = 5.0
    read: float = 15.0


class Transport:
    """Connections to one GitHub, kept alive and shared by all threads, repositories and tokens.

    It neither retries nor follows redirects, and takes nothing from `.netrc` or cookies: each
    request carries exactly the credentials of its session.
    """

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._pool = requests.Session()
        self._pool.auth = Requester.noopAuth
        self._pool.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = HTTPAdapter(pool_maxsize=_POOL_SIZE, max_retries=0)
        self._pool.mount("https://", adapter)
        self._pool.mount("http://", adapter)

    def send(self, verb: str, url: str, headers: dict[str, str], body: Any) -> requests.Response:
        """Send one request; raises `requests.RequestException` where no answer came."""
        return self._pool.request(
            verb,
            url,
            headers=headers,
            data=body,
            timeout=(self._timeouts.connect, self._timeouts.read),
            allow_redirects=False,
        )

    def download(self, url: str, largest: int) -> bytes | None:
        """The bytes at an address that needs no credentials; None where they are more.

        Raises `requests.RequestException` where they did not come, or took too long.
        """
        end = time.monotonic() + _DOWNLOAD_SECONDS
        content = bytearray()
        with self._pool.get(
            url,
            headers={"Accept-Encoding": "identity"},
            timeout=(self._timeouts.connect, self._timeouts.read),
            allow_redirects=False,
            stream=True,
        ) as response:
            if response.status_code != 200:
                raise requests.HTTPError(f"status {response.status_code}")
            # As they come: what is packed once more would be unpacked without a bound.
            for piece in response.raw.stream(_PIECE, decode_content=False):
                content += piece
                if len(content) > largest:
                    return None
                if time.monotonic() > end:
                    raise requests.Timeout(f"not there after {_DOWNLOAD_SECONDS:g} s")
        return bytes(content)

    def close(self) -> None:
        """Close all idle connections."""
        self._pool.close()


class _Exchange(HTTPRequestsConnectionClass):
    """One request and its answer, in the form that PyGithub's requester asks for.

    Follows the redirect of a renamed repository, with the same method and body, as GitHub asks
    (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api);
    PyGithub would follow a 301 only, and lose the query. Credentials stay with their host.
    """

    def __init__(self, transport: Transport, root: str) -> None:
        self._transport = transport
        self._root = root
        self._response: requests.Response | None = None

    @override
    def request(
        self, verb: str, url: str, input: Any, headers: dict[str, str], stream: bool = False
    ) -> None:
        here = self._root + url
        response = self._transport.send(verb, here, headers, input)
        if response.status_code in _MOVED:
            there = urljoin(here, response.headers.get("location", here))
            if there.startswith(f"{self._root}/"):
                response = self._transport.send(verb, there, headers, input)
        self._response = response

    @override
    def getresponse(self) -> RequestsResponse:
        assert self._response is not None
        return RequestsResponse(self._response)


@dataclass(frozen=True, slots=True)
class _Request:
    verb: str
    url: str
    parameters: dict[str, Any] | None
    headers: dict[str, str] | None
    body: Any


class Session(Requester):
    """One way to authenticate, on a shared transport. Cheap to make; belongs to one thread.

    Every PyGithub object made from it is lazy and raises Canon's errors only: `RetryLaterError`,
    `PermissionMissingError`, `RepositoryGoneError` (`NotFoundError`), `RequestRefusedError`.
    """

    def __init__(self, auth: Auth, *, api_url: str, transport: Transport, clock: Clock) -> None:
        super().__init__(
            auth=auth,
            base_url=api_url,
            timeout=0,  # the transport's hold
            user_agent=f"canon/{VERSION}",
            per_page=PER_PAGE,
            verify=True,
            retry=None,
            pool_size=None,
            seconds_between_requests=0,
            seconds_between_writes=0,
            lazy=True,
            api_version=API_VERSION,
        )
        self._transport = transport
        self._clock = clock
        self._root = f"{self.scheme}://{self.hostname_and_port}"

    @override
    def requestJsonAndCheck(
        self,
        verb: str,
        url: str,
        parameters: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        input: Any | None = None,
        follow_302_redirect: bool = False,
    ) -> tuple[dict[str, Any], Any]:
        """Send one request and return the headers and the parsed body of its answer.

        All of PyGithub's objects come through here, their pages too.
        """
        _, answer, body = self._exchanged(_Request(verb, url, parameters, headers, input))
        return answer, body

    def get_changed(self, url: str, etag: str | None) -> tuple[str | None, Any] | None:
        """A resource's validator and parsed body; None where it is still the one of `etag`.

        Such a question costs nothing of the hourly limit, see "Use conditional requests" in
        https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api.
        """
        headers = {"If-None-Match": etag} if etag else None
        status, answer, body = self._exchanged(_Request("GET", url, None, headers, None), {304})
        return None if status == 304 else (answer.get("etag"), body)

    def location(self, url: str) -> str:
        """Where the temporary redirect leads that GitHub answers; it is not followed."""
        _, answer, _ = self._exchanged(_Request("GET", url, None, None, None), {302})
        if "location" not in answer:
            raise self._no_answer(f"GET {url}", "no redirect")
        return str(answer["location"])

    def download(self, url: str, largest: int) -> bytes | None:
        """The bytes at an address of another host, without our credentials; None where more."""
        host = urlsplit(url).hostname
        try:
            return self._transport.download(url, largest)
        except (requests.RequestException, HTTPError) as error:
            name = f"the download from {host}"  # the rest of the address is as good as a password
            raise self._no_answer(name, type(error).__name__) from None

    def _exchanged(
        self, request: _Request, welcome: Collection[int] = ()
    ) -> tuple[int, dict[str, Any], Any]:
        """Status, headers and parsed body; raises for what is 300 or above and not `welcome`."""
        name = f"{request.verb} {request.url.removeprefix(self._root).partition('?')[0]}"
        status, answer, text = self._send(request, name)
        if status == 401 and isinstance(self.auth, RenewableAuth):
            self.auth.forget()
            status, answer, text = self._send(request, name)
        body = _parsed(text)
        if status >= 300 and status not in welcome:
            raise error_for(Refusal(name, status, answer, body), self._clock.now())
        if body is _NO_JSON:
            raise self._no_answer(name, "not JSON")
        return status, answer, body

    def _send(self, request: _Request, name: str) -> tuple[int, dict[str, Any], str]:
        try:
            return self.requestJson(
                request.verb,
                request.url,
                request.parameters,
                dict(request.headers or {}),  # PyGithub writes into it
                request.body,
                _Exchange(self._transport, self._root),
            )
        except requests.RequestException as error:
            # Not chained: what `requests` attaches to its errors holds the Authorization header.
            raise self._no_answer(name, _reason(error)) from None
        except RuntimeError as error:  # PyGithub's word for a redirect to another host
            raise CouldNotCheckError(str(error)) from None

    def _no_answer(self, name: str, reason: str) -> RetryLaterError:
        message = f"GitHub gave no usable answer to {name}: {reason}"
        return RetryLaterError(message, self._clock.now() + OUTAGE_PAUSE)


# PyGithub logs every answer, also the one that holds a new token. This logger belongs to no
# hierarchy, so that no configuration can turn it on.
Session.injectLogger(logging.Logger("silent", logging.CRITICAL))  # noqa: LOG001 - see above


def _reason(error: requests.RequestException) -> str:
    name = type(error).__name__
    return f"{name} ({error})" if isinstance(error, requests.ConnectionError) else name


def _parsed(text: str) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return _NO_JSON
