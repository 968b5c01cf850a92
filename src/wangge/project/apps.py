from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "wangge.project"
    label = "project"

    def ready(self) -> None:
        from wangge.foundation import said
        from wangge.project.words import detail_of

        said.use(detail_of)
