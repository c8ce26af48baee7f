# Copyright (c) 2026, hostops.plesk contributors
# GNU General Public License v3.0 or later (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alerts of Prometheus' Alertmanager, as its webhook sends them (version "4"): a JSON file, or a directory of them.

An alert stands for as long as it fires. Of several messages about the same alert (its ``fingerprint``) the one that began last
counts, and of those with the same beginning one that says that it is over: neither the names of files nor when they were written
matter. An alert that begins again keeps its id, and has a new ``observed_at``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from .._core.checking import Fields, Steps, Unfit, Wrong, found, one_of, text
from .._core.finding import (
    OPEN,
    RESOLVED,
    SUBJECTS,
    Collected,
    Finding,
    Named,
    finding_id,
)
from .document import Document
from .inputs import InputSpec, Options
from .report_files import Reading, check_strict, collected, json_document, read_each
from .report_kinds import Kinds, Uncaused, check_kinds
from .report_subjects import not_ahead, subject_of, time_in, words

SUFFIXES = (".json",)

SEVERITIES = {
    "none": "low",
    "info": "low",
    "information": "low",
    "notice": "low",
    "low": "low",
    "warn": "medium",
    "warning": "medium",
    "minor": "medium",
    "average": "medium",
    "medium": "medium",
    "error": "high",
    "major": "high",
    "high": "high",
    "critical": "critical",
    "page": "critical",
    "disaster": "critical",
    "emergency": "critical",
}
"""What people write into the label ``severity``, which Prometheus leaves to them."""

#: A label of the name of a kind of subject is one, unless the option ``subjects`` says which labels are.
LABELS: Mapping[str, str] = {kind: kind for kind in SUBJECTS}

_FINGERPRINT = re.compile(r"[0-9a-zA-Z_-]{1,64}")
_STATUS = ("firing", "resolved")

#: ``endsAt`` of an alert that still fires: Go's zero time.
_NEVER = "0001"


def _check_options(fields: Fields) -> dict[str, Any]:
    return {
        **check_kinds(fields),
        **check_strict(fields),
        "subjects": fields.take("subjects", _labels, LABELS),
        "panel_label": fields.take("panel_label", text(60), "panel"),
    }


OPTIONS = Options(("causes", "severities", "strict", "subjects", "panel_label"), _check_options, cause="")


def read(spec: InputSpec, now: str) -> Collected:
    """The findings in the alerts at the path of an input. The option ``causes`` knows alerts by their ``alertname``.

    What cannot be used is remarked or raised as ``report_files`` says.
    """
    kinds = Kinds({}, spec)

    def read_file(content: bytes, source: str) -> list[Reading]:
        document = json_document(content, source, "a message of Alertmanager's webhook")
        return _Message(spec, kinds, document, now).read()

    files, remarks = read_each(spec, SUFFIXES, read_file)
    readings = [reading for file in files for reading in file]
    return replace(collected(spec, _last(readings), remarks), rows=len(readings))


def _last(readings: list[Reading]) -> list[Reading]:
    """The last message about each alert, and what gave no finding."""
    last: dict[str, Finding] = {}
    for reading in readings:
        for finding in reading.findings:
            last[finding.id] = max(last.get(finding.id, finding), finding, key=_age)
    return [
        *(Reading((finding,)) for finding in last.values()),
        *(reading for reading in readings if not reading.findings),
    ]


def _age(finding: Finding) -> tuple[str, bool, str]:
    return finding.observed_at, finding.state == RESOLVED, finding.facts["ends_at"]


