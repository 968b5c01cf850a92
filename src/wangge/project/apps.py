from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class ProjectConfig(AppConfig):
    name = "wangge.project"
    label = "project"

    def ready(self) -> None:
        from wangge.foundation import clock, said
        from wangge.project.words import detail_of

        said.use(detail_of)
        if settings.TRAINING_CLOCK and not settings.DEMO:
            raise ImproperlyConfigured("WANGGE_TRAINING_CLOCK is for demos: real cases are counted by the real clock")
        if settings.TRAINING_CLOCK:
            clock.use_training_clock(Path(settings.TRAINING_CLOCK))
