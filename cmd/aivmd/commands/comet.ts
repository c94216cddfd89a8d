import type { Command } from "commander";
import { formatAddress } from "#core/crypto/address.js";
import { toBase64 } from "#core/primitives/bytes.js";
import { COMET_VERSION, findComet } from "#node/comet/cometBinary.js";
import { readConsensusKey, readNodeId } from "#node/home/cometKeys.js";
import { addExamples } from "../flags.js";
import type { CommandIo } from "../io.js";
import { runs } from "../session.js";

/** Adds `comet`. */
export function registerComet(program: Command, io: CommandIo): void {
  const comet = program
    .command("comet")
    .alias("cometbft")
    .summary("show what others need to know of this node")
    .description("Shows the identities of this node's CometBFT.");
  addExamples(comet, "aivmd comet show-node-id", "aivmd comet show-validator");
  const nodeId = comet.command("show-node-id").description("Shows the node's id for peers.");
  addExamples(nodeId, "aivmd comet show-node-id");
  runs(nodeId, io, ({ home, terminal }) => {
    terminal.print(readNodeId(home.nodeKey));
  });
  const validator = comet
    .command("show-validator")
    .description("Shows the validator's consensus key, as `tx staking create-validator` takes it.");
  addExamples(validator, "aivmd comet show-validator");
  runs(validator, io, ({ home, terminal }) => {
    const { publicKey } = readConsensusKey(home.consensusKey);
    const key = { "@type": "/cosmos.crypto.ed25519.PubKey", key: toBase64(publicKey) };
    terminal.print(JSON.stringify(key));
  });
  const address = comet.command("show-address").description("Shows the consensus address.");
  addExamples(address, "aivmd comet show-address");
  runs(address, io, ({ home, terminal }) => {
    terminal.print(formatAddress("consensus", readConsensusKey(home.consensusKey).address));
  });
  const version = comet.command("version").description("Shows which CometBFT is used.");
  addExamples(version, "aivmd comet version");
  runs(version, io, ({ terminal, environment }) => {
    const path = findComet(environment);
    terminal.show({ version: COMET_VERSION, path }, () => `${COMET_VERSION} at ${path}`);
  });
}
