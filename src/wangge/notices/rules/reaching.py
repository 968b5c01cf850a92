"""Where a message to somebody else's server may go, decided by the address itself: when in doubt, nowhere.

An administrator writes a host name, and behind a name may lie any address: this machine, its neighbours, or the
place where a cloud hands out keys. Inner addresses also hide inside outer ones (NAT64, 6to4 and their like).
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

#: What a closed network consists of.
_PRIVATE = tuple(
    ip_network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
_LOOPBACK = tuple(ip_network(one) for one in ("127.0.0.0/8", "::1/128"))
#: Where clouds keep keys outside 169.254.0.0/16: Alibaba, Azure, Amazon over IPv6.
_KEYS = tuple(ip_network(one) for one in ("100.100.100.200/32", "168.63.129.16/32", "fd00:ec2::/32"))
#: The only IPv6 that is given out to the world.
_WORLD = IPv6Network("2000::/3")
#: What looks like the world's and is no host of somebody's: assignments of the IETF with Teredo, documentation, 6to4.
_NOT_OF_THE_WORLD = tuple(
    ip_network(one)
    for one in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
#: The way of IPv6-only networks to IPv4: leads to the open internet or nowhere.
_NAT64 = IPv6Network("64:ff9b::/96")
#: The middle of an address that holds an IPv4 address of a tunnel (ISATAP), with the bit for "global" left out.
_ISATAP = 0x0000_5EFE


def may_connect(address: str, *, private_too: bool, named: Iterable[str] = ()) -> bool:
    """Whether one may connect there: the open internet, and the closed network only where a setting says so.

    `named` are networks the settings name one by one: they open what is private, and this machine. Nothing opens
    addresses of several or of nobody (multicast, reserved), or link-local and other ones where clouds keep keys.
    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip in _NAT64:
        return _is_of_the_world(IPv4Address(int(ip) & 0xFFFF_FFFF))
    ip = getattr(ip, "ipv4_mapped", None) or ip
    if _is_of_the_world(ip):
        return True
    if _in(ip, _KEYS) or _is_tunnel(ip) or not _in(ip, (*_PRIVATE, *_LOOPBACK)):
        return False
    is_named = _in(ip, (ip_network(one) for one in named))
    return is_named or (private_too and not _in(ip, _LOOPBACK))


def _is_of_the_world(ip: Address) -> bool:
    """An address of one host on the open internet."""
    if _in(ip, (*_KEYS, *_NOT_OF_THE_WORLD)) or _is_tunnel(ip):
        return False
    if isinstance(ip, IPv6Address):
        return ip in _WORLD
    return ip.is_global and not (ip.is_multicast or ip.is_reserved)


def _is_tunnel(ip: Address) -> bool:
    return isinstance(ip, IPv6Address) and (int(ip) >> 32) & 0xFDFF_FFFF == _ISATAP


def _in(ip: Address, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(ip in network for network in networks)
