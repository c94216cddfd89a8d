import { readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { toBase64 } from "#core/primitives/bytes.js";
import { caught } from "#test/harness/caught.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { readConsensusKey, readNodeId, writeFreshSignState } from "./cometKeys.js";
import { homeFile } from "./errors.js";
import { createProviderKey, readProviderKey, writeProviderKey } from "./providerKey.js";

const SECRET = toBase64(new Uint8Array(32).fill(3));

function fileWith(json: unknown): string {
  const path = temporaryFile("key.json");
  writeFileSync(path, typeof json === "string" ? json : JSON.stringify(json));
  return path;
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

describe("provider_key.json", () => {
  test("is read back as it was written and is for its owner only", () => {
    const path = temporaryFile("provider_key.json");
    const key = { ...createProviderKey(), previousVrfSeeds: [new Uint8Array(32).fill(9)] };
    writeProviderKey(path, key);
    expect(readProviderKey(path)).toEqual(key);
    expect(modeOf(path)).toBe(0o600);
  });

  test("of two homes differs", () => {
    expect(createProviderKey().vrfSeed).not.toEqual(createProviderKey().vrfSeed);
  });

  test("does not need to list previous keys", () => {
    const path = fileWith({ vrf_seed: SECRET, node_secret: SECRET });
    expect(readProviderKey(path).previousVrfSeeds).toEqual([]);
  });

  const bad: ReadonlyArray<readonly [string, unknown, string]> = [
    ["that is no JSON", "{", "is not JSON"],
    ["that is a list", [], "is not a JSON object"],
    ["without a seed", { node_secret: SECRET }, "vrf_seed is not 32 bytes in base64"],
    ["with a short secret", { vrf_seed: SECRET, node_secret: "AAAA" }, "node_secret is not"],
    [
      "with hex",
      { vrf_seed: SECRET, node_secret: "zz".repeat(32) },
      "node_secret is not 32 bytes in base64",
    ],
    [
      "whose previous keys are no list",
      { vrf_seed: SECRET, node_secret: SECRET, previous_vrf_seeds: SECRET },
      "previous_vrf_seeds is not",
    ],
    [
      "with a bad previous key",
      { vrf_seed: SECRET, node_secret: SECRET, previous_vrf_seeds: [SECRET, 1] },
      "previous_vrf_seeds[1] is not",
    ],
  ];
  test.each(bad)("%s is refused", (_name, json, problem) => {
    const path = fileWith(json);
    const error = caught(() => readProviderKey(path));
    expect(homeFile.is(error)).toBe(true);
    expect(String(error)).toContain(`${path}: ${problem}`);
    expect(String(error)).toContain("restore it from the backup");
  });

  test("that is missing is refused with what to do", () => {
    const path = temporaryFile("provider_key.json");
    expect(String(caught(() => readProviderKey(path)))).toContain("does not exist; restore it");
  });
});

/** As `cometbft init` of v0.38.25 writes it. */
const CONSENSUS_KEY = {
  address: "FFD09E74ED8B2970C6F3117523407B94FBA9824D",
  pub_key: {
    type: "tendermint/PubKeyEd25519",
    value: "I9HUlrRt91WYNlzDHE2koiuAl6FIPutVOhuqIw+qyXE=",
  },
  priv_key: { type: "tendermint/PrivKeyEd25519", value: "" },
};

describe("priv_validator_key.json", () => {
  test("gives key and address", () => {
    const key = readConsensusKey(fileWith(CONSENSUS_KEY));
    expect(toBase64(key.publicKey)).toBe(CONSENSUS_KEY.pub_key.value);
    expect(Buffer.from(key.address).toString("hex").toUpperCase()).toBe(CONSENSUS_KEY.address);
  });

  const bad: ReadonlyArray<readonly [string, unknown, string]> = [
    ["without a key", { address: CONSENSUS_KEY.address }, "pub_key is not"],
    [
      "with a key of another type",
      { ...CONSENSUS_KEY, pub_key: { ...CONSENSUS_KEY.pub_key, type: "secp256k1" } },
      "pub_key is not a tendermint/PubKeyEd25519",
    ],
    [
      "with a short key",
      { ...CONSENSUS_KEY, pub_key: { ...CONSENSUS_KEY.pub_key, value: "AAAA" } },
      "pub_key is not",
    ],
    ["with another address", { ...CONSENSUS_KEY, address: "00" }, "address is not that of pub_key"],
  ];
  test.each(bad)("%s is refused", (_name, json, problem) => {
    const path = fileWith(json);
    const error = caught(() => readConsensusKey(path));
    expect(homeFile.is(error)).toBe(true);
    expect(String(error)).toContain(`${path}: ${problem}`);
  });
});

describe("node_key.json", () => {
  const key = {
    type: "tendermint/PrivKeyEd25519",
    value:
      "sEwqFYGinrvNycq/QRcMwBOewmDHs37NleddZdmisGHxoeNVPvdK0CoONT1o1tsXJbj2KFstTYoFQ0UaTYEb/g==",
  };

  test("gives the id that CometBFT shows for it", () => {
    expect(readNodeId(fileWith({ priv_key: key }))).toBe(
      "65f57b11ef666a4994c63d98644555187449e228",
    );
  });

  test.each([{}, { priv_key: 1 }, { priv_key: { ...key, value: SECRET } }])(
    "is refused as %j",
    (json) => {
      expect(homeFile.is(caught(() => readNodeId(fileWith(json))))).toBe(true);
    },
  );
});

test("a fresh sign state is what CometBFT starts from, for its owner only", () => {
  const path = temporaryFile("priv_validator_state.json");
  writeFreshSignState(path);
  expect(modeOf(path)).toBe(0o600);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ height: "0", round: 0, step: 0 });
});
