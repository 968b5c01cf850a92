"""What is said with the rarer paths of a case: returns, more time, rests, joint work, supervision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wangge.console.acting.forms import ActForm, DispatchForm, note_field
from wangge.console.words import ESCALATIONS, LEVELS, SUSPENSIONS, VOIDS

MOST_HOURS = 24 * 60


def _moment(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": _("Give a day and a time."), "invalid": _("Give a day and a time.")},
    )


def _day(label: Any, *, required: bool = True, hint: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Give a day."), "invalid": _("Give a day.")},
    )


def _reason(words: dict[str, Any]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Reason"),
        choices=list(words.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )


class RequestReturnForm(ActForm):
    """退单申请: why it isn't this unit's matter."""

    note = note_field(
        _("Why it isn’t your unit’s matter"),
        hint=_(
            "A return is upheld only if the case was sent to the wrong unit. The clock runs on until it is decided."
        ),
        missing=_("Say whose matter it is, and by what."),
    )


class UpholdForm(DispatchForm):
    """退单成立: the right unit, and why."""

    note = note_field(_("Why it was the wrong unit"), rows=1, missing=_("Say why it was sent to the wrong unit."))


class NoForm(ActForm):
    """A decision against a request."""

    note = note_field(_("Why not"), hint=_("Whoever asked reads this."), missing=_("Say why not."))


class EscalateForm(ActForm):
    """上报: why the matter outgrows its level."""

    reason = _reason(ESCALATIONS)
    level = forms.ChoiceField(
        label=_("To which level"), required=False, choices=[("", _("the next one")), *LEVELS.items()]
    )
    note = note_field(
        _("What is needed"),
        hint=_("The centre of that level reads this and dispatches the case."),
        missing=_("Say what is needed that your level hasn’t got."),
    )


class UnitsField(forms.MultipleChoiceField):
    """Codes of units; whether they may be asked is the operation's to say."""

    def valid_value(self, value: Any) -> bool:
        return len(str(value)) <= 40


class JointForm(ActForm):
    """联合处置: units, what each is asked to do, by when."""

    units = UnitsField(
        label=_("Units that do a part"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one unit.")},
    )
    limit_h = forms.FloatField(
        label=_("Hours for each part"),
        required=False,
        min_value=0.5,
        max_value=MOST_HOURS,
        help_text=_("By the clock of the task; its own limit if left empty."),
        widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
    )
    note = note_field(
        _("What they are asked to do"),
        hint=_("Each unit gets a part with its own clock. The whole is checked when every part has ended."),
        missing=_("Say what the units are asked to do."),
    )


class ExtensionForm(ActForm):
    """延期申请: until when, and why."""

    until = _moment(_("New deadline"), hint=_("Until it is decided the present deadline holds."))
    note = note_field(_("Why more time is needed"), missing=_("Say why more time is needed."))


class GrantForm(ActForm):
    """延期批准: as asked for, or until a nearer date."""

    until = _moment(_("New deadline"), required=False, hint=_("As asked for, unless you change it."))
    note = note_field(_("A word to the handler"), required=False, rows=1)


class SuspensionForm(ActForm):
    """挂账申请: why it has to rest, and until when."""

    reason = _reason(SUSPENSIONS)
    until = _day(_("Planned to go on"), hint=_("On this day the clock runs on by itself."))
    note = note_field(_("What it waits for"), missing=_("Say what it waits for."))


class SuspendForm(ActForm):
    """挂账批准: until the day asked for, or another."""

    until = _day(_("Planned to go on"), required=False, hint=_("As asked for, unless you change it."))
    note = note_field(_("A word to the handler"), required=False, rows=1)


class UrgeForm(ActForm):
    """催办: a word to whoever has the case."""

    note = note_field(_("A word to whoever has the case"), missing=_("Say what is urgent about it."))


class SuperviseForm(ActForm):
    """督办: what is demanded, by when."""

    until = _moment(_("To be settled by"))
    note = note_field(
        _("What is demanded"),
        hint=_("The order gets a number; the unit gives a receipt and replies."),
        missing=_("Say what is demanded."),
    )


class OrderForm(ActForm):
    """What is said about an open supervision order."""

    order = forms.CharField(max_length=20, widget=forms.HiddenInput())


class ReceiptForm(OrderForm):
    """督办签收: the button is enough."""


class ReplyForm(OrderForm):
    """督办回复: how it stands."""

    note = note_field(
        _("How the matter stands"),
        hint=_("What was done, what comes next, by when. The supervisor reads this."),
        missing=_("Say how the matter stands."),
    )


class ReleaseForm(OrderForm):
    """解除督办: why."""

    note = note_field(_("Why the order is released"), rows=1, missing=_("Say why the order is released."))


class VoidForm(ActForm):
    """作废: what it was."""

    reason = _reason(VOIDS)
    note = note_field(
        _("What it was"), hint=_("Kept in the history. Nothing is deleted."), missing=_("Say what it was.")
    )
