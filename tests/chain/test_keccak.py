"""Keccak-256: known answers, and the choice of implementation that the whole process follows."""

import os
import subprocess
import sys

import pytest

from sampan.keccak import EMPTY, keccak


@pytest.mark.parametrize(
    ("data", "digest"),
    [
        (b"", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        (b"Transfer(address,address,uint256)", "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"),
    ],
)
def test_known_answers(data: bytes, digest: str) -> None:
    from Crypto.Hash import keccak as other

    assert keccak(data) == other.new(digest_bits=256, data=data).digest()

    assert keccak(data).hex() == digest


def test_the_hash_of_nothing_is_that_of_an_account_without_code() -> None:
    assert keccak(b"") == EMPTY


@pytest.mark.slow
def test_the_ethereum_libraries_use_the_fast_one_too() -> None:
    pytest.importorskip("sha3")
    program = (
        "import sampan.chain, eth_utils; eth_utils.keccak(b''); from eth_hash.auto import keccak; "
        "print(keccak.hasher.__module__)"
    )
    environment = {k: v for k, v in os.environ.items() if k != "ETH_HASH_BACKEND"}
    answer = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True, timeout=60
    )
    assert "pysha3" in answer.stdout


def test_a_choice_already_made_is_respected() -> None:
    program = "import os, sampan.chain; print(os.environ['ETH_HASH_BACKEND'])"
    answer = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "ETH_HASH_BACKEND": "pycryptodome"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert answer.stdout.strip() == "pycryptodome"
