"""Runs in the environment of pysolarmanv5: calls what lines of JSON name, answers in JSON.

`pysolarman_client.py PORT SERIAL SLAVE`. A line is [method, positional, named]; an answer is
["answer", value] or ["error", type, text].
"""

import json
import sys

from pysolarmanv5 import PySolarmanV5


def main(port, serial, slave):
    """Connect, then obey until the input ends."""
    client = PySolarmanV5("127.0.0.1", serial, port=port, mb_slave_id=slave, socket_timeout=20)
    for line in sys.stdin:
        method, positional, named = json.loads(line)
        if "frame" in method:
            positional = [bytes.fromhex(positional[0])]
        try:
            value = getattr(client, method)(*positional, **named)
            told = ["answer", value.hex() if isinstance(value, bytes | bytearray) else value]
        except Exception as error:
            told = ["error", type(error).__name__, " ".join(str(error).split())]
        print(json.dumps(told), flush=True)
    client.disconnect()


main(*map(int, sys.argv[1:]))
