import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Validator } from "#core/codec/generated/tendermint/types.js";
import type { JsonObject } from "#core/codec/json.js";
import { headerHash } from "#core/comet/hashes.js";
import type { LightBlock } from "#core/comet/lightBlock.js";
import { sha256 } from "#core/crypto/hash.js";
import { toBase64, toHex, utf8 } from "#core/primitives/bytes.js";
import { commitJson, headerJson, validatorsJson } from "#test/harness/cometJson.js";
import { FakeClock } from "#test/harness/fakeClock.js";
import { LIGHT_CHAIN, LIGHT_EPOCH, lightBlock, lightValidator } from "#test/harness/lightChain.js";
import { RpcFault, RpcServer } from "#test/harness/rpcServer.js";
import { httpTransport } from "../rpc/httpTransport.js";
import type { RpcTransport } from "../rpc/transport.js";
import { type LightClient } from "./lightClient.js";
import { trustFromGenesis } from "./trustFromGenesis.js";
import { trustFromHeader } from "./trustFromHeader.js";

/** An endpoint that shows blocks of a plan up to a height. */
class LightEndpoint {
  top = 100n;
  readonly server: RpcServer;
  readonly #plan: (height: bigint) => LightBlock;

  private constructor(server: RpcServer, plan: (height: bigint) => LightBlock) {
    this.server = server;
    this.#plan = plan;
  }

  static async start(plan: (height: bigint) => LightBlock): Promise<LightEndpoint> {
    const endpoint = new LightEndpoint(await RpcServer.start(), plan);
    const at = (params: JsonObject): LightBlock => endpoint.#at(params);
    const { handlers } = endpoint.server;
    handlers.set("commit", (params) => commitJson(at(params)));
    handlers.set("header", (params) => ({ header: headerJson(at(params).signedHeader.header) }));
    handlers.set("validators", (params) =>
      validatorsJson(at(params).validatorSet.validators, params),
    );
    handlers.set("status", () => ({
      node_info: { network: LIGHT_CHAIN, version: "0.38.25", moniker: "m" },
      sync_info: {
        latest_block_height: String(endpoint.top),
        latest_block_time: "2023-11-14T22:13:20Z",
        earliest_block_height: "1",
        catching_up: false,
      },
    }));
    return endpoint;
  }

  get rpc(): RpcTransport {
    return httpTransport(this.server.url);
  }

  /** Heights whose commits were asked for, in order. */
  get asked(): bigint[] {
    return this.server.callsOf("commit").map(({ params }) => BigInt(params["height"] as string));
  }

  #at({ height }: JsonObject): LightBlock {
    const asked = BigInt(height as string);
    if (asked > this.top)
      throw new RpcFault(
        `height ${asked} must be less than or equal to the current blockchain height ${this.top}`,
      );
    return this.#plan(asked);
  }
}

/** Of six validators one leaves at each height: after three heights half of the set is another. */
function setAt(height: bigint): Validator[] {
  return Array.from({ length: 6 }, (_, place) => lightValidator(`v${height + BigInt(place)}`, 10n));
}

const HONEST = new Map<bigint, LightBlock>();

function honest(height: bigint): LightBlock {
  const block =
    HONEST.get(height) ??
    lightBlock({ height, validators: setAt(height), next: setAt(height + 1n) });
  HONEST.set(height, block);
  return block;
}

/** The chain as somebody tells it who has the keys of the set of a height, but not those before. */
function forked(height: bigint): LightBlock {
  if (height < 20n) return honest(height);
  const header = { appHash: sha256(utf8("another history")) };
  return lightBlock({ height, validators: setAt(height), next: setAt(height + 1n), header });
}

const GENESIS = {
  chain_id: LIGHT_CHAIN,
  genesis_time: "2023-11-14T22:13:21.000000005Z",
  initial_height: "1",
  validators: setAt(1n).map((one) => ({
    pub_key: { type: "tendermint/PubKeyEd25519", value: toBase64(one.pubKey.ed25519) },
    power: "10",
  })),
};

const clock = new FakeClock(LIGHT_EPOCH + 200n);
let primary: LightEndpoint;
let endpoints: LightEndpoint[];

