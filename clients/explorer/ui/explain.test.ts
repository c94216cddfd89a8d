import { describe, expect, test } from "vitest";
import { SdkError } from "#sdk/index.js";
import { askWallet, WalletError } from "../keplr/walletError.js";
import { explain } from "./explain.js";

function refusal(data: string): SdkError {
  const facts = { method: "block", rpcCode: -32_603, reason: "Internal error", data };
  return new SdkError("RPC_REFUSED", facts);
}

describe("a failure is explained", () => {
  test("by the endpoint that does not answer, wherever it is in the causes", () => {
    const cause = new SdkError("RPC_UNREACHABLE", { url: "http://n0:1", method: "status" });
    const { what, advice } = explain(new SdkError("BROADCAST_UNCERTAIN", { hash: "00" }, cause));
    expect(what).toBe("No answer from http://n0:1.");
    expect(advice).toContain("cors_allowed_origins");
  });

  test("as a block that is not there yet, or no longer", () => {
    const future = "height 9 must be less than or equal to the current blockchain height 4";
    expect(explain(refusal(future)).what).toBe("The chain has no such block yet.");
    const pruned = "height 1 is not available, lowest height is 5";
    expect(explain(refusal(pruned)).what).toBe("This node no longer has the block.");
    expect(explain(refusal("anything else")).what).toContain("anything else");
  });

  test("as a want of coins, with the way to some", () => {
    const facts = { stage: "simulate", codespace: "sdk", code: 5, hash: "", height: 0n } as const;
    const log = "spendable balance 0unes is smaller than 5unes: insufficient funds";
    expect(explain(new SdkError("TX_FAILED", { ...facts, log })).advice).toContain("Fund");
  });

  test("as a version that was taken down, or a kernel that is not for everybody", () => {
    const revoked = new SdkError("REQUEST_REVOKED", { requestId: 1n, height: 2n });
    expect(explain(revoked).what).toContain("taken down");
    const facts = { stage: "simulate", code: 18, log: "", hash: "", height: 0n } as const;
    const denied = (codespace: string): string =>
      explain(new SdkError("TX_FAILED", { ...facts, codespace })).what;
    expect(denied("inference")).toContain("owner has not named");
    expect(denied("kernel")).not.toContain("owner");
  });

  test("as the will of whoever holds the wallet, or as the wallet's own failure", async () => {
    const failed = async (said: string): Promise<unknown> =>
      askWallet("sign", () => Promise.reject(new Error(said))).catch((error: unknown) => error);
    const refused = await failed("Request rejected");
    expect(refused).toBeInstanceOf(WalletError);
    expect(explain(refused)).toEqual({
      what: "You said no in Keplr.",
      advice: "Nothing was sent and nothing was charged.",
    });
    expect(explain(await failed("Ledger is locked")).what).toBe(
      "Keplr did not sign: Ledger is locked.",
    );
  });

  test("by itself when it is nothing that is known", () => {
    expect(explain(new Error("odd")).what).toBe("odd");
    expect(explain("odd").what).toBe("odd");
  });
});
