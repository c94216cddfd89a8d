import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { DrawnField } from "../../drawing/drawnField.js";
import { type Entry, typedText } from "../../schema/entries.js";
import type { InputControl } from "../../schema/inputForm.js";
import { Notice } from "../../ui/notice.js";
import { DropArea } from "../../upload/dropArea.js";
import { FileButton } from "../../upload/fileButton.js";
import { acceptOf, loadField } from "../../upload/loadField.js";
import type { ChosenFile } from "../../upload/readFile.js";
import { LoadedField } from "./loadedField.js";

interface FieldProps {
  readonly control: InputControl;
  readonly entry: Entry | undefined;
  readonly onEntry: (entry: Entry) => void;
}

/** The control of one field: paper to draw on, numbers or text; or a file, chosen or dropped. */
export function InputField({ control, entry, onEntry }: FieldProps): JSX.Element {
  const { name } = control;
  const [problem, setProblem] = useState("");
  const load = async (file: ChosenFile): Promise<void> => {
    setProblem("");
    try {
      onEntry(await loadField(control, file));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <DropArea class="field" onFile={(file) => void load(file)} onProblem={setProblem}>
      <div class="field-head">
        <label for={`input-${name}`}>
          {name} <code class="faint">{control.type}</code>
        </label>
        <FileButton
          label={`a file for ${name}`}
          accept={acceptOf(control)}
          onFile={(file) => void load(file)}
        >
          {typeof control.picture === "string" ? "From a file…" : "From a picture or file…"}
        </FileButton>
      </div>
      {entry === undefined || entry.kind === "typed" ? (
        <TypedField control={control} entry={entry} onEntry={onEntry} />
      ) : (
        <LoadedField name={name} entry={entry} onEntry={onEntry} />
      )}
      {problem !== "" && <Notice tone="bad">{problem}</Notice>}
    </DropArea>
  );
}

function TypedField({ control, entry, onEntry }: FieldProps): JSX.Element {
  const onText = (text: string): void => {
    onEntry({ kind: "typed", text });
  };
  const text = typedText(entry);
  if (control.kind !== "drawing") {
    return <NumbersInput control={control} text={text} onText={onText} />;
  }
  return (
    <>
      <DrawnField label={control.name} onNumbers={onText} />
      <details>
        <summary>As numbers</summary>
        <NumbersInput control={control} text={text} onText={onText} />
      </details>
    </>
  );
}

function NumbersInput({
  control,
  text,
  onText,
}: {
  readonly control: InputControl;
  readonly text: string;
  readonly onText: (text: string) => void;
}): JSX.Element {
  const { kind, elements } = control;
  const common = {
    id: `input-${control.name}`,
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
