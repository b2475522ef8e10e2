"""The hosts that there are, by name."""

from __future__ import annotations

from collections.abc import Mapping

from cgp_harness.hosts.github import GITHUB
from cgp_harness.hosts.gitlab import GITLAB
from cgp_harness.hosts.gradescope import GRADESCOPE
from cgp_harness.hosts.host import Host
from cgp_harness.hosts.prairielearn import PRAIRIELEARN

HOSTS: Mapping[str, Host] = {
    one.name: one for one in (GRADESCOPE, GITHUB, PRAIRIELEARN, GITLAB)}
