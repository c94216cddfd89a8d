import { AivmClient, type Inference, type PlainValues, type Signer } from "#sdk/index.js";
import type { Chain } from "../../chain/chainContext.js";
import { type ReachedStage, reachedStages } from "./reachedStages.js";
import { type PageProver, pageProver } from "../../proof/prover.js";

/** What is asked, of which chain, and who pays. */
export interface PaidAsk {
  readonly chain: Chain;
  readonly signer: Signer;
  readonly kernel: string;
  readonly input: PlainValues;
}

/** How far an ask is. */
export interface Asked {
  readonly requestId?: bigint | undefined;
  readonly stages: readonly ReachedStage[];
  readonly answer?: ProvenAnswer | undefined;
}

/** An answer with whom its proof trusts at first. */
export interface ProvenAnswer {
  readonly inference: Inference;
  readonly trust: PageProver["trust"];
}

/** Asks, pays, waits and verifies; `onChange` is told of every stage. Fails as `infer` does. */
export async function askKernel(
  { chain, signer, kernel, input }: PaidAsk,
  onChange: (asked: Asked) => void,
): Promise<Asked> {
  const { prover, trust } = await pageProver(chain);
  const client = await AivmClient.connect({ rpc: chain.rpc, prover, signer });
  let asked: Asked = { stages: [] };
  const inference = await client.infer(kernel, input, {
    onProgress: (progress) => {
      const { requestId } = progress;
      asked = { requestId, stages: reachedStages(asked.stages, progress) };
      onChange(asked);
    },
  });
  return { ...asked, answer: { inference, trust } };
}
