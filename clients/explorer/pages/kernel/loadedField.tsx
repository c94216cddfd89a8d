import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { pictureElements, type PictureField } from "#sdk/index.js";
import type { Entry, PictureEntry } from "../../schema/entries.js";
import { paintElements } from "../../upload/paintElements.js";

type Loaded = Exclude<Entry, { readonly kind: "typed" }>;

/** What a file gave to a field, with what the kernel gets of a picture. */
export function LoadedField({
  name,
  entry,
  onEntry,
}: {
  readonly name: string;
  readonly entry: Loaded;
  readonly onEntry: (entry: Entry) => void;
}): JSX.Element {
  return (
    <div class="loaded">
      {entry.kind === "picture" && <Preview entry={entry} />}
      <div class="loaded-side">
        <p>
          <code>{entry.from}</code>
          <br />
          <span class="faint">{entry.kind === "picture" ? describe(entry) : entry.what}</span>
        </p>
        {entry.kind === "picture" && <Values name={name} entry={entry} onEntry={onEntry} />}
        <button
          type="button"
          class="quiet"
          onClick={() => {
            onEntry({ kind: "typed", text: "" });
          }}
        >
          Remove<span class="sr-only"> {entry.from}</span>
        </button>
      </div>
    </div>
  );
}

/** The values of black and white: training data has them one way or the other. */
function Values({
  name,
  entry,
  onEntry,
}: {
  readonly name: string;
  readonly entry: PictureEntry;
  readonly onEntry: (entry: Entry) => void;
}): JSX.Element {
  const change = (values: Partial<PictureField>): void => {
    onEntry({ ...entry, field: { ...entry.field, ...values } });
  };
  return (
    <div class="values">
      {(["black", "white"] as const).map((end) => (
        <label key={end} class="inline">
          {end} is
          <input
            type="number"
            step="any"
            aria-label={`value of ${end} in ${name}`}
            value={String(entry.field[end])}
            onInput={({ currentTarget: { valueAsNumber } }) => {
              if (Number.isFinite(valueAsNumber)) change({ [end]: valueAsNumber });
            }}
          />
        </label>
      ))}
      <button
        type="button"
        class="quiet"
        onClick={() => {
          change({ black: entry.field.white, white: entry.field.black });
        }}
      >
        Swap
      </button>
    </div>
  );
}

function Preview({ entry }: { readonly entry: PictureEntry }): JSX.Element {
  const { picture, field } = entry;
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current !== null) {
      paintElements(canvas.current, pictureElements(picture, field), field);
    }
  }, [picture, field]);
  return (
    <canvas
      ref={canvas}
      class="preview-large"
      width={field.width}
      height={field.height}
      role="img"
      aria-label={`the picture of ${field.width} by ${field.height} pixels that the kernel gets`}
    />
  );
}

function describe({ picture, field }: PictureEntry): string {
  const found = `${picture.width} × ${picture.height}`;
  const size = `${field.width} × ${field.height}`;
  const colour = field.channels === 3 ? "in colour" : "in grey";
  return found === size
    ? `${found} pixels as they are, ${colour}`
    : `${found} pixels averaged to ${size}, ${colour}`;
}
