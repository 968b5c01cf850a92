"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangge.project.settings")
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - a mistake in an address ends the start, not every request
