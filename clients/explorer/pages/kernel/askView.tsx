import type { JSX } from "preact";
import { Failure } from "../../ui/notice.js";
import { AnswerView } from "./answerView.js";
import { Progress } from "./progress.js";
import type { AskStand } from "./useAsk.js";

/** How an ask goes: what will happen, how far it is, its answer or why there is none. */
export function AskView({ stand }: { readonly stand: AskStand }): JSX.Element {
  return (
    <div class="try-result" aria-live="polite">
      {stand.state === "idle" ? (
        <p class="invitation">
          Fill in the form and ask. A committee of validators runs the kernel, the answer appears
          here after about five blocks, and this page checks its proof.
        </p>
      ) : (
        <Progress asked={stand.asked} payer={stand.state === "asking" ? stand.payer : undefined} />
      )}
      {stand.state === "failed" && <Failure error={stand.error} />}
      {stand.state === "answered" && stand.asked.answer !== undefined && (
        <AnswerView answer={stand.asked.answer} />
      )}
    </div>
  );
}
