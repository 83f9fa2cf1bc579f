#!/usr/bin/env python3
"""Session key, MAC1, MAC2 and TAC of loads, checked against the published vectors.

    check_vectors.py load-cryptograms.json [HOW-MANY]

Python 3.8 or newer, its standard library, and the command `openssl` for the block ciphers. A start
for whoever writes an authority in another language: every formula of a load is here.
"""
import json
import subprocess
import sys


def des_cbc(key8, data):
    """Single DES, in CBC from a block of zeros, without padding."""
    # As 3DES of three equal keys: OpenSSL 3 has single DES in its legacy module alone.
    return openssl("des-ede3-cbc", key8 * 3, data)


def openssl(cipher, key, data):
    block = 16 if cipher.startswith("sm4") else 8
    words = ["openssl", "enc", "-" + cipher, "-K", key.hex(), "-nopad"]
    if cipher.endswith("-cbc"):
        words += ["-iv", "00" * block]
    return subprocess.run(words, input=data, capture_output=True, check=True).stdout


def pad(data, block):
    """ISO 9797-1, method 2: 80, then zeros up to a whole block."""
    return data + b"\x80" + bytes(-(len(data) + 1) % block)


def mac4(cipher, key, data):
    """The left four bytes of the last block of a CBC chain from zeros."""
    if cipher == "3des":
        return des_cbc(key, pad(data, 8))[-8:][:4]
    return openssl("sm4-cbc", key, pad(data, 16))[-16:][:4]


def session_key(cipher, key, random, counter):
    """Random number, counter, 80 00; under SM4 followed by its complement."""
    data = random + counter + b"\x80\x00"
    if cipher == "3des":
        return openssl("des-ede", key, data)
    return openssl("sm4-ecb", key, data + bytes(0xFF - one for one in data))


def tac_key(cipher, key):
    """3DES folds the key of the TAC: left half xor right half. SM4 takes it whole."""
    if cipher != "3des":
        return key
    return bytes(left ^ right for left, right in zip(key[:8], key[8:]))


def code(cipher, name, test):
    """What a card and its authority compute for one load: one of its four codes."""

    def number(field, size):
        return test[field].to_bytes(size, "big")

    def text(field):
        return bytes.fromhex(test[field])

    asked = number("amountFen", 4) + number("transactionType", 1) + text("terminal")
    when = text("date") + text("time")
    if name == "tac":
        after = (test["balanceFen"] + test["amountFen"]).to_bytes(4, "big")
        message = after + number("onlineAtc", 2) + asked + when
        return mac4(cipher, tac_key(cipher, text("tacKey")), message)
    session = session_key(cipher, text("key"), text("random"), number("onlineAtc", 2))
    if name == "mac1":
        return mac4(cipher, session, number("balanceFen", 4) + asked)
    if name == "mac2":
        return mac4(cipher, session, asked + when)
    return session


def holds(cipher, test):
    """Whether every code that the test gives is right."""
    try:
        given = [name for name in ("sessionKey", "mac1", "mac2", "tac") if name in test]
        return all(bytes.fromhex(test[name]) == code(cipher, name, test) for name in given)
    except (OverflowError, ValueError, KeyError, subprocess.CalledProcessError):
        return False  # bytes that are no field of a load: refused


def main(file, most="0"):
    with open(file, encoding="utf-8") as opened:
        groups = json.load(opened)["groups"]
    passed = failed = 0
    for group in groups:
        for test in group["tests"][: int(most) or None]:
            wanted = test["result"] == "valid"
            if test["result"] == "acceptable" or holds(group["cipher"], test) == wanted:
                passed += 1
            else:
                failed += 1
                print(test["id"], "is", test["result"])
    print(passed, "passed,", failed, "failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) in (2, 3) else __doc__)
