"""What Bazel, and who counts the tests, read of a run: test.xml."""
import re
import unittest
import xml.etree.ElementTree

# What XML 1.0 cannot hold, not even escaped (section 2.2).
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text):
    """The text with each character that XML cannot hold written as in Python: \\x1b."""
    return _NO_XML.sub(lambda found: ascii(found.group())[1:-1], str(text))


class XmlResult(unittest.TextTestResult):
    """Notes each case, and each part that failed, for write()."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.suite = xml.etree.ElementTree.Element("testsuite", name="e2e")

    def note(self, test, error=None):
        case = xml.etree.ElementTree.SubElement(self.suite, "testcase", name=xml_text(test),
                                                status="run")
        if error:
            failure = xml.etree.ElementTree.SubElement(case, "failure")
            failure.text = xml_text(error[1])

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note(test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.note(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        self.note(subtest, err)

    def write(self, path):
        xml.etree.ElementTree.ElementTree(self.suite).write(path, encoding="utf-8")
