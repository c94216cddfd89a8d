import { existsSync } from "node:fs";
import { BASE_DENOM } from "#app/chain.js";
import { MsgRegisterProvider } from "#core/codec/generated/aivm/staking/v1.js";
import { PubKey } from "#core/codec/generated/cosmos/crypto/ed25519.js";
import { MsgUnjail } from "#core/codec/generated/cosmos/slashing/v1beta1.js";
import {
  MsgCancelUnbondingDelegation,
  MsgCreateValidator,
  MsgDelegate,
  MsgUndelegate,
} from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { pack, type PackedMessage } from "#core/codec/typeRegistry.js";
import { vrfProve, vrfPublicKey } from "#core/crypto/ecvrf.js";
import { fromBase64 } from "#core/primitives/bytes.js";
import { parseDec } from "#core/primitives/dec.js";
import {
  validateCancelUnbonding,
  validateCreateValidator,
  validateDelegate,
  validateRegisterProvider,
  validateUndelegate,
  validateUnjail,
} from "#modules/staking/types/msgs.js";
import { possessionInput } from "#modules/staking/types/provider.js";
import { readConsensusKey } from "#node/home/cometKeys.js";
import { readJsonObject } from "#node/home/files.js";
import { readProviderKey } from "#node/home/providerKey.js";
import { wrongUse } from "../../errors.js";
import { readInteger } from "../query/fieldText.js";
import { readCoin } from "./amounts.js";
import { type MessageSource, textFlag, type TxCommand, type TxGroup } from "./txTable.js";

const VALIDATOR = "nesavaloper1w2tgtrgx2f6hktgncw22w7quu3xc4zrnrl64lq";
const HEIGHTS = { minimum: 1n, maximum: (1n << 63n) - 1n };

const UNJAIL: TxCommand = {
  name: "unjail",
  summary: "return a jailed validator of the signer, when its time is over",
  args: [],
  example: "--from alice",
  build: ({ sender }) => {
    const message = { validatorAddr: sender.operator };
    validateUnjail(message);
    return [pack(MsgUnjail, message)];
  },
};

/** `aivmd tx staking`. */
export const STAKING_TXS: TxGroup = {
  name: "staking",
  summary: "validators, delegations and inference providers",
  commands: [
    {
      name: "create-validator",
      summary: "make the signer the operator of a validator and an inference provider",
      args: [["[file]", "JSON with the values of the flags, as the Cosmos SDK has it"]],
      options: [
        ["--amount <coin>", "stake of its own"],
        ["--moniker <name>", "name of the validator"],
        ["--pubkey <key>", "consensus key, JSON or base64 (default: the home's)"],
        ["--identity <text>", "identity signature, for example a Keybase id"],
        ["--website <url>", "website"],
        ["--security-contact <address>", "address for reports of vulnerabilities"],
        ["--details <text>", "anything else"],
        ["--commission-rate <rate>", "commission (default: 0.1)"],
        ["--commission-max-rate <rate>", "highest commission ever (default: 0.2)"],
        ["--commission-max-change-rate <rate>", "most it may change in a day (default: 0.01)"],
        ["--min-self-delegation <amount>", "least stake of its own, in unes (default: 1)"],
        ["--no-provider", "do not register the home's VRF key along with it"],
      ],
      example: "--amount 100nes --moniker my-node --from alice",
      build: createValidator,
    },
    {
      name: "register-provider",
      summary: "announce the home's VRF key, with which the signer's validator proves beacons",
      args: [],
      example: "--from alice",
      build: (source) => [registerProvider(source)],
    },
    {
      name: "delegate",
      summary: "delegate coins to a validator",
      args: [
        ["<validator>", "operator address"],
        ["<amount>", "for example 100nes"],
      ],
      example: `${VALIDATOR} 100nes --from alice`,
      build: delegate,
    },
    {
      name: "unbond",
      aliases: ["undelegate"],
      summary: "take coins back from a validator; they are free after the unbonding time",
      args: [
        ["<validator>", "operator address"],
        ["<amount>", "for example 100nes"],
      ],
      example: `${VALIDATOR} 100nes --from alice`,
      build: undelegate,
    },
    {
      name: "cancel-unbond",
      summary: "delegate coins again that are unbonding",
      args: [
        ["<validator>", "operator address"],
        ["<amount>", "for example 100nes"],
        ["<creation-height>", "block in which the unbonding began"],
      ],
      example: `${VALIDATOR} 100nes 1234 --from alice`,
      build: cancelUnbond,
    },
    UNJAIL,
  ],
};

