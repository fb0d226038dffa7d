"""Which hosts probes may reach: those that the operator has listed, at public addresses.

A configuration comes from a repository, so a URL in it is not trusted (server-side request forgery:
https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html).
The name is resolved once and the address that was judged is the one that is connected to.
"""

import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

Address = IPv4Address | IPv6Address

_EMBEDDING: Final = (
    IPv6Network("64:ff9b::/96"),  # NAT64 (RFC 6052)
    IPv6Network("64:ff9b:1::/48"),  # its local prefix (RFC 8215)
    IPv6Network("2002::/16"),  # 6to4 (RFC 3056)
    IPv6Network("2001::/32"),  # Teredo (RFC 4380)
)
"""Networks whose addresses lead to an IPv4 address inside them."""


class NotAllowedError(Exception):
    """A host that must not be asked."""


@dataclass(frozen=True, slots=True)
class AllowList:
    """What the operator listed: host names, and addresses or networks in CIDR notation.

    `*.example.com` stands for every name below example.com. A name gives leave for the name, not
    for private addresses behind it: those have to be listed themselves.
    """

    entries: Sequence[str]

    def addresses(self, host: str, port: int) -> Sequence[Address]:
        """Where a host may be reached, as it resolves now.

        Raises `NotAllowedError`, and `OSError` where the name does not resolve.
        """
        literal = _literal(host)
        if literal is None and not self.names(host):
            raise NotAllowedError(f"the operator does not list {host} in CANON_PROBE_HOSTS")
        found = [literal] if literal is not None else list(_resolved(host, port))
        allowed = [one for one in found if self._allows(one, by_name=literal is None)]
        if not allowed:
            raise NotAllowedError(
                f"{host} is at {', '.join(map(str, found))}, which is not public; the operator "
                "would have to list the address in CANON_PROBE_HOSTS"
            )
        return allowed

    def names(self, host: str) -> bool:
        """Whether a host is listed by its name."""
        name = host.rstrip(".").lower()
        for entry in self.entries:
            listed = entry.rstrip(".").lower()
            if name == listed or (listed.startswith("*.") and name.endswith(listed[1:])):
                return True
        return False

    def _allows(self, address: Address, *, by_name: bool) -> bool:
        if any(address in network for network in self._networks(address.version)):
            return True
        return by_name and _is_public(address)

    def _networks(self, version: int) -> Iterator[Any]:
        for entry in self.entries:
            try:
                network = ip_network(entry, strict=False)
            except ValueError:
                continue
            if network.version == version:
                yield network


def _literal(host: str) -> Address | None:
    try:
        return _plain(ip_address(host.strip("[]")))
    except ValueError:
        return None


def _resolved(host: str, port: int) -> Iterator[Address]:
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    yield from dict.fromkeys(_plain(ip_address(info[4][0])) for info in infos)


def _plain(address: Address) -> Address:
    """An IPv4-mapped IPv6 address is the IPv4 address."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _is_public(address: Address) -> bool:
    if not address.is_global or address.is_multicast:
        return False
    return not any(address in network for network in _EMBEDDING if address.version == 6)
