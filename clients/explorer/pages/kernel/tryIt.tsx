import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { PayerChoice } from "../../payer/payerChoice.js";
import { PayerLine } from "../../payer/payerLine.js";
import type { Entries } from "../../schema/entries.js";
import { inputControls, valuesOfForm } from "../../schema/inputForm.js";
import { Card } from "../../ui/card.js";
import { Notice } from "../../ui/notice.js";
import { useStrayDrops } from "../../upload/useStrayDrops.js";
import { AskView } from "./askView.js";
import { InputField } from "./inputField.js";
import { PriceLine } from "./priceLine.js";
import { useAsk } from "./useAsk.js";
import { WholeInput } from "./wholeInput.js";

/** A form made of a kernel's input schema; asks the chain and shows the answer with its proof. */
export function TryIt({
  name,
  manifest,
}: {
  readonly name: string;
  readonly manifest: Manifest;
}): JSX.Element {
  useStrayDrops();
  const controls = useMemo(() => inputControls(manifest.inputs), [manifest]);
  const [entries, setEntries] = useState<Entries>({});
  const [isTold, setTold] = useState(false);
  const [problem, setProblem] = useState("");
  const { stand, canAsk, ask } = useAsk(name);
  const form = useMemo(() => valuesOfForm(controls, entries), [controls, entries]);
  const isAsking = stand.state === "asking";
  const change = (changed: Entries): void => {
    setEntries((before) => ({ ...before, ...changed }));
    setTold(false);
    setProblem("");
  };
  const whole = { controls, onEntries: change, onProblem: setProblem };
  return (
    <Card title="Try it" aside={<PayerLine />}>
      <div class="try">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            setTold(!form.ok);
            if (form.ok) void ask(form.values);
          }}
        >
          <WholeInput {...whole} problem={problem}>
            {controls.map((control) => (
              <InputField
                key={control.name}
                control={control}
                entry={entries[control.name]}
                onEntry={(entry) => {
                  change({ [control.name]: entry });
                }}
              />
            ))}
          </WholeInput>
          <PayerChoice />
          <div class="ask">
            <button type="submit" disabled={isAsking || !canAsk}>
              {isAsking ? "Asking…" : "Ask the network"}
            </button>
            <PriceLine name={name} values={form.ok ? form.values : undefined} />
          </div>
          {isTold && !form.ok && (
            <Notice tone="bad">
              <strong>{form.name}:</strong> {form.problem}.
            </Notice>
          )}
        </form>
        <AskView stand={stand} />
      </div>
    </Card>
  );
}
