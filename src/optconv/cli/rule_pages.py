"""Where the pages of the diagnostics are published."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, metadata

_FALLBACK = "https://optconv.readthedocs.io/en/latest/"  # where the package's metadata say nothing of it
_LABEL = "documentation"


def page_url(code: str) -> str:
    """Return the address of the page of a code, such as OC201."""
    return f"{documentation_url()}diagnostics/{code}/"


@cache
def documentation_url() -> str:
    """Return the address of the documentation, with a slash at its end, as the installed package says it."""
    try:
        entries = metadata("optconv").get_all("Project-URL") or []
    except PackageNotFoundError:  # the source is run without being installed
        entries = []
    addresses = (entry.partition(",") for entry in entries)
    named = {label.strip().lower(): address.strip() for label, _, address in addresses}
    return f"{named.get(_LABEL, _FALLBACK).rstrip('/')}/"
