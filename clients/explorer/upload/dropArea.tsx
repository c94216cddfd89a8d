import type { ComponentChildren, JSX, TargetedDragEvent } from "preact";
import { useRef, useState } from "preact/hooks";
import type { ChosenFile } from "./readFile.js";

/** An area of the page that takes a file which is dropped on it, and shows that it would. */
export function DropArea({
  class: className,
  onFile,
  onProblem,
  children,
}: {
  readonly class: string;
  readonly onFile: (file: ChosenFile) => void;
  readonly onProblem: (problem: string) => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  const [isOver, setOver] = useState(false);
  /** Elements within that the pointer has entered and not left. */
  const entered = useRef(0);
  const move = (event: DragEvent, by: number): void => {
    if (!hasFiles(event)) return;
    entered.current = Math.max(0, entered.current + by);
    setOver(entered.current > 0);
  };
  return (
    <div
      class={isOver ? `${className} drop-over` : className}
      onDragEnter={(event) => {
        move(event, 1);
      }}
      onDragLeave={(event) => {
        move(event, -1);
      }}
      onDragOver={(event) => {
        if (hasFiles(event)) event.preventDefault();
      }}
      onDrop={(event) => {
        entered.current = 0;
        setOver(false);
        take(event, { onFile, onProblem });
      }}
    >
      {children}
    </div>
  );
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") === true;
}

function take(
  event: TargetedDragEvent<HTMLDivElement>,
  tell: {
    readonly onFile: (file: ChosenFile) => void;
    readonly onProblem: (problem: string) => void;
  },
): void {
  if (!hasFiles(event)) return;
  event.preventDefault();
  // The innermost area takes it.
  event.stopPropagation();
  const [file, ...more] = event.dataTransfer?.files ?? [];
  if (file === undefined) return;
  if (more.length > 0) tell.onProblem("Drop one file at a time.");
  else tell.onFile(file);
}
