#!/usr/bin/env bash
# tools/count_tests.py counts cases, and nothing that failed goes uncounted.
set -euo pipefail
count=$PWD/tools/count_tests.py
cd "$TEST_TMPDIR"

failures=0
# expect LAST_LINE STATUS: for the events in e.json.
expect() {
  local status=0 last
  last=$(python3 "$count" e.json | tail -n 1) || status=$?
  [[ $last == "$1" && $status == "$2" ]] || { echo "FAILED: '$last' $status, not '$1' $2"; failures=1; }
}
configured() { echo '{"id":{"targetConfigured":{"label":"'"$1"'"}},"configured":{"testSize":"MEDIUM"}}'; }
# result LABEL STATUS SHARD ATTEMPT [XML]
result() {
  echo '{"id":{"testResult":{"label":"'"$1"'","run":1,"shard":'"$3"',"attempt":'"$4"'}},
    "testResult":{"status":"'"$2"'","testActionOutput":['"${5:+{\"name\":\"test.xml\",\"uri\":\"file://$PWD/$5\"\}}"']}}' |
    tr -d '\n'
  echo
}
finished() { echo '{"id":{"buildFinished":{}},"finished":{"exitCode":{"code":'"$1"'}}}'; }

cat >two.xml <<X
<testsuites><testsuite><testcase name="a" status="run"/><testcase name="b" status="run"/>
<testcase name="elsewhere" status="notrun"/><testcase name="s"><skipped/></testcase></testsuite></testsuites>
X
cat >bad.xml <<X
<testsuites><testsuite><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite></testsuites>
X

{ configured //a; result //a PASSED 0 1 two.xml; finished 0; } >e.json
expect "2 passed, 0 failed" 0
{ configured //a; result //a PASSED 1 1 two.xml; result //a PASSED 2 1 two.xml; finished 0; } >e.json
expect "4 passed, 0 failed" 0
{ configured //a; result //a FAILED 0 1 bad.xml; finished 3; } >e.json
expect "1 passed, 1 failed" 1
# A crash leaves no failed case, or no file at all.
{ configured //a; result //a FAILED 0 1 two.xml; finished 3; } >e.json
expect "2 passed, 1 failed" 1
{ configured //a; result //a TIMEOUT 0 1; finished 3; } >e.json
expect "0 passed, 1 failed" 1
{ configured //a; configured //b; result //a PASSED 0 1 two.xml; finished 1; } >e.json
expect "2 passed, 1 failed" 1
# Of several attempts the last counts.
{ configured //a; result //a FAILED 0 1 bad.xml; result //a PASSED 0 2 two.xml; finished 0; } >e.json
expect "2 passed, 0 failed" 0
# Nothing ran: a broken BUILD file, an interruption, an empty selection.
finished 1 >e.json
expect "0 passed, 1 failed" 1
: >e.json
expect "0 passed, 1 failed" 1
exit $failures