async function start(plan: (height: bigint) => LightBlock): Promise<LightEndpoint> {
  const endpoint = await LightEndpoint.start(plan);
  endpoints.push(endpoint);
  return endpoint;
}

beforeEach(async () => {
  endpoints = [];
  primary = await start(honest);
});

afterEach(async () => {
  for (const { server } of endpoints) await server.close();
});

function trust(options: { witness?: RpcTransport; rpc?: RpcTransport } = {}): Promise<LightClient> {
  const { rpc = primary.rpc, witness } = options;
  return trustFromGenesis(GENESIS, { primary: rpc, witness, clock });
}

describe("a light client", () => {
  test("goes from the genesis file to a height, half way where too many validators are new", async () => {
    const light = await trust();
    const header = await light.verifyHeader(30n);
    expect(toHex(headerHash(header))).toBe(toHex(headerHash(honest(30n).signedHeader.header)));
    const [genesis, target, half, ...rest] = primary.asked;
    expect([genesis, target, half]).toEqual([1n, 30n, 15n]);
    // Two of six validators must have stayed: four heights at most are skipped at once.
    expect(rest.length).toBeGreaterThan(5);
    expect(light.latest).toEqual({ height: 30n, hash: headerHash(header) });
  });

  test("gives a header again, and one between, without going up from the start", async () => {
    const light = await trust();
    await light.verifyHeader(30n);
    const before = primary.asked.length;
    await light.verifyHeader(30n);
    expect(primary.asked).toHaveLength(before);
    await light.verifyHeader(29n);
    expect(primary.asked.length - before).toBeLessThanOrEqual(4);
    await light.verifyHeader(31n);
    expect(light.latest.height).toBe(31n);
  });

  test("verifies several heights at once", async () => {
    const light = await trust();
    const headers = await Promise.all(
      [7n, 25n, 3n, 25n].map((height) => light.verifyHeader(height)),
    );
    expect(headers.map(({ height }) => height)).toEqual([7n, 25n, 3n, 25n]);
    expect(light.latest.height).toBe(25n);
  });

  test("waits for a height that the chain does not have yet", async () => {
    primary.top = 5n;
    const waiting = new FakeClock(LIGHT_EPOCH + 200n, () => {
      primary.top += 1n;
    });
    const light = await trustFromGenesis(GENESIS, { primary: primary.rpc, clock: waiting });
    expect((await light.verifyHeader(8n)).height).toBe(8n);
    expect(waiting.pauses).toHaveLength(3);
  });

  test("goes on from a checkpoint of an earlier session", async () => {
    const first = await trust();
    await first.verifyHeader(40n);
    const light = await trustFromHeader(first.latest, { primary: primary.rpc, clock });
    expect((await light.verifyHeader(44n)).height).toBe(44n);
    await expect(light.verifyHeader(39n)).rejects.toMatchObject({
      code: "BELOW_TRUST",
      facts: { height: 39n, trusted: 40n },
    });
  });
});

