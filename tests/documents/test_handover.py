"""Salts are handed on and backed up in one encrypted file; what comes in is held against the document (P13)."""

from __future__ import annotations

import json
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sampan.documents import handover, read_salts, salts_path
from sampan.documents.salts import shred
from sampan.errors import BadInput
from sampan.scenarios.samples import read_sample

Run = Callable[..., Any]


@pytest.fixture
def key(tmp_path: Path, sampan_command: Run) -> tuple[Path, str]:
    """A key of the bank, and its recipient."""
    file = tmp_path / "bank.key"
    made = sampan_command("document", "salts", "key", "--out", file, "--json").document
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    return file, made["recipient"]


@pytest.fixture
def carrier(tmp_path: Path, sampan_command: Run) -> Path:
    """The carrier's folder: two documents with their salts."""
    folder = tmp_path / "carrier"
    folder.mkdir()
    for name in ("to-order", "to-paper"):
        (folder / f"{name}.json").write_bytes(read_sample(name))
    assert sampan_command("document", "root", folder).code == 0
    return folder


@pytest.fixture
def bank(tmp_path: Path, carrier: Path) -> Path:
    """The bank's folder: the same documents, one under another name, without salts."""
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "to-order.json").write_bytes(read_sample("to-order"))
    (folder / "lc-7.json").write_bytes(read_sample("to-paper"))
    return folder


def exported(sampan_command: Run, carrier: Path, *how: str | Path) -> Path:
    out = carrier.parent / "salts.age"
    ran = sampan_command("document", "salts", "export", carrier, *how, "--out", out, "--json")
    assert ran.code == 0, ran.err
    assert len(ran.document["documents"]) == 2
    return out


@pytest.mark.slow
def test_salts_go_to_the_next_holder_and_prove_its_copies(
    carrier: Path, bank: Path, key: tuple[Path, str], sampan_command: Run
) -> None:
    bundle = exported(sampan_command, carrier, "--to", key[1])
    text = bundle.read_text()
    assert text.startswith("-----BEGIN AGE ENCRYPTED FILE-----")
    assert "SAMPAN" not in text
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600
    ran = sampan_command("document", "salts", "import", bundle, "--key", key[0], "--into", bank, "--json")
    assert ran.code == 0
    assert [(one["was_there"], one["proven"]) for one in ran.document["documents"]] == [(False, True), (False, True)]
    # Found by its checksum where its file has another name.
    assert read_salts(salts_path(bank / "lc-7.json")) == read_salts(salts_path(carrier / "to-paper.json"))
    assert stat.S_IMODE(salts_path(bank / "lc-7.json").stat().st_mode) == 0o600
    again = sampan_command("document", "salts", "import", bundle, "--key", key[0], "--into", bank)
    assert again.code == 0
    assert "Taken in: 0; were there already: 2; refused: 0." in again.out


def test_other_salts_that_stand_there_are_left_and_named(
    carrier: Path, bank: Path, key: tuple[Path, str], sampan_command: Run
) -> None:
    bundle = exported(sampan_command, carrier, "--to", key[1])
    sampan_command("document", "root", bank / "to-order.json")
    own = salts_path(bank / "to-order.json").read_bytes()
    ran = sampan_command("document", "salts", "import", bundle, "--key", key[0], "--into", bank, "--json")
    assert ran.code == 3
    (failed,) = ran.document["failed"]
    assert failed["error"]["code"] == "document.salts"
    assert "other salts stand there" in failed["error"]["message"]
    assert salts_path(bank / "to-order.json").read_bytes() == own
    # The other document's came in.
    assert [one["reference"] for one in ran.document["documents"]] == ["XLLSHA2600103"]


def test_salts_that_were_destroyed_do_not_come_back(carrier: Path, key: tuple[Path, str], sampan_command: Run) -> None:
    bundle = exported(sampan_command, carrier, "--to", key[1])
    path = salts_path(carrier / "to-order.json")
    shred(path, ["/partyContactDetails/0/name"])
    assert sampan_command("document", "salts", "import", bundle, "--key", key[0], "--into", carrier).code == 3
    assert read_salts(path).shredded == ("/partyContactDetails/0/name",)


