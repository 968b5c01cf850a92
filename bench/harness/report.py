"""One JSON object a line, the same for every benchmark: what was measured, on what, against what."""

from __future__ import annotations

import json
import os
import platform
import sys
from functools import cache
from pathlib import Path


def report(
    *,
    bench: str,
    metric: str,
    value: float,
    unit: str,
    reference: float | str | None = None,
    ratio: float | None = None,
) -> None:
    """Print one figure. `reference`: what it is compared with; `ratio`: value divided by the reference."""
    if ratio is None and isinstance(reference, (int, float)) and reference:
        ratio = value / reference
    line = {
        "bench": bench,
        "metric": metric,
        "value": _rounded(value),
        "unit": unit,
        "reference": _rounded(reference) if isinstance(reference, float) else reference,
        "ratio": None if ratio is None else _rounded(ratio),
        "machine": machine(),
    }
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()


@cache
def machine() -> str:
    """Processor, cores, system and Python; no host name."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{_processor()}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _rounded(value: float) -> float:
    """Four significant digits; whole numbers stay whole."""
    return round(value) if abs(value) >= 1000 or value == int(value) else float(f"{value:.4g}")