describe("headers that are not trusted", () => {
  test("those that the validators did not sign", async () => {
    const unsigned = (height: bigint): LightBlock =>
      height === 12n
        ? lightBlock({ height, validators: setAt(height), next: setAt(13n), absent: [0, 1, 2] })
        : honest(height);
    const light = await trust({ rpc: (await start(unsigned)).rpc });
    const failure = light.verifyHeader(12n);
    await expect(failure).rejects.toMatchObject({ code: "HEADER_UNVERIFIED" });
    await expect(failure).rejects.toMatchObject({ cause: { codespace: "light" } });
    // What was verified on the way is not lost, what was not is not there.
    expect(light.latest.height).toBe(1n);
  });

  test("those of another height than the one asked for", async () => {
    const shifted = await start((height) => honest(height === 12n ? 11n : height));
    const light = await trust({ rpc: shifted.rpc });
    await expect(light.verifyHeader(12n)).rejects.toMatchObject({ code: "RPC_MALFORMED" });
  });

  test("those that signed validators of another set", async () => {
    const other = (height: bigint): LightBlock =>
      height === 9n
        ? lightBlock({ height, validators: setAt(50n), next: setAt(51n) })
        : honest(height);
    const light = await trust({ rpc: (await start(other)).rpc });
    await expect(light.verifyHeader(9n)).rejects.toMatchObject({
      code: "HEADER_UNVERIFIED",
      facts: { height: 9n },
    });
  });

  test("those above a header that is older than the trusting period", async () => {
    const options = { primary: primary.rpc, clock, trustingPeriodSeconds: 100 };
    const light = await trustFromGenesis(GENESIS, options);
    await expect(light.verifyHeader(5n)).rejects.toMatchObject({
      code: "HEADER_UNVERIFIED",
      cause: { codespace: "light", code: 6 },
    });
  });

  test("those from the future", async () => {
    const early = new FakeClock(LIGHT_EPOCH + 20n);
    const light = await trustFromGenesis(GENESIS, {
      primary: primary.rpc,
      clock: early,
      maxClockDriftSeconds: 5,
    });
    await expect(light.verifyHeader(40n)).rejects.toMatchObject({ cause: { code: 9 } });
    expect((await light.verifyHeader(24n)).height).toBe(24n);
  });
});

describe("a witness", () => {
  test("that shows the same headers changes nothing, even when it is behind", async () => {
    const witness = await start(honest);
    witness.top = 10n;
    const waiting = new FakeClock(LIGHT_EPOCH + 200n, () => {
      witness.top += 5n;
    });
    const options = { primary: primary.rpc, witness: witness.rpc, clock: waiting };
    const light = await trustFromGenesis(GENESIS, options);
    expect((await light.verifyHeader(30n)).height).toBe(30n);
    expect(witness.server.callsOf("commit")).toEqual([]);
  });

  test("that shows another header stops the client, which trusts neither", async () => {
    const light = await trust({ witness: (await start(forked)).rpc });
    await light.verifyHeader(10n);
    const failure = light.verifyHeader(30n);
    await expect(failure).rejects.toMatchObject({
      code: "HEADERS_DISAGREE",
      facts: {
        height: 30n,
        primary: toHex(headerHash(honest(30n).signedHeader.header)),
        witness: toHex(headerHash(forked(30n).signedHeader.header)),
      },
    });
    expect(light.latest.height).toBe(10n);
    await expect(light.verifyHeader(30n)).rejects.toMatchObject({ code: "HEADERS_DISAGREE" });
  });

  test("that has another first header stops the client at once", async () => {
    const other = await start((height) =>
      lightBlock({ height, validators: setAt(height), header: { appHash: sha256(utf8("x")) } }),
    );
    await expect(trust({ witness: other.rpc })).rejects.toMatchObject({ code: "HEADERS_DISAGREE" });
  });
});

describe("the first header", () => {
  test("must be signed by the validators of the genesis file", async () => {
    const validators = GENESIS.validators.slice(1);
    const failure = trustFromGenesis({ ...GENESIS, validators }, { primary: primary.rpc, clock });
    await expect(failure).rejects.toMatchObject({
      code: "HEADER_UNVERIFIED",
      facts: { height: 1n },
      cause: { codespace: "light", code: 18 },
    });
  });

  test("given by its hash must have that hash", async () => {
    const hash = sha256(utf8("another"));
    await expect(
      trustFromHeader({ height: 4n, hash }, { primary: primary.rpc, clock }),
    ).rejects.toMatchObject({ code: "HEADERS_DISAGREE", facts: { witness: toHex(hash) } });
  });

  test("given by its hash must still be signed", async () => {
    const unsigned = await start((height) =>
      lightBlock({ height, validators: setAt(height), absent: [0, 1, 2] }),
    );
    const { signedHeader } = lightBlock({ height: 4n, validators: setAt(4n), absent: [0, 1, 2] });
    const checkpoint = { height: 4n, hash: headerHash(signedHeader.header) };
    await expect(
      trustFromHeader(checkpoint, { primary: unsigned.rpc, clock }),
    ).rejects.toMatchObject({ code: "HEADER_UNVERIFIED", cause: { codespace: "light", code: 11 } });
  });
});