/** `aivmd tx slashing`, where the Cosmos SDK has it. */
export const SLASHING_TXS: TxGroup = {
  name: "slashing",
  summary: "return from jail",
  commands: [UNJAIL],
};

function delegationOf({ sender, args }: MessageSource): MsgDelegate {
  const [validatorAddress = "", amount = ""] = args;
  return {
    delegatorAddress: sender.account,
    validatorAddress,
    amount: readCoin(amount, "amount"),
  };
}

/** Values of flags by their name, with a file's values below them. */
type Values = (name: string) => string | undefined;

function createValidator(source: MessageSource): PackedMessage[] {
  const { sender, flags, session } = source;
  const valueOf = valuesOf(source);
  const moniker = valueOf("moniker");
  const amount = valueOf("amount");
  if (moniker === undefined) throw wrongUse({ problem: "--moniker is needed" });
  if (amount === undefined) throw wrongUse({ problem: "--amount is needed" });
  const message = MsgCreateValidator.create({
    description: {
      moniker,
      identity: valueOf("identity") ?? "",
      website: valueOf("website") ?? "",
      securityContact: valueOf("security-contact") ?? "",
      details: valueOf("details") ?? "",
    },
    commission: {
      rate: rateOf(valueOf, "commission-rate", "0.1"),
      maxRate: rateOf(valueOf, "commission-max-rate", "0.2"),
      maxChangeRate: rateOf(valueOf, "commission-max-change-rate", "0.01"),
    },
    minSelfDelegation: valueOf("min-self-delegation") ?? "1",
    delegatorAddress: sender.account,
    validatorAddress: sender.operator,
    pubkey: pack(PubKey, { key: consensusKeyOf(source, valueOf("pubkey")) }),
    value: readCoin(amount, "--amount"),
  });
  validateCreateValidator(message);
  if (message.value.denom !== BASE_DENOM) {
    throw wrongUse({ problem: `--amount: stake is in ${BASE_DENOM}: ${amount}` });
  }
  const created = pack(MsgCreateValidator, message);
  const withProvider = flags["provider"] !== false && existsSync(session.home.providerKey);
  return withProvider ? [created, registerProvider(source)] : [created];
}

function valuesOf({ args: [file], flags }: MessageSource): Values {
  const json = file === undefined ? {} : readJsonObject(file, "give the file as JSON, or flags");
  return (name) => {
    const flag = name.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const given = textFlag(flags, flag);
    const value = json[name] ?? json[name === "security-contact" ? "security" : name];
    if (given !== undefined || value === undefined || value === null) return given;
    return typeof value === "object" ? JSON.stringify(value) : String(value);
  };
}

/** A rate such as 0.1 in the digits that the message holds. */
function rateOf(valueOf: Values, name: string, fallback: string): string {
  const text = valueOf(name) ?? fallback;
  const value = parseDec(text);
  if (value !== undefined) return value.toString();
  throw wrongUse({ problem: `--${name}: not a decimal such as 0.1: ${text}` });
}

function consensusKeyOf({ session }: MessageSource, text: string | undefined): Uint8Array {
  if (text === undefined) return readConsensusKey(session.home.consensusKey).publicKey;
  const [, quoted = text] = /"(?:key|value)"\s*:\s*"([^"]*)"/.exec(text) ?? [];
  const key = fromBase64(quoted);
  if (key?.length === 32) return key;
  throw wrongUse({ problem: `--pubkey: not an ed25519 key in JSON or base64: ${text}` });
}

function registerProvider({ session, sender }: MessageSource): PackedMessage {
  const { vrfSeed } = readProviderKey(session.home.providerKey);
  const operatorAddress = sender.operator;
  const message = {
    operatorAddress,
    vrfPublicKey: vrfPublicKey(vrfSeed),
    possessionProof: vrfProve(vrfSeed, possessionInput(session.chainId, operatorAddress)),
  };
  validateRegisterProvider(message);
  return pack(MsgRegisterProvider, message);
}

function delegate(source: MessageSource): PackedMessage[] {
  const message = delegationOf(source);
  validateDelegate(message);
  return [pack(MsgDelegate, message)];
}

function undelegate(source: MessageSource): PackedMessage[] {
  const message = delegationOf(source);
  validateUndelegate(message);
  return [pack(MsgUndelegate, message)];
}

function cancelUnbond(source: MessageSource): PackedMessage[] {
  const creationHeight = readInteger(HEIGHTS, source.args[2] ?? "", "creation-height");
  const message = { ...delegationOf(source), creationHeight };
  validateCancelUnbonding(message);
  return [pack(MsgCancelUnbondingDelegation, message)];
}
