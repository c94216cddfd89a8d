import type { JSX } from "preact";
import { OutputsView } from "../../answer/outputsView.js";
import { ProofView } from "../../answer/proofView.js";
import { formatUnes } from "../../format/amount.js";
import { PageLink } from "../../ui/links.js";
import type { ProvenAnswer } from "./askKernel.js";

/** An answer: its outputs, its proof, what it cost, and the way to its course. */
export function AnswerView({ answer }: { readonly answer: ProvenAnswer }): JSX.Element {
  const { inference, trust } = answer;
  const { output, proof, requestId, price, result } = inference;
  return (
    <div class="answer">
      {output === undefined ? (
        <p>The chain keeps only the digest of this output.</p>
      ) : (
        <OutputsView outputs={output} />
      )}
      <ProofView proof={proof} trust={trust} />
      <p class="answer-foot">
        {result.seatsAgreed} of {result.seatsTotal} members agreed · charged{" "}
        {formatUnes(price.price)} ·{" "}
        <PageLink to={{ page: "request", id: requestId }}>see how it came about</PageLink>
      </p>
    </div>
  );
}
