"""Where a request came from. Used to slow floods down; kept in memory only, never logged."""

from __future__ import annotations

import hmac
from ipaddress import IPv6Address

from django.conf import settings
from django.http import HttpRequest


def client_ip(request: HttpRequest) -> str:
    """The address the request came from, past as many proxies as are ours (WANGGE_TRUSTED_PROXIES)."""
    hops = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    trusted = settings.TRUSTED_PROXIES
    return hops[-trusted] if trusted and len(hops) >= trusted else str(request.META.get("REMOTE_ADDR", ""))


def unreadable_ip(request: HttpRequest) -> str:
    """The same for the same address, and not the address: what counting failed sign-ins may write down."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), client_ip(request).encode(), "sha256")
    return str(IPv6Address(digest[:16]))
