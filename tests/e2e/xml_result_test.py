#!/usr/bin/env python3
"""Is test.xml XML, whatever a test says?"""
import io
import os
import sys
import tempfile
import unittest
import xml.etree.ElementTree

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from xml_result import XmlResult, xml_text  # pylint: disable=wrong-import-position


def odd_case():
    """A case that fails, with odd characters in its name and in its message."""

    class OddCase(unittest.TestCase):
        def runTest(self):
            with self.subTest(name="\x1b[2J"):
                self.fail("bell \x07, nothing \0, half a pair \ud800, no character \uffff, "
                          "<&>, ü\U0001f4ec")

    return OddCase()


class XmlResultTest(unittest.TestCase):
    """What is written can be read again."""

    def test_control_characters_are_written_as_in_python(self):
        self.assertEqual(xml_text("a\x1b[2J\0\x7f\t\n"), "a\\x1b[2J\\x00\x7f\t\n")
        self.assertEqual(xml_text("\ud800\uffff"), "\\ud800\\uffff")

    def test_all_other_text_stays(self):
        text = "ü \u20ac \U0001f4ec <&> \ufffd\r\n"
        self.assertEqual(xml_text(text), text)

    def test_a_failure_with_odd_characters_makes_a_file_that_parses(self):
        result = unittest.TextTestRunner(stream=io.StringIO(), resultclass=XmlResult).run(odd_case())
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "test.xml")
            result.write(path)
            suite = xml.etree.ElementTree.parse(path).getroot()
        failures = [case for case in suite.iter("testcase") if case.find("failure") is not None]
        self.assertEqual(len(failures), 1)
        self.assertIn("\\x1b[2J", failures[0].get("name"))
        self.assertIn("bell \\x07, nothing \\x00, half a pair \\ud800, no character \\uffff, "
                      "<&>, ü\U0001f4ec", failures[0].find("failure").text)


if __name__ == "__main__":
    outcome = unittest.main(testRunner=unittest.TextTestRunner(resultclass=XmlResult),
                            exit=False).result
    if xml_file := os.environ.get("XML_OUTPUT_FILE"):
        outcome.write(xml_file)
    sys.exit(not outcome.wasSuccessful())
