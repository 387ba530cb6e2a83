#!/usr/bin/env bash
# PrairieLearn runs this in the grader's image for each submission, and wants exit code 0 and a
# result. One that uses up no attempt is there from the start; the real one takes its place.
set -uo pipefail

root=${GRADE_ROOT:-/grade}
results=$root/results
mkdir -p "$results"
cp "$root/tests/unfinished.json" "$results/.unfinished.json"
mv -f "$results/.unfinished.json" "$results/results.json"

if ! "${GRADER_PYTHON:-python3}" -I -m gradcheck_grader.bundle.on_prairielearn "$root"; then
  echo "The grader could not be run. Is this the image that image/Dockerfile makes?"
fi
exit 0
