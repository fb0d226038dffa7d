"""What a run sees, and what a set-up sees."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bot.adapters.sandbox import arguments, inside
from bot.adapters.sandbox.arguments import View
from bot.adapters.sandbox.host import Host
from bot.adapters.sandbox.inside import relay
from bot.adapters.sandbox.slots import Slot
from bot.ports.sandbox import DATA, PLUGINS, SandboxRequest, Setup

_SETUP: Final = "/run/canon/setup"
_DECLARED: Final = "/run/canon/declared"
_CERTIFICATES: Final = "/run/canon/certificates.pem"
_SYSTEM_CERTIFICATES: Final = Path("/etc/ssl/certs/ca-certificates.crt")

_BASE: Final = "/run/canon/base"
# The path file lets pytest find the plug-in where a command sets a PYTHONPATH of its own.
_MAKE_BASE: Final = f"""
if python3 -c 'import ensurepip, venv' 2>/dev/null
then
    python3 -m venv {arguments.ENVIRONMENT} || exit 1
    for place in {arguments.ENVIRONMENT}/lib/python*/site-packages
    do echo {PLUGINS} >"$place/canon.pth"; done
fi
"""
_ON_BASE: Final = f"""
cp -a {_BASE}/. {arguments.ENVIRONMENT} || exit 1
. {_DECLARED}
"""
_THROUGH_RELAY: Final = f"""
if command -v python3 >/dev/null
then exec python3 -I {arguments.RELAY} {arguments.PROXY_SOCKET} /bin/sh {_SETUP}
else exec /bin/sh {_SETUP}
fi
"""


def of_run(host: Host, slot: Slot, request: SandboxRequest, environment: Path | None) -> View:
    """The system, the toolchains, the environment, the plug-ins, and what the request brings."""
    return View(
        events=slot.events,
        control=slot.control,
        read_only=_toolchains(host),
        programs=host.programs(),
        environment=environment,
        files={
            arguments.COMMAND: _text(request.command),
            f"{PLUGINS}/canon_reporter.py": inside.source("canon_reporter.py"),
            **{f"{DATA}/{name}": content for name, content in request.data.items()},
        },
        variables=({"VIRTUAL_ENV": arguments.ENVIRONMENT} if environment else {})
        | dict(request.variables),
    )


def of_base(host: Host, slot: Slot) -> View:
    """The system, the toolchains, and an empty /env for what every set-up begins with."""
    return View(
        events=slot.events,
        control=slot.control,
        read_only=_toolchains(host),
        programs=host.programs(),
        makes_environment=True,
        files={arguments.COMMAND: _text(_MAKE_BASE)},
    )


def of_setup(host: Host, slot: Slot, setup: Setup, base: Path, proxy: Path) -> View:
    """The system, the toolchains, an empty /env to fill, and the way to the package indexes."""
    trusted = host.certificates or (_SYSTEM_CERTIFICATES if _SYSTEM_CERTIFICATES.exists() else None)
    return View(
        events=slot.events,
        control=slot.control,
        read_only={**_toolchains(host), _BASE: base, arguments.PROXY_SOCKET: proxy},
        programs=host.programs(),
        makes_environment=True,
        files={
            arguments.COMMAND: _text(_THROUGH_RELAY),
            arguments.RELAY: inside.source("relay.py"),
            _SETUP: _text(_ON_BASE),
            _DECLARED: _text(setup.command),
            **({_CERTIFICATES: trusted.read_bytes()} if trusted else {}),
        },
        variables=_way_out() | (_trusting() if trusted else {}),
    )


def _toolchains(host: Host) -> Mapping[str, Path]:
    return {str(place): place for place in host.toolchains}


def _text(command: str) -> bytes:
    return command.encode("utf-8", "surrogateescape") + b"\n"


def _way_out() -> dict[str, str]:
    address = f"http://127.0.0.1:{relay.PORT}"
    names = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
    return {
        **dict.fromkeys(names, address),
        "VIRTUAL_ENV": arguments.ENVIRONMENT,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_NO_CACHE_DIR": "1",
        "UV_NO_CACHE": "1",
        "UV_LINK_MODE": "copy",
        "UV_PYTHON_DOWNLOADS": "never",
    }


def _trusting() -> dict[str, str]:
    """Every tool has its own name for the same file."""
    names = (
        "SSL_CERT_FILE",
        "PIP_CERT",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
    )
    return dict.fromkeys(names, _CERTIFICATES)
