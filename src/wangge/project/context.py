"""What every page knows."""

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """Base map settings and whether this is the demo."""
    return {
        "basemap": {
            "url": settings.BASEMAP_URL,
            "crs": settings.BASEMAP_CRS,
            "attribution": settings.BASEMAP_ATTRIBUTION,
        },
        "is_demo": settings.DEMO,
    }
