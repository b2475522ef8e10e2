"""What all pages share: templates, how things are shown in them, the script, the style, the policy.
"""

from __future__ import annotations

import base64
import hashlib
import importlib.resources
import json
from functools import cache
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from cgp_harness.model import Visibility
from cgp_harness.probing.text import percentage, plural, points, shown
from cgp_harness.reports import arrival, outcome
from cgp_harness.reports.account.lines import signed, summary
from cgp_harness.reports.case import case_of
from cgp_harness.reports.figures import svg
from cgp_harness.reports.pages.names import STUDENTS, file_name

GENERATOR = "cgp-harness"
"""Marks a file as a page of ours."""


def rendered(template: str, **content: Any) -> str:
    """A page of a template."""
    return _environment().get_template(template).render(**content)


def policy() -> str:
    """What a page may do: have our style and run our script, neither of which is anyone else's."""
    return (
        f"default-src 'none'; style-src '{_hash(style())}'; script-src '{_hash(script())}'; "
        "base-uri 'none'; form-action 'none'")


@cache
def style() -> str:
    """The style of all pages."""
    return f"{_text('style.css')}{svg.css()}"


@cache
def script() -> str:
    """The script of all pages: copies, sorts, filters, compares."""
    return _text("script.js")


def link(student: str) -> str:
    """The address of a student's page, from the pages for the staff."""
    return f"{STUDENTS}/{quote(file_name(student))}"


@cache  # templates are compiled once, not for every page
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader(__package__ or "", "templates"), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )
    environment.filters.update(
        shown=shown, points=points, percentage=percentage, plural=plural,
        symbol=outcome.symbol, case=case_of, word=outcome.WORDS.__getitem__, link=link,
        who=arrival.who, when=arrival.when, diagnosis=outcome.further_diagnosis,
        unofficial=outcome.unofficial, name=_without_task, signed=signed, summary=summary,
        data=_as_data,
    )
    environment.tests.update(
        broken=outcome.has_grader_error, open=lambda check: check.visibility is Visibility.VISIBLE,
    )
    environment.globals.update(
        policy=policy(), style=Markup(style()), script=Markup(script()), generator=GENERATOR)
    return environment


def _as_data(content: Any) -> Markup:
    """JSON for the script, in which no element ends."""
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _without_task(title: str) -> str:
    """The title of a check below the title of its task."""
    return title.partition(": ")[2] or title


def _text(name: str) -> str:
    templates = importlib.resources.files(__package__ or "").joinpath("templates")
    return templates.joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
