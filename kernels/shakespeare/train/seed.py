"""The seed of an answer, from what the chain says of its request.

    python seed.py CHAIN_ID REQUEST_ID SLOT_BEACON [INPUT_INDEX]

The slot's beacon is `slot_beacon` in `aivmd query inference request REQUEST_ID`, base64 or hex. With
the seed that this prints, `aivmd kernel run --local … --seed` writes the answer once more.
"""

import base64
import hashlib
import struct
import sys


def beacon_seed(chain_id, request_id, beacon, input_index=0):
    """H("aivm/seed/beacon/v1", chain id, request id, input index, beacon of the slot)."""
    fields = (
        b"aivm/seed/beacon/v1",
        chain_id.encode(),
        struct.pack(">Q", request_id),
        struct.pack(">Q", input_index),
        beacon,
    )
    return hashlib.sha256(b"".join(struct.pack(">I", len(field)) + field for field in fields)).digest()


def main():
    chain_id, request_id, beacon, *rest = sys.argv[1:]
    raw = bytes.fromhex(beacon) if len(beacon) == 64 else base64.b64decode(beacon)
    print(beacon_seed(chain_id, int(request_id), raw, *map(int, rest)).hex())


if __name__ == "__main__":
    main()
