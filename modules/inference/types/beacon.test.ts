import { expect, test } from "vitest";
import { domainHash, sha256 } from "#core/crypto/hash.js";
import { toHex, uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import { nextBeacon, vrfAlpha } from "./beacon.js";

const PREVIOUS = sha256(Uint8Array.of(1));

test("what a proposer proves binds the chain, the height and the beacon before", () => {
  const expected = domainHash("aivm/vrf/v1", utf8("aivm-1"), uint64ToBytes(5n), PREVIOUS);
  expect(vrfAlpha("aivm-1", 5n, PREVIOUS)).toEqual(expected);
  const others = [
    vrfAlpha("aivm-2", 5n, PREVIOUS),
    vrfAlpha("aivm-1", 6n, PREVIOUS),
    vrfAlpha("aivm-1", 5n, sha256(PREVIOUS)),
  ];
  expect(new Set([expected, ...others].map(toHex)).size).toBe(4);
});

test("a beacon chains the proof's output to the beacon before", () => {
  const output = new Uint8Array(64).fill(2);
  expect(nextBeacon(PREVIOUS, output)).toEqual(domainHash("aivm/beacon/v1", PREVIOUS, output));
  expect(nextBeacon(PREVIOUS, output)).not.toEqual(nextBeacon(output.slice(32), output));
});
