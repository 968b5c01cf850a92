"""Reference data, and with WANGGE_DEMO the Jiangning demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from wangge.project.demo import load_demo
from wangge.project.reference import load_reference


class Command(BaseCommand):
    help = "Load reference data and the Jiangning demo; what is there already is left."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in load_reference():
            self.stderr.write(f"loaded {name}")
        if settings.DEMO and load_demo():
            self.stderr.write("loaded the Jiangning demo (grid shapes are synthetic)")
