import type { ComponentChildren, JSX } from "preact";
import type { Entries } from "../../schema/entries.js";
import type { InputControl } from "../../schema/inputForm.js";
import { Notice } from "../../ui/notice.js";
import { DropArea } from "../../upload/dropArea.js";
import { FileButton } from "../../upload/fileButton.js";
import { loadInput } from "../../upload/loadInput.js";
import type { ChosenFile } from "../../upload/readFile.js";

/** The fields of a form, all of which a JSON file can fill at once. */
export function WholeInput({
  controls,
  problem,
  onEntries,
  onProblem,
  children,
}: {
  readonly controls: readonly InputControl[];
  readonly problem: string;
  readonly onEntries: (entries: Entries) => void;
  readonly onProblem: (problem: string) => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const load = async (file: ChosenFile): Promise<void> => {
    try {
      onEntries(await loadInput(controls, file));
    } catch (error) {
      onProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <DropArea class="fields" onFile={(file) => void load(file)} onProblem={onProblem}>
      {children}
      <p class="whole-input faint">
        Or{" "}
        <FileButton
          label="a JSON file with the whole input"
          accept=".json,application/json"
          onFile={(file) => void load(file)}
        >
          fill in a whole input from JSON…
        </FileButton>{" "}
        or drop a file here.
      </p>
      {problem !== "" && <Notice tone="bad">{problem}</Notice>}
    </DropArea>
  );
}
