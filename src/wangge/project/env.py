"""Typed readers of the environment. Every setting starts with WANGGE_; secrets may come from a file."""

from __future__ import annotations

import os
from base64 import b64decode
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


class SettingMissing(RuntimeError):
    """A required setting is absent; says which and how to give it."""


def text(name: str, default: str | None = None) -> str:
    """The value of WANGGE_<name>, or of the file that WANGGE_<name>_FILE names."""
    key = f"WANGGE_{name}"
    if file := os.environ.get(f"{key}_FILE"):
        return Path(file).read_text().strip()
    value = os.environ.get(key, default)
    if value is None:
        raise SettingMissing(f"Set {key}, or {key}_FILE to the path of a file that holds it.")
    return value


def flag(name: str, default: bool) -> bool:
    """True for 1, true, yes, on."""
    return text(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """A whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise SettingMissing(f"WANGGE_{name} must be a whole number, not {value!r}.") from error


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def networks(named: list[str]) -> list[str]:
    """Networks such as 10.20.0.0/16, each checked to be one."""
    try:
        return [str(ip_network(one)) for one in named]
    except ValueError as error:
        raise SettingMissing(f"WANGGE_WEBHOOK_NETWORKS lists networks like 127.0.0.0/8: {error}.") from error


def gateway(url: str, secret: str, public_address: str) -> dict[str, str]:
    """The SMS gateway of the place and the secret shared with it; no address for none."""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise SettingMissing("WANGGE_SMS_GATEWAY_URL must be like https://host/path")
    try:
        is_secret = secret.startswith("whsec_") and len(b64decode(secret.removeprefix("whsec_"), validate=True)) >= 24
    except ValueError:
        is_secret = False
    if url and not is_secret:
        raise SettingMissing("Set WANGGE_SMS_GATEWAY_SECRET to whsec_ and at least 24 random bytes in base64.")
    if url and not public_address:
        raise SettingMissing("Set WANGGE_PUBLIC_ADDRESS: text messages lead to the page of the report.")
    return {"url": url, "secret": secret}


def mail(url: str, sender: str) -> dict[str, object]:
    """The mail server of smtp://user:password@host:port, smtp+starttls://… or smtps://…; no host for no address."""
    parts = urlsplit(url)
    ports = {"": 0, "smtp": 25, "smtp+starttls": 587, "smtps": 465}
    if parts.scheme not in ports or (url and not parts.hostname):
        raise SettingMissing("WANGGE_MAIL_URL must be like smtp://host, smtp+starttls://host or smtps://host")
    if url and "@" not in sender:
        raise SettingMissing("Set WANGGE_MAIL_FROM to the address that mails come from.")
    return {
        "host": parts.hostname or "",
        "port": parts.port or ports[parts.scheme],
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "use_ssl": parts.scheme == "smtps",
        "use_tls": parts.scheme == "smtp+starttls",
        "sender": sender,
    }


def database(url: str) -> dict[str, object]:
    """Django's description of postgresql://user:password@host:port/name or postgresql:///name?host=/socket/dir."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres", "postgis"}:
        raise SettingMissing("WANGGE_DATABASE_URL must start with postgresql://")
    query = {key: values[0] for key, values in parse_qs(parts.query).items()}
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or query.get("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": str(parts.port or query.get("port", "")),
    }