def test_a_changed_document_is_not_given_the_salts(
    carrier: Path, bank: Path, key: tuple[Path, str], sampan_command: Run
) -> None:
    bundle = exported(sampan_command, carrier, "--to", key[1])
    document = json.loads((bank / "to-order.json").read_text()) | {"carrierClauses": ["Another."]}
    (bank / "to-order.json").write_text(json.dumps(document))
    ran = sampan_command("document", "salts", "import", bundle, "--key", key[0], "--into", bank, "--json")
    assert [one["error"]["code"] for one in ran.document["failed"]] == ["document.altered"]
    assert not salts_path(bank / "to-order.json").exists()


@pytest.mark.slow
def test_a_backup_under_a_passphrase_brings_documents_and_salts_back(
    carrier: Path, tmp_path: Path, sampan_command: Run
) -> None:
    word = tmp_path / "word"
    word.write_text("a long walk on the Bund\n")
    bundle = exported(sampan_command, carrier, "--passphrase-file", word, "--with-documents")
    empty = tmp_path / "empty"
    empty.mkdir()
    ran = sampan_command("document", "salts", "import", bundle, "--passphrase-file", word, "--into", empty, "--json")
    assert ran.code == 0
    assert all(one["proven"] for one in ran.document["documents"])
    root = sampan_command("document", "root", carrier / "to-order.json", "--json").document["root"]
    assert sampan_command("document", "verify", empty / "to-order.json", "--root", root).code == 0
    word.write_text("another\n")
    wrong = sampan_command("document", "salts", "import", bundle, "--passphrase-file", word, "--into", empty, "--json")
    assert (wrong.code, wrong.error["code"]) == (3, "document.bundle")


def test_without_its_document_salts_are_taken_in_when_they_hold_together(
    carrier: Path, tmp_path: Path, key: tuple[Path, str], sampan_command: Run
) -> None:
    bundle = exported(sampan_command, carrier, "--to", key[1])
    empty = tmp_path / "empty"
    empty.mkdir()
    ran = sampan_command("document", "salts", "import", bundle, "--key", key[0], "--into", empty, "--json")
    assert [one["proven"] for one in ran.document["documents"]] == [False, False]
    (one, *_) = handover.opened(bundle, key=key[0])
    leaf = one.salts.leaves["/carrierCode"]
    one.salts.leaves["/carrierCode"] = type(leaf)(leaf.salt, bytes(32))  # type: ignore[index]
    (failed,) = handover.take_in([one], tmp_path).failed
    assert "do not hold together" in failed.error.message


@pytest.mark.parametrize(
    "name", ["../evil.json", "/etc/evil.json", "..", "a\\b.json", "", ".npmrc", "a\nb.json", "a\x1b[2J.json"]
)
def test_no_bundle_writes_outside_the_folder(name: str, tmp_path: Path, carrier: Path, key: tuple[Path, str]) -> None:
    carried = handover.gather([carrier / "to-order.json"]).answers[0]
    bent = tmp_path / "bent.age"
    bent.write_bytes(handover.sealed([handover.Carried(name, carried.salts)], recipients=[key[1]]))
    with pytest.raises(BadInput, match="is broken"):
        handover.opened(bent, key=key[0])


def test_one_document_without_salts_stops_no_other(
    carrier: Path, key: tuple[Path, str], tmp_path: Path, sampan_command: Run
) -> None:
    salts_path(carrier / "to-paper.json").unlink()
    out = tmp_path / "salts.age"
    ran = sampan_command("document", "salts", "export", carrier, "--to", key[1], "--out", out, "--json")
    assert ran.code == 3
    assert [one["name"] for one in ran.document["documents"]] == ["to-order.json"]
    assert [one["error"]["code"] for one in ran.document["failed"]] == ["document.salts"]
    assert out.exists()


