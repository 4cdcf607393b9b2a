#!/bin/sh
# Writes the JSON Schemas that docs/schema/ ships, from the models.
set -eu
dengbao=${1:-.venv/bin/dengbao}
$dengbao campus schema > docs/schema/campus.json
$dengbao waivers schema > docs/schema/waivers.json
$dengbao gate --schema > docs/schema/thresholds.json
for what in checks facts facts-part uncovered fixes-tried parameters; do $dengbao baseline schema "$what" > "docs/schema/$what.json"; done
$dengbao baseline schema run > docs/schema/run-1.json
