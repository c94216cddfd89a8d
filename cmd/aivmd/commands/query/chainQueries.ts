import { type Command, Option } from "commander";
import { SearchTxsResult, TxResponse } from "#core/codec/generated/cosmos/base/abci/v1beta1.js";
import { formatInstant } from "#core/codec/civilTime.js";
import { toJson } from "#core/codec/json.js";
import { sha256 } from "#core/crypto/hash.js";
import { consensusAddress, formatAddress } from "#core/crypto/address.js";
import { fromHex, toUpperHex } from "#core/primitives/bytes.js";
import { block } from "#sdk/rpc/block.js";
import { findTx } from "#sdk/rpc/findTx.js";
import type { IncludedTx } from "#sdk/rpc/includedTx.js";
import { header } from "#sdk/rpc/header.js";
import { status } from "#sdk/rpc/status.js";
import type { RpcTransport } from "#sdk/rpc/transport.js";
import { txSearch } from "#sdk/rpc/txSearch.js";
import { validators } from "#sdk/rpc/validators.js";
import { wrongUse } from "../../errors.js";
import { addExamples, addNodeFlag, wholeNumber } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import type { Session } from "../../session.js";
import type { Column } from "../../terminal/layout.js";
import { CLIENT_TYPES } from "./clientTypes.js";
import { rpcOf, runsOnline } from "./connection.js";
import { notFound } from "./errors.js";
import { readInteger } from "./fieldText.js";
import { messageNames, txResponse } from "./txResponse.js";
import { txText } from "./txText.js";

const HEIGHTS = { minimum: 1n, maximum: (1n << 63n) - 1n };
const HASH_BYTES = 32;

/** Adds what is asked of the chain itself, not of its state: transactions, blocks, validator sets. */
export function addChainQueries(query: Command, io: CommandIo): void {
  addTx(query, io);
  addTxs(query, io);
  addBlock(query, io);
  addValidatorSet(query, io);
}

function addTx(query: Command, io: CommandIo): void {
  const command = query
    .command("tx")
    .argument("<hash>", "64 hex digits")
    .description("a transaction by its hash");
  addExamples(addNodeFlag(command), `aivmd query tx ${"3F".repeat(HASH_BYTES)}`);
  runsOnline(command, io, async (session, _flags, [hash = ""]) => {
    const bytes = fromHex(hash.replace(/^0x/, ""));
    if (bytes?.length !== HASH_BYTES) {
      throw wrongUse({ problem: `hash: not 64 hex digits: ${hash}` });
    }
    const rpc = rpcOf(session);
    const found = await findTx(rpc, bytes);
    if (found === undefined) throw notFound({ problem: `no block has the transaction ${hash}` });
    const { time } = await header(rpc, found.height);
    const response = txResponse(found, time);
    session.terminal.show(toJson(TxResponse, response, CLIENT_TYPES), () =>
      txText(session.terminal, response),
    );
  });
}

interface SearchFlags {
  readonly query: string;
  readonly limit: number;
  readonly orderBy: "asc" | "desc";
}

function addTxs(query: Command, io: CommandIo): void {
  const command = query
    .command("txs")
    .description("transactions by their events, in CometBFT's query language")
    .requiredOption("--query <query>", "for example \"transfer.sender='nesa1…' AND tx.height>100\"")
    .option("--limit <count>", "transactions at most", wholeNumber(1), 100)
    .addOption(
      new Option("--order-by <order>", "by height").choices(["asc", "desc"]).default("asc"),
    );
  addExamples(
    addNodeFlag(command),
    "aivmd query txs --query \"message.action='/cosmos.bank.v1beta1.MsgSend'\" --order-by desc",
  );
  runsOnline<SearchFlags>(command, io, searchTxs);
}

