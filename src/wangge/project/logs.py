"""What is logged of a request: its route, never its address, for that may hold a query code."""

from __future__ import annotations

import logging


class RoutesOnly(logging.Filter):
    """Django logs the path of a request that failed; the route it matched says as much and names nobody."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple) and record.args:
            matched = getattr(request, "resolver_match", None)
            record.args = (*record.args[:-1], f"/{matched.route}" if matched else "an unknown address")
        return True
