import {
  iavlSpec,
  ics23,
  tendermintSpec,
  verifyMembership,
  verifyNonMembership,
} from "@confio/ics23";
import { makeCosmoshubPath, Secp256k1HdWallet } from "@cosmjs/amino";
import { DirectSecp256k1HdWallet, Registry } from "@cosmjs/proto-signing";
import {
  AminoTypes,
  assertIsDeliverTxSuccess,
  BroadcastTxError,
  coin,
  coins,
  createDefaultAminoConverters,
  defaultRegistryTypes,
  type DeliverTxResponse,
  GasPrice,
  QueryClient,
  setupAuthExtension,
  setupBankExtension,
  setupStakingExtension,
  type SignerData,
  SigningStargateClient,
  StargateClient,
} from "@cosmjs/stargate";
import { Comet38Client, connectComet } from "@cosmjs/tendermint-rpc";
import { TxRaw as CosmjsTxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  QueryBalanceRequest,
  QueryBalanceResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { AuthInfo, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { formatAddress, parseAddress } from "#core/crypto/address.js";
import { concatBytes, fromUtf8, utf8 } from "#core/primitives/bytes.js";
import { MsgCreateArtifact } from "#core/codec/generated/aivm/kernel/v1.js";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { aminoConverters, registerCosmJsTypes } from "#sdk/amino/cosmJsTypes.js";
import { aminoSigner } from "#sdk/amino/aminoSigner.js";
import { AivmClient } from "#sdk/client.js";
import { findAccount } from "#sdk/auth/account.js";
import { multisigAccount } from "#sdk/multisig/multisigAccount.js";
import { combineMultisig, signMultisigPart } from "#sdk/multisig/multisigTx.js";
import { TEST_STAKE } from "#testnet/testGenesis.js";
import { showLogsOnFailure, TestNetwork } from "./network.js";

const PREFIX = "nesa";
const DENOM = "unes";
const GAS_PRICE = GasPrice.fromString("0.002unes");
/** CosmJS looks for a transaction this often, in milliseconds. */
const POLL = { broadcastPollIntervalMs: 300 };

let network: TestNetwork;
let client: SigningStargateClient;
let comet: Comet38Client;
let user: string;
let operator: string;

beforeAll(async () => {
  network = await TestNetwork.start({ validators: 1 });
  const { mnemonic } = network.files.user;
  const wallet = await DirectSecp256k1HdWallet.fromMnemonic(mnemonic, { prefix: PREFIX });
  user = (await wallet.getAccounts())[0]!.address;
  const options = { gasPrice: GAS_PRICE, ...POLL };
  client = await SigningStargateClient.connectWithSigner(network.node(0).url, wallet, options);
  comet = (await connectComet(network.node(0).url)) as Comet38Client;
  const staking = QueryClient.withExtensions(comet, setupStakingExtension);
  const { validators } = await staking.staking.validators("BOND_STATUS_BONDED");
  operator = validators[0]!.operatorAddress;
}, 120_000);

afterAll(async () => {
  client.disconnect();
  comet.disconnect();
  await network.close();
}, 60_000);

showLogsOnFailure(() => network);

/** An account that nobody has heard of. */
function stranger(fill: number): string {
  return formatAddress("account", new Uint8Array(20).fill(fill) as never);
}

describe("CosmJS", () => {
  test("recognises CometBFT 0.38 and derives the address that the chain has funded", async () => {
    expect(comet).toBeInstanceOf(Comet38Client);
    expect(user).toBe(network.files.user.address);
    expect(await client.getChainId()).toBe(network.chainId);
    expect(await client.getHeight()).toBeGreaterThan(0);
  });

  test("finds no account where there is none", async () => {
    const reader = await StargateClient.connect(network.node(0).url);
    expect(await reader.getAccount(stranger(7))).toBeNull();
    await expect(reader.getSequence(stranger(7))).rejects.toThrow(/does not exist on chain/);
    expect(await reader.getBalance(stranger(7), DENOM)).toEqual(coin(0, DENOM));
    expect(await reader.getAllBalances(stranger(7))).toEqual([]);
    reader.disconnect();
  });

  test("asks over a websocket as over http", async () => {
    const reader = await StargateClient.connect(network.node(0).url.replace("http", "ws"));
    expect(await reader.getChainId()).toBe(network.chainId);
    expect(await reader.getAccount(stranger(7))).toBeNull();
    expect(await reader.getAllBalances(user)).toEqual(await client.getAllBalances(user));
    expect((await reader.getBlock(1)).header.height).toBe(1);
    reader.disconnect();
  });

  test("reads an account and its balances", async () => {
    const account = await client.getAccount(user);
    expect(account).toMatchObject({ address: user, sequence: 0 });
    expect(account?.accountNumber).toBeTypeOf("bigint");
    const balances = await client.getAllBalances(user);
    expect(balances).toEqual([await client.getBalance(user, DENOM)]);
    expect(BigInt(balances[0]!.amount)).toBeGreaterThan(0n);
  });

  test("simulates, sends with the fee that follows, and finds the transaction again", async () => {
    const recipient = stranger(8);
    const value = { fromAddress: user, toAddress: recipient, amount: coins(1234, DENOM) };
    const message = { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value };
    expect(await client.simulate(user, [message], "")).toBeGreaterThan(10_000);
    const before = BigInt((await client.getBalance(user, DENOM)).amount);
    const sent = await client.sendTokens(user, recipient, coins(1234, DENOM), "auto", "for you");
    assertIsDeliverTxSuccess(sent);
    expect(sent.gasUsed).toBeLessThan(sent.gasWanted);
    expect(sent.msgResponses.map(({ typeUrl }) => typeUrl)).toEqual([
      "/cosmos.bank.v1beta1.MsgSendResponse",
    ]);
    expect(await client.getBalance(recipient, DENOM)).toEqual(coin(1234, DENOM));

    const found = await client.getTx(sent.transactionHash);
    expect(found).toMatchObject({ code: 0, height: sent.height, hash: sent.transactionHash });
    const { body, authInfo } = decodeTx(found!.tx);
    expect(body.memo).toBe("for you");
    const after = BigInt((await client.getBalance(user, DENOM)).amount);
    const fee = BigInt(authInfo.fee!.amount[0]!.amount);
    expect(before - after).toBe(1234n + fee);

    const inBlock = await client.searchTx(`tx.height=${sent.height}`);
    const toRecipient = await client.searchTx([{ key: "transfer.recipient", value: recipient }]);
    const bySender = await client.searchTx(`message.sender='${user}' AND message.module='bank'`);
    // Transaction 0 of every block is the proposer's, which CometBFT indexes too.
    expect(inBlock.map(({ hash, txIndex }) => [txIndex, hash]).at(-1)).toEqual([
      1,
      sent.transactionHash,
    ]);
    for (const list of [toRecipient, bySender]) {
      expect(list.map(({ hash }) => hash)).toEqual([sent.transactionHash]);
    }
    expect(await client.searchTx([{ key: "transfer.recipient", value: stranger(9) }])).toEqual([]);
    const block = await comet.block(sent.height);
    const results = await comet.blockResults(sent.height);
    expect(block.block.txs[1]).toEqual(found!.tx);
    expect(results).toMatchObject({ height: sent.height, results: [{ code: 0 }, { code: 0 }] });
    expect(results.results[1]?.events.length).toBe(found!.events.length);
    const types = new Set(found!.events.map(({ type }) => type));
    for (const type of ["coin_spent", "coin_received", "transfer", "message", "tx"]) {
      expect(types).toContain(type);
    }
  });

  test("is told the sequence that the chain expects, and what else is wrong", async () => {
    const { accountNumber, sequence } = await client.getSequence(user);
    const send = { fromAddress: user, toAddress: stranger(8), amount: coins(1, DENOM) };
    const message = { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value: send };
    const fee = { amount: coins(1_000, DENOM), gas: "200000" };
    const signerData = { accountNumber, sequence: sequence + 5, chainId: network.chainId };
    const signWith = async (data: SignerData): Promise<DeliverTxResponse> => {
      const raw = await client.sign(user, [message], fee, "", data);
      return client.broadcastTx(CosmjsTxRaw.encode(raw).finish());
    };
    const late = signWith(signerData);
    await expect(late).rejects.toThrow(
      `account sequence mismatch, expected ${sequence}, got ${sequence + 5}: incorrect account sequence`,
    );
    await expect(late).rejects.toBeInstanceOf(BroadcastTxError);
    const other = { ...signerData, sequence, chainId: "aivm-other-1" };
    const wrong = signWith(other);
    await expect(wrong).rejects.toMatchObject({ code: 4, codespace: "sdk" });
    const poor = { ...fee, amount: [] };
    const unpaid = client.signAndBroadcast(user, [message], poor);
    await expect(unpaid).rejects.toMatchObject({ code: 13, codespace: "sdk" });
    const tooMuch = client.sendTokens(
      user,
      stranger(8),
      coins("1000000000000000000", DENOM),
      "auto",
    );
    await expect(tooMuch).rejects.toThrow(/insufficient funds/);
    expect((await client.getSequence(user)).sequence).toBe(sequence);
  });

  test("sends what fails in the block and reads its code", async () => {
    const fee = { amount: coins(1_000, DENOM), gas: "200000" };
    const failed = await client.sendTokens(
      user,
      stranger(8),
      coins("1000000000000000000", DENOM),
      fee,
    );
    expect(failed.code).toBe(5);
    expect(await client.getTx(failed.transactionHash)).toMatchObject({ code: 5 });
  });

  test("delegates, and reads the delegation", async () => {
    expect(await client.getDelegation(user, operator)).toBeNull();
    const delegated = await client.delegateTokens(user, operator, coin(5_000_000, DENOM), "auto");
    assertIsDeliverTxSuccess(delegated);
    expect(await client.getDelegation(user, operator)).toEqual(coin(5_000_000, DENOM));
    expect(await client.getBalanceStaked(user)).toEqual(coin(5_000_000, DENOM));
    const { staking } = QueryClient.withExtensions(comet, setupStakingExtension);
    const { validator } = await staking.validator(operator);
    expect(validator.tokens).toBe((TEST_STAKE + 5_000_000n).toString());
    const undelegated = await client.undelegateTokens(user, operator, coin(1, DENOM), "auto");
    assertIsDeliverTxSuccess(undelegated);
  });

  test("asks the services by gRPC paths, at a past height too", async () => {
    const { bank, auth } = QueryClient.withExtensions(
      comet,
      setupBankExtension,
      setupAuthExtension,
    );
    const query = new QueryClient(comet);
    const request = QueryBalanceRequest.encode({ address: user, denom: DENOM });
    const past = await query.queryAbci("/cosmos.bank.v1beta1.Query/Balance", request, 1);
    expect(past.height).toBe(1);
    // Nobody had sent anything by then.
    expect(QueryBalanceResponse.decode(past.value).balance).toEqual(
      coin(10_000_000_000_000, DENOM),
    );
    expect((await bank.supplyOf(DENOM)).denom).toBe(DENOM);
    expect((await bank.denomMetadata(DENOM)).display).toBe("nes");
    expect((await auth.account(user))?.typeUrl).toBe("/cosmos.auth.v1beta1.BaseAccount");
  });
});

describe("CosmJS with a wallet that signs amino JSON", () => {
  let amino: SigningStargateClient;
  let wallet: Secp256k1HdWallet;

  beforeAll(async () => {
    const { mnemonic } = network.files.user;
    const hdPaths = [0, 1, 2].map(makeCosmoshubPath);
    wallet = await Secp256k1HdWallet.fromMnemonic(mnemonic, { prefix: PREFIX, hdPaths });
    const registry = new Registry(defaultRegistryTypes);
    registerCosmJsTypes(registry);
    const aminoTypes = new AminoTypes({ ...createDefaultAminoConverters(), ...aminoConverters() });
    const options = { gasPrice: GAS_PRICE, registry, aminoTypes, ...POLL };
    amino = await SigningStargateClient.connectWithSigner(network.node(0).url, wallet, options);
  });

  afterAll(() => {
    amino.disconnect();
  });

  test("sends messages of the SDK's modules and of ours", async () => {
    const amount = coin(7, DENOM);
    const messages = [
      {
        typeUrl: "/cosmos.bank.v1beta1.MsgSend",
        value: { fromAddress: user, toAddress: stranger(10), amount: [amount] },
      },
      {
        typeUrl: "/cosmos.staking.v1beta1.MsgDelegate",
        value: { delegatorAddress: user, validatorAddress: operator, amount },
      },
      {
        typeUrl: "/cosmos.distribution.v1beta1.MsgWithdrawDelegatorReward",
        value: { delegatorAddress: user, validatorAddress: operator },
      },
      {
        typeUrl: MsgCreateArtifact.typeUrl,
        value: { uploader: user, digest: new Uint8Array(32).fill(7), size: 10n },
      },
    ];
    const memo = '<b>what a Ledger shows</b> & ü "\\" 🚀';
    const sent = await amino.signAndBroadcast(user, messages, "auto", memo);
    assertIsDeliverTxSuccess(sent);
    const { authInfo, body } = decodeTx((await client.getTx(sent.transactionHash))!.tx);
    expect(authInfo.signerInfos[0]?.modeInfo?.single?.mode).toBe(127);
    expect(body.memo).toBe(memo);
    expect(await client.getBalance(stranger(10), DENOM)).toEqual(amount);
  });

  test("is refused when it signs for another sequence", async () => {
    const { accountNumber, sequence } = await amino.getSequence(user);
    const value = { fromAddress: user, toAddress: stranger(10), amount: coins(1, DENOM) };
    const message = { typeUrl: "/cosmos.bank.v1beta1.MsgSend", value };
    const fee = { amount: coins(1_000, DENOM), gas: "200000" };
    const place = { accountNumber, sequence, chainId: "aivm-other-1" };
    const raw = await amino.sign(user, [message], fee, "", place);
    await expect(amino.broadcastTx(CosmjsTxRaw.encode(raw).finish())).rejects.toThrow(
      `please verify account number (${accountNumber}), sequence (${sequence}) and chain-id ` +
        `(${network.chainId})`,
    );
  });

  test("signs for our SDK, alone and as two keys of a multisig", async () => {
    const signer = await aminoSigner(wallet, user);
    const gasPrice = "0.002unes";
    const own = await AivmClient.connect({ rpc: network.node(0).url, signer, gasPrice });
    const accounts = await wallet.getAccounts();
    const treasury = multisigAccount(
      2,
      accounts.map(({ pubkey }) => pubkey),
    );
    const filled = await own.send({ to: treasury.address, coins: [coin(5_000, DENOM)] });
    expect(filled.result.code).toBe(0);

    const account = (await findAccount(own.rpc, treasury.address))!;
    const place = { chainId: network.chainId, account };
    const transfer = {
      fromAddress: treasury.address,
      toAddress: stranger(11),
      amount: [coin(40, DENOM)],
    };
    const content = {
      messages: [pack(MsgSend, transfer)],
      memo: "of all of us",
      timeoutHeight: 0n,
      gasLimit: 200_000n,
      fee: [coin(1_000, DENOM)],
    };
    const parts = await Promise.all(
      [2, 0].map((index) =>
        signMultisigPart(content, wallet, { ...place, address: accounts[index]!.address }),
      ),
    );
    const bytes = combineMultisig(content, treasury, { parts, ...place });
    const sent = await client.broadcastTx(bytes);
    assertIsDeliverTxSuccess(sent);
    expect(await client.getBalance(stranger(11), DENOM)).toEqual(coin(40, DENOM));
    expect(await client.getBalance(treasury.address, DENOM)).toEqual(coin(3_960, DENOM));
    const { address, pubkey } = (await client.getAccount(treasury.address))!;
    expect(address).toBe(treasury.address);
    expect(pubkey?.type).toBe("tendermint/PubKeyMultisigThreshold");
    // What is used up is used up.
    await expect(client.broadcastTx(bytes)).rejects.toThrow(/sequence mismatch|already exists/);
  });
});

describe("a proof of bank's store", () => {
  test("holds against the header's app hash by the reference verifier", async () => {
    const address = parseAddress("account", user);
    const key = concatBytes(Uint8Array.of(2, address.length), address, utf8(DENOM));
    const { value, roots } = await prove(key);
    expect(fromUtf8(value)).toMatch(/^[0-9]+$/);
    expect(verifyMembership(roots.store, iavlSpec, roots.root, key, value)).toBe(true);
    const wrong = utf8("1");
    expect(verifyMembership(roots.store, iavlSpec, roots.root, key, wrong)).toBe(false);
  });

  test("holds for an account that has nothing", async () => {
    const key = concatBytes(Uint8Array.of(2, 20), new Uint8Array(20).fill(9), utf8(DENOM));
    const { value, roots } = await prove(key);
    expect(value).toHaveLength(0);
    expect(verifyNonMembership(roots.store, iavlSpec, roots.root, key)).toBe(true);
  });
});

/** What the store `bank` holds at a key, with its proof and the store's root, which is checked. */
async function prove(key: Uint8Array): Promise<{
  readonly value: Uint8Array;
  readonly roots: { readonly store: ics23.CommitmentProof; readonly root: Uint8Array };
}> {
  await network.awaitBlocks(2n);
  const height = (await client.getHeight()) - 1;
  const answer = await comet.abciQuery({ path: "/store/bank/key", data: key, prove: true, height });
  expect(answer).toMatchObject({ code: 0, height });
  const [store, multistore] = answer.proof!.ops.map(({ data }) =>
    ics23.CommitmentProof.decode(data),
  ) as [ics23.CommitmentProof, ics23.CommitmentProof];
  const { block } = await comet.block(height + 1);
  const root = multistore.exist!.value!;
  const { appHash } = block.header;
  expect(verifyMembership(multistore, tendermintSpec, appHash, utf8("bank"), root)).toBe(true);
  return { value: answer.value, roots: { store, root } };
}

function decodeTx(bytes: Uint8Array): { body: TxBody; authInfo: AuthInfo } {
  const raw = TxRaw.decode(bytes);
  return { body: TxBody.decode(raw.bodyBytes), authInfo: AuthInfo.decode(raw.authInfoBytes) };
}