async function searchTxs(session: Session, flags: SearchFlags): Promise<void> {
  const { limit } = flags;
  const order = flags.orderBy === "asc" ? "ascending" : "descending";
  const found = await txSearch(rpcOf(session), flags.query, { limit, order });
  const count = BigInt(found.length);
  const result = SearchTxsResult.create({
    totalCount: count,
    count,
    pageNumber: 1n,
    pageTotal: 1n,
    limit: BigInt(limit),
    txs: found.map((one) => txResponse(one)),
  });
  const { terminal } = session;
  terminal.show(toJson(SearchTxsResult, result, CLIENT_TYPES), () =>
    found.length === 0 ? "none" : txTable(terminal, found),
  );
}

function txTable(terminal: Session["terminal"], found: readonly IncludedTx[]): string {
  const columns: Column[] = [
    { title: "height", align: "right" },
    { title: "code", align: "right" },
    { title: "hash" },
    { title: "messages" },
  ];
  const rows = found.map(({ height, result, hash, tx }) => [
    String(height),
    String(result.code),
    toUpperHex(hash),
    messageNames(tx).join(", "),
  ]);
  return terminal.table(columns, rows);
}

function addBlock(query: Command, io: CommandIo): void {
  const command = query
    .command("block")
    .argument("[height]", "the last one unless given")
    .description("a block, with the hashes of its transactions");
  addExamples(addNodeFlag(command), "aivmd query block", "aivmd query block 100 --output json");
  runsOnline(command, io, async (session, _flags, [text]) => {
    const rpc = rpcOf(session);
    const height = text === undefined ? undefined : readInteger(HEIGHTS, text, "height");
    const { terminal } = session;
    if (terminal.output === "json") {
      terminal.json(await rawResult(rpc, "block", height));
      return;
    }
    const { id, header: head, txs, lastCommit } = await block(rpc, height);
    terminal.print(
      terminal.pairs([
        ["height", String(head.height)],
        ["time", formatInstant(head.time)],
        ["hash", toUpperHex(id.hash)],
        ["app hash", `${toUpperHex(head.appHash)} (of height ${head.height - 1n})`],
        ["proposer", toUpperHex(head.proposerAddress)],
        ["signatures", `${signatures(lastCommit.signatures)} for height ${lastCommit.height}`],
        ["transactions", txs.map(txLine).join("\n") || "none"],
      ]),
    );
  });
}

function signatures(commit: ReadonlyArray<{ readonly signature: Uint8Array }>): string {
  const given = commit.filter(({ signature }) => signature.length > 0).length;
  return `${given} of ${commit.length}`;
}

function txLine(tx: Uint8Array): string {
  const names = messageNames(tx);
  const what = names.length > 0 ? names.join(", ") : "the proposer's own transaction";
  return `${toUpperHex(sha256(tx))} ${what}`;
}

/** What CometBFT answers, as it is. */
async function rawResult(
  rpc: RpcTransport,
  method: string,
  height: bigint | undefined,
): Promise<unknown> {
  const params = height === undefined ? {} : { height: String(height) };
  return (await rpc.call(method, params)).value;
}

function addValidatorSet(query: Command, io: CommandIo): void {
  const command = query
    .command("comet-validator-set")
    .argument("[height]", "the last one unless given")
    .description("CometBFT's validators at a height, with their power");
  addExamples(addNodeFlag(command), "aivmd query comet-validator-set");
  runsOnline(command, io, async (session, _flags, [text]) => {
    const rpc = rpcOf(session);
    const height =
      text === undefined ? (await status(rpc)).latestHeight : readInteger(HEIGHTS, text, "height");
    const set = (await validators(rpc, height)).map(({ pubKey, votingPower }) => ({
      address: formatAddress("consensus", consensusAddress(pubKey.ed25519)),
      pub_key: pubKey.ed25519,
      voting_power: votingPower,
    }));
    const { terminal } = session;
    terminal.show({ block_height: height, validators: set }, () =>
      terminal.table(
        [{ title: "address" }, { title: "power", align: "right" }],
        set.map(({ address, voting_power: power }) => [address, String(power)]),
      ),
    );
  });
}
