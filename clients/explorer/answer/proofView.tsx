import type { JSX } from "preact";
import { type ResultProof, toHex } from "#sdk/index.js";
import { BlockLink, Hex } from "../ui/links.js";

const TRUST = {
  site: "the genesis file that this site serves",
  endpoint:
    "the genesis file that the endpoint shows, so compare its chain with somebody you trust",
} as const;

/** Whether an answer was proven in this page, and by what. */
export function ProofView({
  proof,
  trust,
}: {
  readonly proof: ResultProof;
  readonly trust: keyof typeof TRUST;
}): JSX.Element {
  if (!proof.verified) {
    return (
      <div class="proof">
        <strong>Not verified.</strong> This is what the endpoint says.
      </div>
    );
  }
  return (
    <div class="proof proof-verified" data-verified="true">
      <strong>Proof verified in this page.</strong> A light client followed the validators’
      signatures from {TRUST[trust]}, up to block <BlockLink height={proof.height + 1n} />; its app
      hash <Hex hex={toHex(proof.appHash)} /> commits to this answer by an ICS-23 proof.
    </div>
  );
}
