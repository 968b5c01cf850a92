"""The gallery of the design, rendered by the product's own templates: `python -m tests.e2e.design.render DIR`."""

from __future__ import annotations

import sys
from pathlib import Path

from django import forms
from django.test import RequestFactory, override_settings
from django.utils import translation

from tests.e2e.design import words

HERE = Path(__file__).parent
PAGES = {"desk": "queue", "list": "cases", "phone": "", "answer": "home"}


def gallery_form(w: dict[str, object], *, bound: bool) -> forms.Form:
    """A form with every kind of field, once with an error in it."""

    class Report(forms.Form):
        text = forms.CharField(label=w["field_text"], widget=forms.Textarea(attrs={"rows": 3}))
        kind = forms.ChoiceField(
            label=w["field_kind"], widget=forms.RadioSelect, required=False,
            choices=[(str(n), kind) for n, kind in enumerate(w["kinds"])],  # type: ignore[arg-type, var-annotated]
        )  # fmt: skip
        phone = forms.CharField(label=w["field_phone"], required=False, help_text=w["hint_phone"], min_length=11)

    return Report({"text": "", "kind": "1", "phone": "138"} if bound else None)


def page(name: str, language: str, theme: str = "", size: str = "") -> str:
    """One page of the gallery as a browser would get it."""
    from django.template import engines

    request = RequestFactory().get(f"/{name}")
    request.COOKIES.update({key: value for key, value in (("wg_theme", theme), ("wg_size", size)) if value})
    with translation.override(language), override_settings(ROOT_URLCONF="tests.e2e.design.urls"):
        context = words.page(language) | {"place": PAGES[name], "form": gallery_form(words.page(language)["w"], bound=True)}
        template = engines["django"].from_string((HERE / f"{name}.html").read_text(encoding="utf-8"))
        return template.render(context, request)


def write(folder: Path) -> None:
    """All pages, both languages, both themes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        for language in ("zh-hans", "en"):
            for theme in ("light", "dark"):
                (folder / f"{name}-{language[:2]}-{theme}.html").write_text(page(name, language, theme), encoding="utf-8")
    (folder / "phone-zh-elder.html").write_text(page("phone", "zh-hans", "light", "elder"), encoding="utf-8")


if __name__ == "__main__":
    import django

    django.setup()
    write(Path(sys.argv[1]))
