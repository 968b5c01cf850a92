"""The matrix can be written anew, to be reviewed like code."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-matrix", action="store_true", help="write tests/db/access/matrix.csv anew")
