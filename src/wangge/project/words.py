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
    "analysis.already_contested": _("Your unit has contested this case in this index already. See its appeal."),
    "analysis.already_excluded": _("The case is left out of this index already."),
    "analysis.already_revoked": _("This exclusion was taken back already."),
    "analysis.appeal_is_over": _("This appeal was decided or withdrawn already."),
    "analysis.bad_period": _("The last day lies before the first, or the period is longer than a year."),
    "analysis.bad_share": _("Give a share between 0 and 100 per cent."),
    "analysis.does_not_count": _("In this period the case does not count for your unit in this index: there is nothing to contest."),
    "analysis.needs_answer": _("Write down how satisfied the reporter is, and whether the matter is solved."),
    "analysis.needs_words": _("Write down why, in at least {shortest} characters: somebody will check it later."),
    "analysis.no_such_appeal": _("There is no such appeal, or it is not of your unit or area."),
    "analysis.no_such_scope": _("There is no such place or unit, or its figures are not yours to see."),
    "analysis.nothing_counted": _("Nothing has been counted in your area yet."),
    "analysis.no_such_case": _("The assessment knows no case of this number. A case reported just now is counted within a minute."),
    "analysis.no_such_exclusion": _("There is no such exclusion."),
    "analysis.no_such_revisit": _("This case was not drawn for a revisit, or not in your area."),
    "analysis.no_such_run": _("This period was not closed under this number."),
    "analysis.no_target_on_counts": _("A target on a count or on a figure that is only context is refused. The rule: no index rewards the number of reports; counts are shown, never judged, because a wanted number makes people invent it."),
    "analysis.not_a_share": _("A target of a rate lies between 0 and 100 per cent."),
    "analysis.period_not_over": _("A period can be closed when it is over, with what is known up to a day that is over too."),
    "analysis.revisit_is_over": _("This revisit is over: it was done, given up, or the case has moved on."),
    "analysis.too_late_to_appeal": _("This period could be contested until {last_day}."),
    "analysis.unknown_formulas": _("This period was counted by the formulas {formulas}, which this version no longer holds."),
    "analysis.unknown_index": _("There is no index of this name."),
    "analysis.unknown_outcome": _("Choose what came of the attempt."),
    "analysis.unknown_reason": _("Choose a reason of the list."),
    "console.no_pdf": _("PDF can’t be made here: Pango is not installed. Print the page of the brief instead."),
    "cases.already_asked": _("A request for this case waits to be decided already."),
    "cases.already_at_top": _("No level stands above the one that has the case."),
    "cases.bad_date": _("Give a time after {after} and not beyond {latest}."),
    "cases.bad_limit": _("Give between half an hour and {longest} hours."),
    "cases.level_not_above": _("A case is passed up to a level above the one that has it."),
    "cases.needs_another_role": _("What the grid settled itself is checked by the grid leader or the community, not by a grid worker."),
    "cases.no_more_extensions": _("The deadline has been moved {most} times. It isn’t moved again."),
    "cases.extension_gains_nothing": _("Between the deadline and {value} the office is closed, so no time would be gained. Choose a time within working hours."),
    "cases.no_such_order": _("The case has no open supervision order {value}."),
    "cases.nothing_asked": _("There is no such request to decide, or it has been decided."),
    "cases.objected_already": _("A refusal can be objected to once. You may make a new report."),
    "cases.order_open_already": _("The supervision order {numbers} runs on this case. Release it before another is opened."),
    "cases.own_request": _("Nobody decides a request of their own. A colleague decides it."),
    "cases.part_runs_already": _("The unit {unit} has an open part of this case already."),
    "cases.passed_up": _("The case was passed up; the county’s centre dispatches it."),
    "cases.passed_up_already": _("The case was passed up: the grid doesn’t settle it any more."),
    "cases.received_already": _("The receipt of this order has been given."),
    "cases.refused_by_yourself": _("The reporter objected to your refusal: somebody else decides now."),
    "cases.return_refused_already": _("It was decided that the case stays with this unit. If you need help, handle it jointly or pass it up."),
    "cases.sub_cases_open": _("Parts of this joint case are still open ({numbers}). The whole is checked when they have ended."),
    "cases.too_late_to_extend": _("The deadline has passed. More time is asked for before it, not after."),
    "cases.too_many_units": _("At most {most} units can do a part."),
    "cases.unknown_level": _("The level must be one of: {allowed}."),
    "cases.work_has_begun": _("Somebody has worked on it already, so it can’t be taken back. You may add to it instead."),
    "catalogue.calendar_day_past": _("{value} has begun or lies behind us. The earliest day that can be set is {earliest}."),
    "catalogue.calendar_gap": _("The days known end with {known_until}; {value} is missing. Every day after them needs its line."),
    "catalogue.calendar_needs_reason": _("Say why these days are set. It is kept with the change."),
    "cases.no_such_supervision_order": _("There is no supervision order {value} in your area or with your unit."),
    "catalogue.clock_rules_out_of_range": _("Give a value between {least} and {most}."),
    "catalogue.clock_rules_too_early": _("New rules hold from {earliest} at the earliest: cases of past days were counted by others."),
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
    "catalogue.already_decided": _("This was decided already, or its term is over. Load the page again to see where it stands."),
    "catalogue.already_sent": _("What was sent in isn’t changed any more. It can be returned for that."),
    "catalogue.bad_field": _("A field has a code of small Latin letters, digits and underscores, a name and a reason."),
    "catalogue.bad_term": _("The term begins today or later, ends after it began and lasts at most {longest} days."),
    "catalogue.cannot_step": _("The application has moved on, or isn’t ready for this yet. Load the page again to see where it stands."),
    "catalogue.ends_too_early": _("It would end on {end}, before it begins. Choose an earlier day, or have the end changed."),
    "catalogue.forbidden_field": _("“{name}” would hold something this product never holds. It is refused whatever the reason, and nobody overrides it."),
    "catalogue.incomplete": _("The application must say more before it can be sent. Its page lists what is missing."),
    "catalogue.later_version_planned": _("Another version of {value} is published and begins on {begins}. Choose a later day."),
    "catalogue.no_code_left": _("The sub-item {subitem} has given out all its codes. Use another one."),
    "catalogue.no_department": _("This unit belongs to no department of the list, so it can’t apply."),
    "catalogue.no_such_application": _("There is no such application, or it is not in your area."),
    "catalogue.no_such_field": _("The application has no such field."),
    "catalogue.no_such_temporary_item": _("There is no such temporary item, or it is not in your area."),
    "catalogue.not_admitted": _("“{value}” is not on the task list in force, so it can’t be asked of a grid worker. The rule: “A department applies first; what is not on the list is not assigned to grid workers; an urgent temporary item needs consent and a stated term.” (A city’s regulation on grid services, articles 23 to 25; our reading.)"),
    "catalogue.not_your_task": _("Another department answers for {value}; only that one asks for its change."),
    "catalogue.note_needed": _("Give the reason: others have to live with it."),
    "catalogue.nothing_to_change": _("No version of {value} is in force on that day, so there is nothing to suspend or end."),
    "catalogue.override_needed": _("The list would take {after} minutes of a grid’s month, more than the ceiling of {ceiling}. Give the reason to let it pass."),
    "catalogue.own_application": _("Nobody reviews or approves an application of their own. A colleague decides."),
    "catalogue.own_review": _("Who reviewed an application doesn’t approve it as well. A colleague decides."),
    "catalogue.refused_by_check": _("“{name}” keeps it from going on: it is never collected, or it is to be had elsewhere. Leave it out, or take it over from where it is."),
    "catalogue.starts_in_the_past": _("What was asked of grids in the past isn’t changed any more. The earliest day is {earliest}."),
    "catalogue.unknown_category": _("There is no category {value} on the list."),
    "catalogue.unknown_task": _("The task “{value}” is not on the list in force."),
    "database.away": _("The database does not answer at the moment. Nothing of this request was stored; please send it again."),
    "files.not_a_photo": _("This file is not a picture we can read (JPEG, PNG, WebP, HEIC)."),
    "files.not_audio": _("This file is not a recording we can read."),
    "files.not_media": _("Only photos and recordings can be uploaded."),
    "files.too_large": _("The file is over the limit of {limit} {unit}."),
    "geo.bad_point": _("These coordinates can’t be right ({fault}). Longitude first: about 118, latitude about 32."),
    "geo.unknown_crs": _("The coordinate system “{crs}” is not known. Use EPSG:4326, EPSG:4490, GCJ-02, BD-09 or any EPSG number."),
    "demo.another_history": _("The demo has a history of other figures ({there}; wanted {wanted}). Call without figures to go on with it, or ./dev reset first."),
    "demo.no_ground": _("Grids and task list of the demo begin on {since}, the history would on {first}. Choose fewer days, or ./dev reset for a demo that begins earlier."),
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
    "notices.bad_address": _("This is not a mail address. It looks like name@example.org."),
    "notices.bad_place": _("This place in the list is not one we gave out. Start again from the first page."),
    "notices.bad_secret": _("The secret of this target can’t be used. Make a new one."),
    "notices.bad_url": _("Give an address that begins with https:// or http://, without a name or password in it."),
    "notices.name_needed": _("Give a name of at most {longest} characters."),
    "notices.not_paused": _("Messages are sent to this target already."),
    "notices.no_such_notice": _("There is no such notice, or it is for somebody else."),
    "notices.no_such_target": _("There is no such webhook target in your area."),
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
