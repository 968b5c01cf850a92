"""Settings of the property tests."""

from __future__ import annotations

from hypothesis import settings

# a busy machine makes the first call slow (PROJ loads its database), which says nothing about the property
settings.register_profile("wangge", deadline=None)
settings.load_profile("wangge")
