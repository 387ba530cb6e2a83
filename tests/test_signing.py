"""Signed results: valid as they are, and a change is named, whoever makes it."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from gradcheck_grader.report_file import REPORT

pytest.importorskip("cryptography", reason="signatures need the library cryptography")

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from gradcheck_grader.errors import GraderError
from gradcheck_grader.keys import is_open_to_others, make_pair, private_key, public_key
from gradcheck_grader.models import GradeReport
from gradcheck_grader.reports.json import as_object, render
from gradcheck_grader.signing import DOMAIN, canonical, key_id, read_report, sign, verify
from tests.conftest import Cli, Grade, built_in

EXAMPLES = built_in("shallow-tanh").folder / "examples"
WRONG = (EXAMPLES / "wrong_mean_forgotten.py").read_text(encoding="utf-8")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
CHECK = ("check", "student.py", "-a", "shallow-tanh", "--seed", "3")
Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def report(grade_text: Grade) -> GradeReport:
    return grade_text(WRONG)


@pytest.fixture
def signed(report: GradeReport) -> dict[str, Any]:
    """Return a signed report as its file has it."""
    signature = sign(as_object(report), KEY)
    text = render(replace(report, signature=signature))
    plain: dict[str, Any] = json.loads(text)
    return plain


def test_an_unsigned_report_has_no_word_of_signatures(report: GradeReport) -> None:
    assert "signature" not in json.loads(render(report))


def test_a_signed_report_is_the_same_report_and_valid(
    report: GradeReport, signed: dict[str, Any]
) -> None:
    result = verify(signed, KEY.public_key())
    assert (result.valid, result.changed) == (True, ())
    without = {key: value for key, value in signed.items() if key != "signature"}
    assert without == as_object(report)
    assert REPORT.validate_python(signed).signature is not None


def test_the_signature_can_be_checked_as_documented(signed: dict[str, Any]) -> None:
    """By the words of the documentation, with none of our functions."""

    def text(value: object) -> bytes:
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")

    signature = signed["signature"]
    rest = {key: value for key, value in signature.items() if key != "value"}
    KEY.public_key().verify(
        base64.b64decode(signature["value"]), b"gradcheck-grader/signature/v1\n" + text(rest)
    )
    for key in ("score", "findings", "replay"):
        assert signature["digests"][key] == hashlib.sha256(text(signed[key])).hexdigest()


def test_signing_twice_gives_the_same_signature(report: GradeReport) -> None:
    assert sign(as_object(report), KEY) == sign(as_object(report), KEY)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda plain: plain.update(score=100), ["score"]),
        (lambda plain: plain["submission"].update(name="mine.py"), ["submission"]),
        (lambda plain: plain["grader"].update(seed=4), ["grader"]),
        (lambda plain: plain["gradients"][0].update(points=25), ["gradients/shallow/dW2"]),
        (
            lambda plain: plain["gradients"][0].update(name="dW9"),
            ["gradients/shallow/dW2 (removed)", "gradients/shallow/dW9 (added)"],
        ),
        (lambda plain: plain["gradients"].pop(), ["gradients/shallow/db1 (removed)"]),
        (lambda plain: plain["gradients"].reverse(), ["gradients"]),
        (lambda plain: plain["gradients"].append(plain["gradients"][0]), ["gradients"]),
        (lambda plain: plain["gradients"].append(7), ["gradients"]),
        (lambda plain: plain.update(gradients={}), ["dW2 (removed)"]),
        (lambda plain: plain["findings"].clear(), ["findings"]),
        (lambda plain: plain.pop("problems"), ["problems (removed)"]),
        (lambda plain: plain.update(bonus=20), ["bonus (added)"]),
        (lambda plain: plain.update({"gradients/shallow/dW2": 1}), ["gradients/shallow/dW2"]),
        (lambda plain: plain.update(output="\ud800"), ["output"]),
    ],
)
def test_a_change_is_named(signed: dict[str, Any], change: Change, named: list[str]) -> None:
    change(signed)
    result = verify(signed, KEY.public_key())
    assert result.genuine
    assert not result.valid
    for name in named:
        assert any(item.endswith(name) for item in result.changed), result.changed


@pytest.mark.parametrize(
    "change",
    [
        lambda own: own.update(value=base64.b64encode(bytes(64)).decode()),
        lambda own: own.update(value="no base64"),
        lambda own: own.update(value="é" * 88),
        lambda own: own.update(value=own["value"][4:]),
        lambda own: own["digests"].update(score=hashlib.sha256(b"100").hexdigest()),
        lambda own: own.update(algorithm="none"),
        lambda own: own.update(key_id="0" * 16),
        lambda own: own.pop("digests"),
        lambda own: own.update(more=1),
    ],
)
def test_a_changed_signature_is_not_valid(signed: dict[str, Any], change: Change) -> None:
    change(signed["signature"])
    result = verify(signed, KEY.public_key())
    assert not result.genuine
    assert not result.valid


@pytest.mark.parametrize("value", [None, 7, [], "text", {}])
def test_what_is_no_signature_is_not_valid(signed: dict[str, Any], value: object) -> None:
    signed["signature"] = value
    assert not verify(signed, KEY.public_key()).valid


def test_a_forger_s_own_signature_is_told_by_its_key(report: GradeReport) -> None:
    plain = as_object(report)
    plain["signature"] = asdict(sign(plain, OTHER))
    result = verify(plain, KEY.public_key())
    assert (result.valid, result.genuine) == (False, False)
    assert result.signed_by == key_id(OTHER.public_key()) != result.key_id
    plain["signature"]["key_id"] = key_id(KEY.public_key())
    assert not verify(plain, KEY.public_key()).valid


def test_a_report_without_signature_is_no_verdict(report: GradeReport) -> None:
    with pytest.raises(GraderError, match="bears no signature"):
        verify(as_object(report), KEY.public_key())


def test_another_program_s_way_to_write_json_changes_nothing(signed: dict[str, Any]) -> None:
    def reordered(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: reordered(value[key]) for key in reversed(value)}
        if isinstance(value, list):
            return [reordered(item) for item in value]
        return float(value) if type(value) is int else value

    rewritten = json.loads(json.dumps(reordered(signed), indent=1, ensure_ascii=True))
    assert verify(rewritten, KEY.public_key()).valid


def test_values_that_differ_have_texts_that_differ() -> None:
    values = [0, 1, 1.5, "1", "", None, True, False, [], {}, [1], ["1"], {"a": 1}, 1e-7, 2**60]
    assert len({canonical(value) for value in values}) == len(values)
    assert canonical({"b": 1.0, "a": "é"}) == b'{"a":"\\u00e9","b":1}'


def test_the_signed_text_names_what_it_is_for() -> None:
    assert DOMAIN.startswith(b"gradcheck-grader/signature/v1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not readable as JSON"),
        ("{", "not readable as JSON"),
        ("[]", "no report"),
        ('{"score": 1, "score": 2}', "a key is there twice"),
        ('{"score": NaN}', "NaN is no number"),
        ('{"score": 1e999}', "a number is too large"),
        ('{"a": {"b": [-1e999]}}', "a number is too large"),
        ("[" * 100_000, "not readable as JSON"),
        ('{"a": ' + "[" * 900 + "]" * 900 + "}", "too many lists in lists"),
        ('{"a": ' * 60 + "1" + "}" * 60, "too many lists in lists"),
        ('{"score": ' + "1" * 5000 + "}", "not readable as JSON"),
    ],
)
def test_a_file_that_is_no_report_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(GraderError, match=said):
        read_report(file)


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GraderError, match="cannot be read"):
        read_report(tmp_path / "report.json")
    (tmp_path / "report.json").write_bytes(b"\xff\xfe")
    with pytest.raises(GraderError, match="not readable as JSON"):
        read_report(tmp_path / "report.json")


def pem(key: Any, passphrase: bytes = b"") -> bytes:
    how = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    text: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)
    return text


def test_a_new_pair_signs_verifies_and_is_never_overwritten(tmp_path: Path) -> None:
    private, public = make_pair(tmp_path / "grades")
    assert (private.name, public.name) == ("grades.pem", "grades.pub.pem")
    own = private_key(private, {}).public_key()
    assert key_id(own) == key_id(public_key(public, {})) == key_id(public_key(private, {}))
    with pytest.raises(GraderError, match="exists already"):
        make_pair(tmp_path / "grades")
    with pytest.raises(GraderError, match="cannot be written"):
        make_pair(tmp_path / "nowhere" / "grades")


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are POSIX's")
def test_a_private_key_is_its_owner_s_alone(tmp_path: Path) -> None:
    private, public = make_pair(tmp_path / "grades")
    assert not is_open_to_others(private)
    assert is_open_to_others(public)
    assert private.stat().st_mode & 0o777 == 0o600


def test_an_encrypted_key_needs_its_passphrase(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_bytes(pem(KEY, b"correct horse"))
    with pytest.raises(GraderError, match="the key is encrypted") as raised:
        private_key(file, {})
    assert "GRADER_PASSPHRASE" in raised.value.remedy
    with pytest.raises(GraderError, match="is GRADER_PASSPHRASE the right one"):
        private_key(file, {"GRADER_PASSPHRASE": "wrong horse"})
    assert private_key(file, {"GRADER_PASSPHRASE": "correct horse"}).sign(b"x") == KEY.sign(b"x")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pem(ec.generate_private_key(ec.SECP256R1())), "not an Ed25519 key"),
        (b"no key", "holds no private key"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "cut or damaged"),
    ],
    ids=["another kind", "no key", "cut"],
)
def test_a_file_that_holds_no_such_key_is_refused(
    tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "key.pem").write_bytes(content)
    with pytest.raises(GraderError, match=said):
        private_key(tmp_path / "key.pem", {})
    with pytest.raises(GraderError):
        public_key(tmp_path / "key.pem", {})


def test_the_command_signs_and_verifies(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(WRONG, encoding="utf-8")
    (tmp_path / "other.py").write_text(WRONG + "\n", encoding="utf-8")
    assert cli("keygen", "grades").returncode == 0
    done = cli(*CHECK, "--sign", "grades.pem", "--format", "json", "--report", "json=r.json")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (tmp_path / "r.json").read_text("utf-8")
    verified = ("verify", "r.json", "--key", "grades.pub.pem")
    valid = cli(*verified, "--submission", "student.py")
    assert valid.returncode == 0
    assert valid.stdout.startswith("r.json: valid\n")
    assert "75/100" in valid.stdout
    other = cli(*verified, "--submission", "other.py")
    assert other.returncode == 1
    assert "about another file than other.py" in other.stdout
    changed = done.stdout.replace('"score": 75', '"score": 100')
    (tmp_path / "r.json").write_text(changed, encoding="utf-8")
    forged = cli(*verified)
    assert forged.returncode == 1
    assert forged.stdout == "r.json: NOT VALID\n  changed: score\n"


def test_verify_says_so_if_it_cannot_tell(cli: Cli, tmp_path: Path) -> None:
    make_pair(tmp_path / "grades")
    (tmp_path / "r.json").write_text("{}", encoding="utf-8")
    for arguments, said in (
        (("r.json", "--key", "grades.pub.pem"), "bears no signature"),
        (("no.json", "--key", "grades.pub.pem"), "no.json cannot be read"),
        (("r.json", "--key", "no.pem"), "the key no.pem cannot be read"),
        (("r.json", "--key", "r.json"), "no public key in PEM form"),
    ):
        done = cli("verify", *arguments)
        assert done.returncode == 2
        assert said in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "--sign signs the JSON report, and none is written"),
        (("--format", "json", "--quiet"), "none is written\n  Add --report json=report.json\n"),
        (("--format", "json", "--only", "dW1"), "speaks of all gradients"),
    ],
)
def test_a_signature_that_would_say_little_is_refused(
    cli: Cli, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    (tmp_path / "student.py").write_text(WRONG, encoding="utf-8")
    make_pair(tmp_path / "grades")
    done = cli(*CHECK, "--sign", "grades.pem", *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="permissions of this kind are POSIX's")
def test_a_key_that_others_can_read_is_pointed_out(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(WRONG, encoding="utf-8")
    private, _ = make_pair(tmp_path / "grades")
    private.chmod(0o644)
    done = cli(*CHECK, "--sign", "grades.pem", "--format", "json")
    assert "warning: others can read grades.pem; run: chmod 600 grades.pem" in done.stderr
    assert json.loads(done.stdout)["signature"]["algorithm"] == "ed25519"


def test_without_the_library_it_says_what_to_install(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "student.py").write_text(WRONG, encoding="utf-8")
    (tmp_path / "hide").mkdir()
    (tmp_path / "hide" / "cryptography.py").write_text("raise ImportError", encoding="utf-8")
    done = cli(*CHECK, "--sign", "k.pem", "--format", "json", PYTHONPATH=str(tmp_path / "hide"))
    assert done.returncode == 2
    assert 'python -m pip install "gradcheck-grader[sign]"' in done.stderr


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_keys_of_openssl_are_understood_and_named_as_documented(tmp_path: Path) -> None:
    def openssl(*arguments: str) -> bytes:
        done = subprocess.run(
            ["openssl", *arguments], cwd=tmp_path, capture_output=True, check=True
        )
        return done.stdout

    openssl("genpkey", "-algorithm", "ed25519", "-out", "key.pem")
    openssl("pkey", "-in", "key.pem", "-pubout", "-out", "key.pub.pem")
    der = openssl("pkey", "-pubin", "-in", "key.pub.pem", "-outform", "DER")
    own = key_id(private_key(tmp_path / "key.pem", {}).public_key())
    assert own == key_id(public_key(tmp_path / "key.pub.pem", {}))
    assert own == hashlib.sha256(der).hexdigest()[:16]


def test_a_value_that_was_signed_is_left_alone(report: GradeReport) -> None:
    plain = as_object(report)
    before = copy.deepcopy(plain)
    sign(plain, KEY)
    assert plain == before
