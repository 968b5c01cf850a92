"""Dates in English: the day before the month, months in full."""

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
