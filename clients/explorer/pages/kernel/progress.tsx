import type { JSX } from "preact";
import { BlockLink, PageLink } from "../../ui/links.js";
import type { PayerKind } from "../../payer/payerContext.js";
import type { Asked } from "./askKernel.js";

const SAID: Readonly<Record<string, string>> = {
  queued: "in a block, its price in escrow",
  committing: "a committee is drawn and runs the kernel",
  revealing: "commitments are in; members reveal",
  comparing: "answers differ; members compare",
  escalated: "every provider runs it",
  done: "agreed",
};

/** How far a request is, stage by stage. */
export function Progress({
  asked,
  payer,
}: {
  readonly asked: Asked;
  /** Who is paying; undefined when it is over. */
  readonly payer: PayerKind | undefined;
}): JSX.Element {
  const { requestId, stages } = asked;
  const isOver = payer === undefined;
  return (
    <ol class="progress">
      {requestId === undefined && !isOver && (
        <li class="running">
          {payer === "keplr"
            ? "checking the chain’s headers, waiting for your signature in Keplr and for a block"
            : "checking the chain’s headers, signing, waiting for a block"}
        </li>
      )}
      {stages.map(({ stage, height, members, ready }, index) => (
        <li key={stage} class={!isOver && index === stages.length - 1 ? "running" : "reached"}>
          <span>
            {SAID[stage]}{" "}
            {members > 0 && stage !== "done" && (
              <span class="faint">
                {ready} of {members}
              </span>
            )}
            {stage === "queued" && requestId !== undefined && (
              <PageLink to={{ page: "request", id: requestId }}>{`r${requestId}`}</PageLink>
            )}
          </span>
          <BlockLink height={height} />
        </li>
      ))}
    </ol>
  );
}
