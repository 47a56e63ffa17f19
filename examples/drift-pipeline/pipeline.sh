#!/usr/bin/env bash
# What the pipeline runs.
#   ./pipeline.sh apply   makes the cloud as the program says, and undoes drift
#   ./pipeline.sh check   changes nothing; exit code 7: the cloud has drifted, any other but 0: the check itself failed
# The stack is named by PULUMI_STACK, the credentials are in HW_ACCESS_KEY and HW_SECRET_KEY.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

drift_found=7

apply() {
  pulumi up --refresh --yes --non-interactive
}

check() {
  local status=0
  pulumi preview --refresh --expect-no-changes --non-interactive || status=$?
  case $status in
    0) echo "No drift." ;;
    "$drift_found") echo "Drift: the cloud is not as the program says. \`./pipeline.sh apply\` undoes it." >&2 ;;
    *) echo "The check failed, so nothing is known about drift." >&2 ;;
  esac
  return "$status"
}

case ${1-} in
  apply | check) "$1" ;;
  *)
    echo "usage: ./pipeline.sh apply|check" >&2
    exit 2
    ;;
esac