class _Message:
    """One message of the webhook. The form is that of Alertmanager's documentation of ``webhook_config``."""

    def __init__(self, spec: InputSpec, kinds: Kinds, document: Document, now: str) -> None:
        self._spec = spec
        self._kinds = kinds
        self._document = document
        self._now = now
        self._wrongs: list[Wrong] = []

    def read(self) -> list[Reading]:
        """What each of its alerts says. Raises ``DocumentError``."""
        message = self._object(self._document.value, ())
        if message.get("version") != "4":
            self._wrong(("version",), f"expected '4', found {found(message.get('version'))}.")
        alerts = message.get("alerts")
        if not isinstance(alerts, list):
            self._wrong(("alerts",), f"expected a list, found {found(alerts)}.")
            alerts = []
        readings = [self._alert(alert, ("alerts", place)) for place, alert in enumerate(alerts)]
        cut = message.get("truncatedAlerts", 0)
        if isinstance(cut, bool) or not isinstance(cut, int) or cut < 0:
            self._wrong(("truncatedAlerts",), f"expected a whole number, found {found(cut)}.")
        elif cut:
            text = f"{self._document.source}: Alertmanager left {cut} alerts out of this message; raise 'max_alerts'."
            readings.append(Reading(remarks=(text,), partial=True))
        self._document.check(self._wrongs)
        return readings

    def _alert(self, value: Any, path: Steps) -> Reading:
        alert = self._object(value, path)
        labels = self._object(alert.get("labels"), (*path, "labels"))
        name = self._checked(labels, "alertname", text(200), (*path, "labels")) or ""
        mark = self._checked(alert, "fingerprint", _fingerprint, path) or ""
        begun = self._checked(alert, "startsAt", lambda value: not_ahead(time_in(value), self._now), path) or ""
        ends = self._checked(alert, "endsAt", time_in, path) or ""
        status = self._checked(alert, "status", one_of(_STATUS), path)
        severity = self._severity(labels, path)
        subjects = self._subjects(labels, begun, path)
        place = str(self._document.origin(path))
        try:
            cause, severity = self._kinds.of(name, severity=severity)
        except Uncaused as error:
            return Reading(remarks=(f"{place}: the alert {error}.",))
        if not subjects:
            names = ", ".join(self._spec.options["subjects"])
            return Reading(
                remarks=(
                    f"{place}: the alert {words(name, 60)} has none of the labels {names}, and so names no tenant.",
                )
            )
        over = status == "resolved" or (not ends.startswith(_NEVER) and ends <= self._now)
        notes = self._object(alert.get("annotations", {}), (*path, "annotations"))
        finding = Finding(
            finding_id("alertmanager", self._spec.name, mark),
            cause,
            self._spec.name,
            subjects,
            begun,
            severity=severity,
            standing=True,
            state=RESOLVED if over else OPEN,
            reference=mark,
            summary=words(str(notes.get("summary") or ""), 120) or f"alert {words(name, 60)}",
            evidence=(f"alert {words(name, 60)} (fingerprint {mark}) since {begun}",),
            facts={"format": "alertmanager", "alertname": name, "ends_at": "" if ends.startswith(_NEVER) else ends},
            place=place,
        )
        return Reading((finding,))

    def _severity(self, labels: Mapping[str, Any], path: Steps) -> str:
        """The severity in the label ``severity``; empty where there is none."""
        said = labels.get("severity")
        if said is None:
            return ""
        known = self._kinds.severity(said) or SEVERITIES.get(said.lower(), "") if isinstance(said, str) else ""
        if not known:
            text = (
                f"expected one of {', '.join(SEVERITIES)}, found {found(said)}; the option 'severities' can explain it."
            )
            self._wrong((*path, "labels", "severity"), text)
        return known

    def _subjects(self, labels: Mapping[str, Any], time: str, path: Steps) -> tuple[Named, ...]:
        """Whom the labels name, in the order of the option ``subjects``."""
        subjects = []
        panel = labels.get(self._spec.options["panel_label"])
        panel = panel if isinstance(panel, str) else ""
        for label, kind in self._spec.options["subjects"].items():
            if label in labels:
                check = partial(subject_of, kind, time=time, panel=panel)
                subjects.append(self._checked(labels, label, check, (*path, "labels")))
        return tuple(dict.fromkeys(subject for subject in subjects if subject))

    def _object(self, value: Any, path: Steps) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self._wrong(path, f"expected an object, found {found(value)}.")
        return {}

    def _checked(self, values: Mapping[str, Any], name: str, check: Callable[[Any], Any], path: Steps) -> Any:
        """What ``check`` makes of a text that has to be given, None where it cannot be used."""
        value = values.get(name)
        try:
            if not isinstance(value, str):
                raise Unfit("a text")
            return check(value)
        except Unfit as error:
            self._wrong((*path, name), f"expected {error}, found {found(value)}.")
            return None

    def _wrong(self, path: Steps, text: str) -> None:
        self._wrongs.append(Wrong(path, text))


def _fingerprint(value: str) -> str:
    if not _FINGERPRINT.fullmatch(value):
        raise Unfit("the fingerprint of an alert such as 1a30ba71cca2921f")
    return value


def _labels(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not value or any(str(kind) not in SUBJECTS for kind in value.values()):
        raise Unfit(f"a mapping of labels to {', '.join(SUBJECTS)}")
    return {str(label): str(kind) for label, kind in value.items()}
