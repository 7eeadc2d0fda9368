"""Which addresses may be connected to: those of the public internet, and networks the installation names. Pure."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Source: IANA's special-purpose address registries; what Python's `is_global` counts as global all the same.
_SPECIAL_4 = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24")))
# Public IPv6 addresses are those of 2000::/3. So what carries an IPv4 address inside (NAT64 64:ff9b::/96 and
# 64:ff9b:1::/48, IPv4-compatible ::/96) is out by itself; 6to4, Teredo and documentation are within it.
_PUBLIC_6 = IPv6Network("2000::/3")
_SPECIAL_6 = tuple(map(IPv6Network, ("2001::/23", "2002::/16", "3fff::/20")))


def networks(text: str) -> tuple[Network, ...]:
    """The networks that a setting names, separated by commas: `10.0.0.0/8,fd00::/8`.

    Raises:
        ValueError: one of them is none.
    """
    return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())


def may_connect(address: str, allowed: Sequence[Network] = ()) -> bool:
    """Whether `address` is public or in a network of `allowed`; an IPv4-mapped one is judged as what it maps."""
    known = ip_address(address)
    if isinstance(known, IPv6Address):
        if known.scope_id is not None:
            return False
        known = known.ipv4_mapped or known
    return _is_public(known) or any(known in network for network in allowed)


def _is_public(address: Address) -> bool:
    if isinstance(address, IPv4Address):
        special = any(address in network for network in _SPECIAL_4)
    else:
        special = address not in _PUBLIC_6 or any(address in network for network in _SPECIAL_6)
    return address.is_global and not address.is_multicast and not special
