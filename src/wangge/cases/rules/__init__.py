"""Decisions about cases: values in, value or typed error out. Nothing here touches Django, a clock or I/O."""
