"""Problems in words: a title and what to do, for every code. English here, Chinese in the catalogue."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wangge.foundation.errors import Problem

Words = str | Promise

_BY_STATUS: dict[int, Words] = {
    401: _("Please sign in"),
    403: _("This is not within your role or area"),
    404: _("There is no such thing here"),
    409: _("This is not possible now"),
    413: _("This is too large"),
    422: _("Something in the form needs attention"),
    429: _("Too many requests"),
    503: _("Not available at the moment"),
}

_DETAILS: dict[str, Words] = {
    "access.not_signed_in": _("Sign in to do this."),
    "access.not_allowed": _("Your appointments don’t cover this here. Your centre’s administrator can change that."),
    "accounts.bad_display_name": _("Give a name of at most 60 characters."),
    "accounts.bad_username": _("A user name has 3 to 60 letters, digits and . _ - @ +, and begins and ends with a letter or digit."),
    "accounts.no_such_account": _("There is no such account, or it is closed."),
    "accounts.username_taken": _("The user name {value} is taken."),
    "accounts.token_spent": _("The token is unknown, has expired or was revoked. Sign in again."),
    "accounts.wrong_credentials": _("The user name or the password is not right."),
    "accounts.code_needed": _("This account uses a second factor: send the six digits of your app as “code”."),
    "accounts.locked_out": _("Too many wrong attempts. Try again later."),
    "accounts.password_to_change": _(
        "Your password was given to you. Please choose one that only you know, on the page for it, then go on."
    ),
    "accounts.weak_password": _("This password is too weak: {reasons}"),
    "workforce.bad_unit_code": _(
        "A unit’s code begins with its area {area}, then a dash and capital letters or figures, such as {area}-URB."
    ),
    "workforce.bad_unit_name": _("A unit has a name in each language, of at most {longest} characters."),
    "workforce.still_has_units": _("Other units stand below this one. End or move those first."),
    "workforce.unit_code_taken": _("There is a unit with the code {value} already, perhaps one that has ended."),
    "workforce.several_areas": _("Several places are called {value}. Choose one of the list, or give its code."),
    "workforce.unknown_area": _("There is no division and no grid with the code {value}."),
    "server.failed": _(
        "Something went wrong on our side. What was acknowledged is kept; please try again in a while."
    ),
    "request.not_text": _("The address holds characters that are no text. Nothing was done."),
    "catalogue.no_such_routing_set": _("There are no such routing rules, or not in your area."),
    "catalogue.no_such_rule": _("The draft has no rule at place {order} any more. Load the page again."),
    "catalogue.routing_at_odds": _(
        "Rules of the draft are at odds ({count}). Narrow them, or say why their order is right."
    ),
    "catalogue.routing_draft_exists": _("A draft is being written already. Open it, or throw it away first."),
    "catalogue.routing_not_tried": _("Try the draft as it stands on last month’s cases first."),
    "catalogue.routing_own_draft": _("You wrote these rules; somebody else puts them in force."),
    "catalogue.routing_published": _("Version {version} is published and is never changed. Draft the next one from it."),
    "catalogue.routing_starts_too_early": _("The earliest day is {earliest}."),
    "catalogue.rule_bad_season": _("A season has a first and a last day, each as month and day, such as 05-01."),
    "catalogue.rule_ends_first": _("The rule ends before it begins. The earliest end is {earliest}."),
    "catalogue.rule_names_no_unit": _(
        "Choose a unit if a target is “a unit named here”, and leave it empty otherwise."
    ),
    "catalogue.rule_needs_name": _("A rule has a name in each language, of at most {longest} characters."),
    "catalogue.rule_needs_owner": _("Say which unit or post answers for the rule, in at most {longest} characters."),
    "catalogue.rule_needs_target": _("Say whom the rule sends to."),
    "catalogue.rule_outside": _("{value} is not an area of this county."),
    "catalogue.rule_unknown_task": _("No task of the list begins with {value}. Give 2, 4 or 6 digits."),
    "catalogue.too_many_rules": _("At most {most} rules: more would be read by nobody. Join some first."),
    "cases.already_with_unit": _("The case is with that unit already."),
    "cases.bad_cursor": _("The cursor is not one we gave out. Start again from the first page."),
    "cases.cannot_merge_into": _("The main case must be another one of this county that is still open."),
    "cases.cannot_move": _("The case has moved on, or isn’t ready for this yet. Load the page again to see where it stands."),
    "cases.client_id_reused": _("Another report with this client id came in at the same moment. Send it once more to get its answer."),
    "cases.needs_field": _("“{field}” is needed for this step."),
    "cases.needs_grid": _("Put the report on the map first: the case needs its grid."),
    "cases.no_contact": _("The reporter left no contact."),
    "cases.nobody_signs": _(
        "Nobody in this unit can sign for the case now. Choose another unit, or appoint a handler there first."
    ),
    "cases.no_place": _("Say where it is: share the location, set the pin or give an address."),
    "cases.no_such_case": _("There is no case of this number in your area."),
    "cases.no_such_media": _("There is no such photo or recording."),
    "cases.no_such_report": _("No report has this query code. Check the eight characters."),
    "cases.not_a_grid_matter": _("This task is not settled in the grid; dispatch it to a unit."),
    "cases.not_the_handler": _("Somebody else is handling this case."),
    "cases.nothing_said": _("Describe the problem, or add a photo or a recording."),
    "cases.operation_reused": _("This operation id was used for another action. Use a new one."),
    "cases.outside_grids": _("The place lies in none of our grids. The nearest is {nearest}, {distance} away. Move the pin, or remove it and describe the place in words."),
    "cases.own_result": _("Nobody verifies a result of their own. A colleague of the place will check it."),
    "cases.text_too_long": _("The text has {given} characters; at most {longest} are possible."),
    "cases.too_late_to_reopen": _("The case closed more than {days} days ago. Please make a new report."),
    "cases.too_many_media": _("At most {most} photos and recordings can be added."),
    "cases.unit_out_of_reach": _("Your centre does not command the unit {unit}. County sends to its departments and towns, a town to its own units and communities."),
    "cases.unknown_media": _("One of the photos or recordings is not there or belongs to another report. Upload it again."),
    "cases.unknown_rating": _("The rating must be one of: {allowed}."),
    "cases.unknown_reason": _("The reason must be one of: {allowed}."),
    "cases.unmask_needs_reason": _("Say why you need the contact (at least {shortest} characters). It is logged."),
    "catalogue.unknown_task": _("The task “{value}” is not on the list in force."),
    "database.away": _("The database does not answer at the moment. Nothing of this request was stored; please send it again."),
    "files.not_a_photo": _("This file is not a picture we can read (JPEG, PNG, WebP, HEIC)."),
    "files.not_audio": _("This file is not a recording we can read."),
    "files.not_media": _("Only photos and recordings can be uploaded."),
    "files.too_large": _("The file is over the limit of {limit} {unit}."),
    "geo.bad_point": _("These coordinates can’t be right ({fault}). Longitude first: about 118, latitude about 32."),
    "geo.unknown_crs": _("The coordinate system “{crs}” is not known. Use EPSG:4326, EPSG:4490, GCJ-02, BD-09 or any EPSG number."),
    "grids.already_effective": _("An edition that is or was in force is not changed. Draft a new one."),
    "grids.bad_tolerance": _("The tolerance must lie between 0 and 100 m²."),
    "grids.too_many_points": _("At most {limit} points at once; you sent {given}. Sign in, or send them in parts."),
    "grids.file.bad_encoding": _("The texts of the file are not in {encoding}. Save it as UTF-8 and send it again."),
    "grids.file.choose_layer": _("The file has several layers. Name one of them: {layers}."),
    "grids.file.crs_conflict": _("You declared {declared}, but the file says {found}. Declare what the coordinates really are."),
    "grids.file.crs_missing": _("Say in which coordinate system the file is. It is not guessed: files from Chinese map services claim to be WGS 84 and are hundreds of metres off."),
    "grids.file.no_code_field": _("No column looks like the 15-digit codes. Name it; the file has: {fields}."),
    "grids.file.no_features": _("The file holds no shape."),
    "grids.file.no_such_field": _("There is no column “{name}”. The file has: {fields}."),
    "grids.file.not_in_crs": _("Most coordinates can’t be {crs}: the first is {x}, {y}. Declare another system, or swap the two."),
    "grids.file.too_large": _("The file is larger than {limit_bytes} bytes, packed or unpacked."),
    "grids.file.too_many_features": _("The file has {features} shapes; at most {limit} are possible."),
    "grids.file.too_many_vertices": _("The shapes have {vertices} corner points; at most {limit} are possible."),
    "grids.file.unknown_format": _("This is none of GeoJSON, GeoPackage, zipped Shapefile and GeoParquet."),
    "grids.file.unreadable": _("The file looks like {format} but can’t be read. Export it again."),
    "grids.file.unsafe_archive": _("The archive holds something that doesn’t belong there: {member}."),
    "grids.former_division": _("The code {value} is no longer in use. It is now {now}."),
    "grids.has_defects": _("The check found more than the tolerance allows ({total_m2} m²). Mend the file and import it again."),
    "grids.import_broke": _("The import stopped for a reason of ours. The administrator finds it in the log; the file is kept."),
    "grids.import_still_running": _("This import is running already."),
    "grids.import_took_too_long": _("The file makes more work than {seconds} seconds. Send it in smaller parts."),
    "grids.label_needed": _("Give the edition a name of at most {longest} characters."),
    "grids.no_such_grid": _("There is no grid {value} in this edition."),
    "grids.no_such_import": _("There is no such import."),
    "grids.not_checked": _("Check the edition first."),
    "grids.no_such_edition": _("There is no such edition."),
    "grids.starts_too_early": _("Cases of past days were located in the edition in force. The earliest day is {earliest}."),
    "grids.unknown_division": _("The division code “{value}” is not known."),
    "limits.too_often": _("Too many requests from your address. Wait {retry_after_s} seconds."),
    "request.invalid": _("“{field}”: {reason}"),
    "request.malformed": _("The request can’t be read: {reason}"),
    "request.too_large": _("The request is larger than {limit} bytes."),
    "workforce.ends_before_start": _("The last day must come after the first."),
    "workforce.area_not_of_unit": _("A post of this unit is for an area within {area}."),
    "workforce.held_already": _("This account holds the post in that time already."),
    "workforce.no_such_absence": _("There is no such leave."),
    "workforce.not_oneself": _("Nobody appoints or closes themselves. Another administrator does it."),
    "workforce.only_principals_leave": _("Leave is recorded for the principal of a post; it opens the rights of the substitute."),
    "workforce.powers_apart": _("Administration, audit and work on cases are never one person’s. End the other appointment first."),
    "workforce.unknown_role": _("There is no role “{value}”."),
    "workforce.no_such_appointment": _("There is no such appointment."),
    "workforce.no_such_unit": _("There is no unit of this code in your area."),
    "workforce.no_such_post": _("There is no such post."),
    "workforce.unknown_unit": _("There is no unit “{value}” now."),
}  # fmt: skip


#: Somebody looks at another part of the country: the nearest grid is no help.
_FAR_M = 50_000
_FAR_OUTSIDE = _(
    "The place lies far outside the area we serve. Move the pin, or remove it and describe the place in words."
)


class _Missing(dict[str, Any]):
    """A value the problem didn’t carry stays empty rather than breaking the sentence."""

    def __missing__(self, key: str) -> str:
        return ""


def title_of(problem: Problem) -> str:
    """A short heading by kind of problem."""
    return str(_BY_STATUS.get(problem.status, _("Something went wrong")))


def detail_of(problem: Problem) -> str:
    """What happened and what to do; falls back to the title for a code without words."""
    words = _DETAILS.get(problem.code)
    if words is None:
        return title_of(problem)
    distance_m = float(str(problem.params.get("distance_m") or 0))
    if distance_m > _FAR_M:
        words = _FAR_OUTSIDE
    values = _Missing({key: _plain(value) for key, value in problem.params.items()}, field=problem.field or "")
    values["distance"] = _distance(distance_m)
    return str(words).format_map(values)


def _distance(metres: float) -> str:
    if metres < 1000:
        return str(_("{n} m")).format(n=int(round(metres, -1)))
    return str(_("{n} km")).format(n=f"{metres / 1000:.1f}")


def known_codes() -> frozenset[str]:
    """Every code that has words (a house test compares them with the problems in the code)."""
    return frozenset(_DETAILS)


def _plain(value: object) -> str:
    if isinstance(value, list | tuple):
        return str(_(", ")).join(str(one) for one in value)
    return "" if value is None else str(value)
