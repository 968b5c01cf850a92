"""The gallery of the design, drawn by the product's own templates.

`python -m tests.e2e.design.render DIR` writes it as files, to look at or to photograph.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django import forms
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from tests.e2e.design import words

HERE = Path(__file__).parent
PAGES = {"desk": "queue", "list": "cases", "phone": "", "answer": "home"}


def gallery_form(w: dict[str, Any]) -> forms.Form:
    """A form with every kind of field and an error in two of them."""

    class Report(forms.Form):
        text = forms.CharField(label=w["field_text"], widget=forms.Textarea(attrs={"rows": 3}))
        kind = forms.ChoiceField(
            label=w["field_kind"],
            widget=forms.RadioSelect,
            required=False,
            choices=[(str(n), word) for n, word in enumerate(w["kinds"])],
        )
        phone = forms.CharField(label=w["field_phone"], required=False, help_text=w["hint_phone"], min_length=11)

    return Report({"text": "", "kind": "1", "phone": "138"})


def page(name: str, language: str, theme: str = "", size: str = "") -> str:
    """One page of the gallery as a browser would get it."""
    request = RequestFactory().get(f"/{name}")
    chosen = {"wg_theme": theme, "wg_size": size}
    request.COOKIES.update({key: value for key, value in chosen.items() if value})
    with translation.override(language):
        context = words.page(language)
        context |= {"place": PAGES[name], "form": gallery_form(context["w"])}
        template = engines["django"].from_string((HERE / f"{name}.html").read_text(encoding="utf-8"))
        return str(template.render(context, request))


def write(folder: Path) -> None:
    """All pages, both languages, both themes, and one in elder mode."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        for language in ("zh-hans", "en"):
            for theme in ("light", "dark"):
                file = folder / f"{name}-{language[:2]}-{theme}.html"
                file.write_text(page(name, language, theme), encoding="utf-8")
    (folder / "phone-zh-elder.html").write_text(page("phone", "zh-hans", "light", "elder"), encoding="utf-8")


if __name__ == "__main__":
    import django

    django.setup()
    write(Path(sys.argv[1]))
