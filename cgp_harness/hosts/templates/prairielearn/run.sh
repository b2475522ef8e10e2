#!/usr/bin/env bash
# PrairieLearn runs this for each submission, in a container of its own.
root="${GRADE_ROOT:-/grade}"
exec "${CGP:-/opt/cgp/bin/cgp}" autograde prairielearn --root "$root" \
    --assignment "$root/tests/assignment" --isolation @ISOLATION@
