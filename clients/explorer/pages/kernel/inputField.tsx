import type { JSX } from "preact";
import { DrawnField } from "../../drawing/drawnField.js";
import type { InputControl } from "../../schema/inputForm.js";

interface FieldProps {
  readonly control: InputControl;
  readonly text: string;
  readonly onText: (text: string) => void;
}

/** The control of one field: paper to draw on, numbers, or text. */
export function InputField({ control, text, onText }: FieldProps): JSX.Element {
  const id = `input-${control.name}`;
  return (
    <div class="field">
      <label for={id}>
        {control.name} <code class="faint">{control.type}</code>
      </label>
      {control.kind === "drawing" ? (
        <>
          <DrawnField label={control.name} onNumbers={onText} />
          <details>
            <summary>As numbers</summary>
            <NumbersInput id={id} control={control} text={text} onText={onText} />
          </details>
        </>
      ) : (
        <NumbersInput id={id} control={control} text={text} onText={onText} />
      )}
    </div>
  );
}

function NumbersInput({
  id,
  control,
  text,
  onText,
}: FieldProps & { readonly id: string }): JSX.Element {
  const { kind, elements } = control;
  const common = {
    id,
    value: text,
    spellcheck: false,
    autocomplete: "off",
    placeholder: placeholderOf(control),
    onInput: (event: { readonly currentTarget: { readonly value: string } }) => {
      onText(event.currentTarget.value);
    },
  };
  const isShort = kind === "numbers" && elements !== undefined && elements <= 8;
  return isShort ? (
    <input type="text" inputMode="text" {...common} />
  ) : (
    <textarea rows={4} {...common} />
  );
}

function placeholderOf({ kind, elements }: InputControl): string {
  if (kind === "text") return "text";
  if (kind === "base64") return "base64";
  return elements === undefined
    ? "numbers, by commas or spaces"
    : `${elements} numbers, by commas or spaces`;
}