def test_ssh_keys_and_files_of_recipients_do_as_well(carrier: Path, tmp_path: Path, sampan_command: Run) -> None:
    private = tmp_path / "id"
    made = subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(private)], check=False, capture_output=True
    )
    if made.returncode:
        pytest.skip("no ssh-keygen here")
    bundle = exported(sampan_command, carrier, "--to", private.with_suffix(".pub"))
    assert len(handover.opened(bundle, key=private)) == 2


@pytest.mark.slow
def test_what_is_wrong_with_keys_and_bundles_is_said(
    carrier: Path, key: tuple[Path, str], tmp_path: Path, sampan_command: Run
) -> None:
    out, bundle = tmp_path / "new.age", exported(sampan_command, carrier, "--to", key[1])
    export = ("document", "salts", "export", carrier)
    for more, code, subject in (
        (("--out", out), 2, "--to"),
        (("--out", out, "--to", key[1], "--passphrase"), 2, "--to"),
        (("--out", out, "--to", "age1nonsense"), 3, "age1nonsense"),
        (("--out", bundle, "--to", key[1]), 3, str(bundle)),
        (("--out", out, "--passphrase"), 6, "--passphrase-file"),
    ):
        ran = sampan_command(*export, *more, "--json")
        assert (ran.code, ran.error["subject"]) == (code, subject)
    assert not out.exists()
    other = tmp_path / "other.key"
    sampan_command("document", "salts", "key", "--out", other)
    take = ("document", "salts", "import")
    for file, with_key, code in (
        (bundle, other, "document.bundle"),
        (carrier / "to-order.json", key[0], "document.bundle"),
        (tmp_path / "none", key[0], "file"),
        (bundle, tmp_path / "none", "file"),
        (bundle, carrier / "to-order.json", "document.identity"),
    ):
        assert sampan_command(*take, file, "--key", with_key, "--into", tmp_path, "--json").error["code"] == code
    assert sampan_command("document", "salts", "key", "--out", other, "--json").error["code"] == "file"


@pytest.mark.slow
def test_a_private_key_that_is_named_as_recipient_is_told_to_nobody(
    carrier: Path, key: tuple[Path, str], tmp_path: Path, sampan_command: Run
) -> None:
    """Whoever names bank.key instead of bank.recipient finds the key in no log."""
    (tmp_path / "id").write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAA\n")
    secret = next(line for line in key[0].read_text().splitlines() if line.startswith("AGE-SECRET-KEY-"))
    for given in (key[0], secret, tmp_path / "id"):
        for more in ((), ("--json",)):
            ran = sampan_command(
                "document", "salts", "export", carrier, "--to", given, "--out", tmp_path / "x.age", *more
            )
            assert ran.code == 3
            assert "private key" in ran.out + ran.err
            assert secret[15:] not in ran.out + ran.err
            assert "b3Blbn" not in ran.out + ran.err
    assert not (tmp_path / "x.age").exists()


def test_recipients_that_are_nobody_and_files_without_an_end_are_refused(
    carrier: Path, key: tuple[Path, str], tmp_path: Path, sampan_command: Run
) -> None:
    (tmp_path / "none.txt").write_text("# nobody yet\n\n")
    export = ("document", "salts", "export", carrier, "--out", tmp_path / "x.age", "--json")
    for given in ("", tmp_path / "none.txt"):
        ran = sampan_command(*export, "--to", given)
        assert (ran.code, ran.error["code"]) == (3, "document.recipient")
    assert sampan_command(*export, "--to", "ssh-rsa " + "A" * 400).error["code"] == "document.recipient"
    ran = sampan_command(*export, "--passphrase-file", "/dev/zero")
    assert (ran.code, "is larger than" in ran.error["message"]) == (3, True)
    ran = sampan_command("document", "salts", "import", tmp_path / "none.txt", "--key", "/dev/zero", "--json")
    assert (ran.code, ran.error["subject"]) == (3, "/dev/zero")
