"""How often a job is tried again: jobs are idempotent, and what fails them is mostly a database that restarts."""

from __future__ import annotations

from procrastinate import RetryStrategy

#: Again after 3, 5, 9, 17 … seconds, some nine hours in all; then it stays as failed for somebody to look at.
AGAIN = RetryStrategy(max_attempts=15, wait=1, exponential_wait=2)
