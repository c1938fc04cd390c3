"""`manage.py verify`: a line for each invariant, each finding beneath it, and an exit code a script can read."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from frontdesk.kit import ledger, verification
from frontdesk.kit.verification import Invariant, findings, invariant, invariants

pytestmark = pytest.mark.django_db


def verify():
    """Run the command; return its exit code and what it printed."""
    out = StringIO()
    try:
        call_command("verify", stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def test_verify_says_ok_for_each_invariant_and_ends_with_0():
    code, text = verify()
    assert code == 0
    lines = text.splitlines()
    assert [line.split()[0] for line in lines] == [one.code for one in invariants()]
    assert all(line.split()[1] == "ok" for line in lines)


def test_verify_asks_everything_in_the_order_of_the_codes():
    codes = [one.code for one in invariants()]
    assert codes == sorted(codes)
    assert set(codes) >= {"G1", "V1", "V1b", "V1c", "V2", "V3", "V4", "V5"}


def test_verify_prints_what_is_wrong_and_ends_with_1():
    ledger.take_down_guards()
    missing = ledger.missing_guards()
    code, text = verify()
    assert code == 1
    lines = text.splitlines()
    at = next(place for place, line in enumerate(lines) if line.startswith("G1"))
    assert lines[at].split()[1] == str(len(missing))
    assert lines[at + 1 : at + 1 + len(missing)] == [f"    {name}" for name in missing]


def test_findings_pair_each_line_with_its_code(monkeypatch):
    broken = Invariant("X1", "nothing is", lambda: iter(["row 1", "row 2"]))
    monkeypatch.setattr(verification, "_invariants", {"X1": broken})
    assert findings() == [("X1", "row 1"), ("X1", "row 2")]
    code, text = verify()
    assert (code, text) == (1, "X1  2  nothing is\n    row 1\n    row 2\n")


def test_invariant_is_declared_by_writing_it(monkeypatch):
    monkeypatch.setattr(verification, "_invariants", {})

    @invariant("X2", "all is well")
    def nothing_wrong():
        return ()

    assert [(one.code, list(one.find())) for one in invariants()] == [("X2", [])]
    assert nothing_wrong() == ()
