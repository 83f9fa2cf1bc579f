#!/usr/bin/env python3
"""Tears a recharge at every exchange, before and behind it, and finishes it by load (圈存).

    tear_table.py CONTROL-URL CARD SERVER-URL CREDENTIALS.json QUANCUN…

QUANCUN is the command line, such as: npx quancun. Python 3.8 or newer, standard library alone.
Ends with 1 where a card does not hold exactly one credit.
"""
import json
import subprocess
import sys
import tempfile
import urllib.request

AMOUNT_FEN = 10_000


def control(url, path, message=None):
    """One act, or a look; answers the card as it is then."""
    data = None if message is None else json.dumps(message).encode()
    with urllib.request.urlopen(urllib.request.Request(url + path, data=data), timeout=15) as answer:
        return json.load(answer)


def run(quancun, *words):
    """One command of the terminal; answers its last event."""
    said = subprocess.run([*quancun, *words, "--json"], capture_output=True, text=True, check=False)
    return json.loads(said.stdout.splitlines()[-1])


def recharge_torn(number, when, exchange, url, card, till, quancun):
    """A fresh card, one cut, and what the end says to do; the row of the table."""
    fresh = {"cardNumber": "62012233%08d" % number, "balanceFen": 5000}
    control(url, "/swap", fresh)
    before = control(url, "/card")["exchanges"]
    control(url, "/tear", {"when": when, "exchange": exchange})
    first = run(quancun, "recharge", "--card", card, *till, "--amount", "100")
    passed = control(url, "/card")["exchanges"] - before
    if first.get("outcome") != "credited":
        control(url, "/reset", {})
        again = ("load",) if first.get("paid") == "yes" else ("recharge", "--amount", "100")
        run(quancun, *again, "--card", card, *till)
    held = control(url, "/card")
    once = held["balanceFen"] == 5000 + AMOUNT_FEN and held["onlineAtc"] == 1
    print(when, exchange, first.get("outcome"), "one credit" if once else "WRONG", flush=True)
    return once, passed < exchange


def main(url, card, server, credentials, *quancun):
    number, right = 0, True
    for when in ("before", "after"):
        exchange, beyond = 1, False
        while not beyond:  # until a recharge ends before the cut
            with tempfile.NamedTemporaryFile() as intents:
                till = ("--server", server, "--credentials", credentials)
                till += ("--intents", intents.name + ".json")
                number += 1
                once, beyond = recharge_torn(number, when, exchange, url, card, till, quancun)
            right, exchange = right and once, exchange + 1
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 5 else __doc__)
