"""Tests ask by the requests of the kinds whose things they ask."""

from __future__ import annotations

REQUESTS = ()
