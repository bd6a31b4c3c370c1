"""Counts test cases in what Bazel tells of its runs (build events, as JSON lines).

The last line is "N passed, N failed". A test that did not build, crashed or timed
out, and a run that ended for another reason, count as failed. Exit status 1 if
anything failed, or if there was nothing to count.
"""

import json
import sys
import urllib.parse
import xml.etree.ElementTree


def cases(path):
    """Returns how many cases of a test.xml passed and failed; skipped ones are neither."""
    passed = failed = 0
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.get("status") != "notrun" and case.find("skipped") is None:
            passed += 1
    return passed, failed


def count(events):
    """Returns passed and failed of one run, and notes on what failed as a whole."""
    tests, results, exit_code = set(), {}, None
    for event in map(json.loads, events):
        identity = event.get("id", {})
        if "targetConfigured" in identity:
            if event.get("configured", {}).get("testSize", "UNKNOWN") != "UNKNOWN":
                tests.add(identity["targetConfigured"]["label"])
        elif "testResult" in identity and "testResult" in event:
            key = identity["testResult"]
            shard = (key["label"], key.get("run", 0), key.get("shard", 0))
            attempt = key.get("attempt", 0)
            if shard not in results or results[shard][0] <= attempt:
                results[shard] = (attempt, event["testResult"])
        elif "buildFinished" in identity:
            exit_code = event.get("finished", {}).get("exitCode", {}).get("code", 0)

    passed = failed = 0
    notes = []
    for (label, _, _), (_, result) in sorted(results.items()):
        good = bad = 0
        for output in result.get("testActionOutput", []):
            if output["name"] == "test.xml":
                try:
                    good, bad = cases(urllib.parse.unquote(urllib.parse.urlparse(output["uri"]).path))
                except (OSError, xml.etree.ElementTree.ParseError):
                    notes.append(f"{label}: its test.xml cannot be read")
        if result["status"] != "PASSED" and bad == 0:
            bad = 1
            notes.append(f"{label}: {result['status']}")
        if result["status"] == "PASSED" and good + bad == 0:
            notes.append(f"{label}: passed without a case")
        passed += good
        failed += bad
    for label in sorted(tests - {shard[0] for shard in results}):
        if exit_code != 0:
            failed += 1
            notes.append(f"{label}: did not build or run")
    if exit_code != 0 and failed == 0:
        failed = 1
        notes.append(f"bazel ended with status {exit_code}")
    return passed, failed, notes


def main():
    passed = failed = 0
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as events:
            good, bad, notes = count(events)
        for note in notes:
            print(f"{path.rsplit('/', 1)[-1].removesuffix('.json')}: {note}")
        passed += good
        failed += bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
