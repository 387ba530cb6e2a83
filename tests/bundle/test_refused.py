"""What no command could grade is refused before it is packed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck_grader.cli import run
from tests.bundle.platforms import own_assignment


@pytest.mark.parametrize("platform", ["gradescope", "prairielearn"])
def test_an_assignment_that_check_refuses_is_not_packed(
    platform: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = own_assignment(tmp_path)
    settings = made / "assignment.toml"
    text = settings.read_text(encoding="utf-8")
    assert 'arguments = ["' in text
    settings.write_text(text.replace('arguments = ["', 'arguments = ["W7", "'), encoding="utf-8")
    (tmp_path / "student.py").write_text("", encoding="utf-8")
    checked = run(["check", str(tmp_path / "student.py"), "--assignment", str(made)])
    said = capsys.readouterr().err
    packed = run(["bundle", platform, str(made), "--output", str(tmp_path / "packed")])
    assert (checked, packed) == (2, 2)
    assert said.startswith("error: the interface passes 'W7', which no trial has")
    assert capsys.readouterr() == ("", said)
    assert not (tmp_path / "packed").exists()
