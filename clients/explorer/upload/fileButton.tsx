import type { ComponentChildren, JSX } from "preact";
import type { ChosenFile } from "./readFile.js";

/**
 * Opens the browser's file dialog; looks as a button and is one for keyboards and screen readers.
 */
export function FileButton({
  label,
  accept,
  onFile,
  children,
}: {
  /** What the file is for, for those who do not see where the button stands. */
  readonly label: string;
  readonly accept: string;
  readonly onFile: (file: ChosenFile) => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <label class="file-button">
      <input
        type="file"
        class="sr-only"
        aria-label={label}
        accept={accept}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file !== undefined) onFile(file);
          // So that the same file, mended, can be chosen again.
          currentTarget.value = "";
        }}
      />
      {children}
    </label>
  );
}
