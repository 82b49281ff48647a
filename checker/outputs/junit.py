"""Faults as JUnit XML: a test case for each file and code, failed where there is an error.

Warnings and notes stand in the output of a case that passes, as they do not fail `checker lint` either. A pack
without faults is one case that passes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from checker.diagnostics import Diagnostic, concise
from checker.model import Lang
from checker.outputs.common import local

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(found: Sequence[Diagnostic], lang: Lang) -> str:
    """Give the XML text; what XML cannot hold (control characters) is left out."""
    groups: dict[tuple[str, str], list[Diagnostic]] = {}
    for one in found:
        groups.setdefault((local(one.place.file) or "checker", one.code), []).append(one)
    failed = sum(any(one.severity == "error" for one in group) for group in groups.values())
    about = {"name": "checker lint", "tests": str(len(groups) or 1), "failures": str(failed), "errors": "0"}
    root = ElementTree.Element("testsuites", about)
    suite = ElementTree.SubElement(root, "testsuite", about)
    for (file, code), group in groups.items():
        _case(suite, file, code, group, lang)
    if not groups:
        ElementTree.SubElement(suite, "testcase", classname="checker", name="lint")
    ElementTree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _case(suite: ElementTree.Element, file: str, code: str, group: Sequence[Diagnostic], lang: Lang) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=_xml(file), name=code, file=_xml(file))
    errors = [one for one in group if one.severity == "error"]
    others = [one for one in group if one.severity != "error"]
    if errors:
        said = _xml(errors[0].message.pick(lang))
        failure = ElementTree.SubElement(case, "failure", message=said, type=code)
        failure.text = _xml("\n".join(concise(one, lang) for one in errors))
    if others:
        ElementTree.SubElement(case, "system-out").text = _xml(
            "\n".join(concise(one, lang) for one in others)
        )


def _xml(text: str) -> str:
    """Give the text without the characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("", text)
