import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Manifest } from "#core/codec/generated/aivm/kernel/v1.js";
import { KeyLine } from "../../key/keyLine.js";
import { inputControls, type Typed, valuesOfForm } from "../../schema/inputForm.js";
import { Card } from "../../ui/card.js";
import { Notice } from "../../ui/notice.js";
import { AskView } from "./askView.js";
import { InputField } from "./inputField.js";
import { PriceLine } from "./priceLine.js";
import { useAsk } from "./useAsk.js";

/** A form made of a kernel's input schema; asks the chain and shows the answer with its proof. */
export function TryIt({
  name,
  manifest,
}: {
  readonly name: string;
  readonly manifest: Manifest;
}): JSX.Element {
  const controls = inputControls(manifest.inputs);
  const [typed, setTyped] = useState<Typed>({});
  const [isTold, setTold] = useState(false);
  const { stand, ask } = useAsk(name);
  const form = valuesOfForm(controls, typed);
  const isAsking = stand.state === "asking";
  const submit = (event: Event): void => {
    event.preventDefault();
    setTold(!form.ok);
    if (form.ok) void ask(form.values);
  };
  return (
    <Card title="Try it" aside={<KeyLine />}>
      <div class="try">
        <form onSubmit={submit}>
          {controls.map((control) => (
            <InputField
              key={control.name}
              control={control}
              text={typed[control.name] ?? ""}
              onText={(text) => {
                setTyped((before) => ({ ...before, [control.name]: text }));
                setTold(false);
              }}
            />
          ))}
          <div class="ask">
            <button type="submit" disabled={isAsking}>
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
