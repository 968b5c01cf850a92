from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "wangge.analysis"
    label = "analysis"
