import { createPublicKey, verify } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { toHex, uint64ToBytes, utf8 } from "#core/primitives/bytes.js";
import { WireWriter } from "#core/codec/wire/writer.js";
import type { FatalFailure } from "#core/abci/incidents.js";
import { AbciServer } from "#core/abci/server.js";
import { socketAddress } from "#core/abci/socketAddress.js";
import { CometNode, findCometBinary } from "./cometNode.js";
import { CounterApplication } from "./counterApplication.js";

interface Genesis {
  chain_id: string;
  consensus_params: { abci: { vote_extensions_enable_height: string } };
  validators: Array<{ address: string; pub_key: { value: string } }>;
}

interface Validator {
  readonly counter: CounterApplication;
  readonly server: AbciServer;
  readonly node: CometNode;
}

const comet = findCometBinary();
const validators: Validator[] = [];
const failures: FatalFailure[] = [];
let genesis: Genesis;
let folder: string;

async function createValidator(name: string, binary: string): Promise<Validator> {
  const home = join(folder, name);
  const { proxyApp } = socketAddress(home);
  const node = await CometNode.init({ binary, home, proxyApp });
  const counter = new CounterApplication();
  const server = await AbciServer.listen({
    address: proxyApp,
    application: counter.application(),
    onFatal: (failure) => failures.push(failure),
  });
  return { counter, server, node };
}

/** One genesis of both validators, with vote extensions from the first height. */
function shareGenesis(): void {
  const own = validators.map(({ node }) => node.readConfig("genesis.json") as Genesis);
  const [first] = own;
  genesis = { ...first!, validators: own.flatMap((one) => one.validators) };
  genesis.consensus_params.abci.vote_extensions_enable_height = "1";
  for (const { node } of validators) node.writeGenesis(genesis);
}

function start(): void {
  const peers = validators.map(({ node }) => node.peerAddress);
  for (const [index, { node }] of validators.entries()) {
    node.start(peers.filter((_, other) => other !== index));
  }
}

/** What a validator signs over its extension: a length and a CanonicalVoteExtension. */
function extensionSignBytes(extension: Uint8Array, height: bigint, round: number): Uint8Array {
  const writer = new WireWriter();
  writer.delimited(() => {
    writer.uint32((1 << 3) | 2);
    writer.bytes(extension);
    writer.uint32((2 << 3) | 1);
    writer.fixed64(height);
    if (round > 0) {
      writer.uint32((3 << 3) | 1);
      writer.fixed64(BigInt(round));
    }
    writer.uint32((4 << 3) | 2);
    writer.string(genesis.chain_id);
  });
  return writer.finish();
}

function isSignedBy(address: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const wanted = toHex(address).toUpperCase();
  const found = genesis.validators.find((validator) => validator.address === wanted)!;
  const x = Buffer.from(found.pub_key.value, "base64").toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  return verify(null, message, key, signature);
}

describe.skipIf(comet.path === undefined)(
  `two validators behind real CometBFT nodes${comet.missing === undefined ? "" : ` (skipped: ${comet.missing})`}`,
  () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "abci-e2e-"));
      for (const name of ["a", "b"]) {
        validators.push(await createValidator(name, comet.path!));
      }
      shareGenesis();
      start();
    });

    afterAll(async () => {
      for (const { node } of validators) await node.stop("SIGKILL");
      for (const { server } of validators) await server.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test("agree on blocks", async () => {
      await Promise.all(validators.map(({ counter }) => counter.reached(6n)));
      for (const { counter } of validators) {
        expect(counter.counts).toMatchObject({ initChain: 1 });
        expect(counter.counts.extendVote).toBeGreaterThanOrEqual(6);
        expect(counter.counts.verifyVoteExtension).toBeGreaterThan(0);
      }
    });

    test("hand proposers the signed extensions of the height before", () => {
      const commits = validators.flatMap(({ counter }) => [...counter.commits]);
      const later = commits.filter(([height]) => height > 1n);
      expect(commits.filter(([height]) => height === 1n)).toMatchObject([[1n, { votes: [] }]]);
      expect(later.length).toBeGreaterThan(0);
      for (const [height, { round, votes }] of later) {
        const signed = votes.filter(({ flag }) => flag === "commit");
        expect(signed.length).toBeGreaterThan(0);
        for (const { consensusAddress, extension, extensionSignature } of signed) {
          expect(extension).toStrictEqual(utf8(`vote ${height - 1n}`));
          const message = extensionSignBytes(extension, height - 1n, round);
          expect(isSignedBy(consensusAddress, message, extensionSignature)).toBe(true);
        }
      }
    });

    test("execute a transaction once it is checked, and answer queries about it", async () => {
      const [a, b] = validators as [Validator, Validator];
      // Between 2^31 and 2^32, where cosmjs-types writes broken integers.
      const amount = 3_000_000_000n;
      const tx = `0x${toHex(uint64ToBytes(amount))}`;
      const result = (await a.node.rpc("broadcast_tx_commit", { tx })) as {
        height: string;
        tx_result: { gas_wanted: string; events: unknown[] };
      };
      expect(result.tx_result.gas_wanted).toBe(amount.toString());
      expect(result.tx_result.events).toMatchObject([{ type: "counted" }]);
      await b.counter.reached(BigInt(result.height));
      for (const { node, counter } of validators) {
        expect(counter.sum).toBe(amount);
        const { response } = (await node.rpc("abci_query", { path: '"/sum"' })) as {
          response: { value: string };
        };
        expect(response.value).toBe(Buffer.from(uint64ToBytes(amount)).toString("base64"));
      }
    });

    test("refuse a transaction that does not pass the check", async () => {
      const [{ node }] = validators as [Validator];
      const result = await node.rpc("broadcast_tx_sync", { tx: "0x01" });
      expect(result).toMatchObject({ code: 2, codespace: "counter" });
    });

    test("go on after both nodes were killed and started again", async () => {
      const before = validators.map(({ counter }) => counter.counts.info ?? 0);
      for (const { node } of validators) await node.stop("SIGKILL");
      const [{ counter }] = validators as [Validator];
      start();
      const height = counter.height + 4n;
      await Promise.all(validators.map((one) => one.counter.reached(height)));
      for (const [index, one] of validators.entries()) {
        expect(one.counter.counts.info).toBeGreaterThan(before[index]!);
        expect(one.counter.counts.initChain).toBe(1);
      }
    });

    test("meet no failure", () => {
      expect(failures).toStrictEqual([]);
      for (const { node } of validators) expect(node.log()).not.toMatch(/panic|CONSENSUS FAILURE/);
    });
  },
);
