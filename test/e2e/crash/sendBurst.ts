import { BASE_DENOM } from "#app/chain.js";
import { MsgSend } from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { pack } from "#core/codec/typeRegistry.js";
import { coin } from "#core/primitives/coin.js";
import type { AivmClient } from "#sdk/client.js";
import { sendTx } from "#sdk/tx/sendTx.js";
import type { ClientRecord } from "./clientRecord.js";

/** Transactions that a sender has in flight. */
const BURST = 4;
const GAS = 120_000n;
/** A transaction that died with the node that took it is given up after so many blocks. */
const TIMEOUT_BLOCKS = 20;
const WAIT = { timeoutMs: 120_000 };

/** Sends one coin several times at once and records every transaction that a block has. */
export async function sendBurst(
  client: AivmClient,
  to: string,
  record: ClientRecord,
): Promise<void> {
  const { txContext: context, address: fromAddress } = client;
  const message = pack(MsgSend, { fromAddress, toAddress: to, amount: [coin(BASE_DENOM, 1n)] });
  const options = { gas: GAS, timeoutBlocks: TIMEOUT_BLOCKS };
  const sends = Array.from({ length: BURST }, async () => {
    const sent = await sendTx(context, [message], options);
    record.addTx(await sent.wait(WAIT));
  });
  // Those that went well are recorded whatever became of the others.
  for (const outcome of await Promise.allSettled(sends)) {
    if (outcome.status === "rejected") throw outcome.reason;
  }
}
