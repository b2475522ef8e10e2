"""Tests ask through the stand-ins of other kinds."""

from cgp_harness.subject import Asking

asking = Asking
