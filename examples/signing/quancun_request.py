#!/usr/bin/env python3
"""Signs one request of a terminal and sends it. Python 3.8 or newer, standard library alone.

    quancun_request.py CREDENTIALS.json METHOD URL [BODY] [IDEMPOTENCY-KEY]

CREDENTIALS.json holds "keyId" and "secret" (32 bytes, hex). Prints the status on standard error and
the answer on standard output; ends with 1 where the server refused.
"""
import hashlib
import hmac
import json
import secrets
import sys
import time
import urllib.error
import urllib.parse
import urllib.request


def sign(secret_hex, method, path, timestamp, nonce, body, idempotency_key="", session=""):
    """The header quancun-signature, version 2: eight lines, joined by line feeds."""
    digest = hashlib.sha256(body).hexdigest()
    lines = ["QUANCUN2", method, path, timestamp, nonce, digest, idempotency_key, session]
    text = "\n".join(lines).encode("utf-8")
    return "2:" + hmac.new(bytes.fromhex(secret_hex), text, hashlib.sha256).hexdigest()


def ask(credentials, method, url, body=b"", idempotency_key=""):
    """Status and answer. The same message again, with the same key, is done once."""
    address = urllib.parse.urlsplit(url)
    path = address.path + ("?" + address.query if address.query else "")
    timestamp, nonce = str(int(time.time() * 1000)), secrets.token_hex(16)
    key_id, secret = credentials["keyId"], credentials["secret"]
    headers = {
        "content-type": "application/json",
        "quancun-key-id": key_id,
        "quancun-timestamp": timestamp,
        "quancun-nonce": nonce,
        "quancun-signature": sign(secret, method, path, timestamp, nonce, body, idempotency_key),
    }
    if idempotency_key:
        headers["idempotency-key"] = idempotency_key
    data = body if body else None
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=15) as response:
            return response.status, response.read().decode("utf-8")
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode("utf-8")


def main(words):
    if len(words) not in (3, 4, 5):
        sys.exit(__doc__)
    with open(words[0], encoding="utf-8") as file:
        credentials = json.load(file)
    body = words[3].encode("utf-8") if len(words) > 3 else b""
    status, answer = ask(credentials, words[1], words[2], body, *words[4:])
    print(status, file=sys.stderr)
    print(answer)
    return 0 if status < 400 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
