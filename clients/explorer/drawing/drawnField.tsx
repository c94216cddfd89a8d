import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useIsDark } from "../ui/useIsDark.js";
import { imageOf, type Stroke } from "./drawing.js";
import { DrawingPad } from "./drawingPad.js";
import { paintImage } from "./paint.js";

const INKS = [16, 255, 1] as const;
const PREVIEW_SIDE = 128;

/** A field of 64 numbers that is drawn: the paper, and the image that the kernel will get. */
export function DrawnField({
  label,
  onNumbers,
}: {
  readonly label: string;
  /** Told the 64 numbers, separated by spaces; an empty text for blank paper. */
  readonly onNumbers: (numbers: string) => void;
}): JSX.Element {
  const [strokes, setStrokes] = useState<readonly Stroke[]>([]);
  const [fullInk, setFullInk] = useState<number>(INKS[0]);
  const preview = useRef<HTMLCanvasElement>(null);
  const image = imageOf(strokes, fullInk);
  const isDark = useIsDark();
  useEffect(() => {
    if (preview.current !== null) paintImage(preview.current, image, fullInk);
  }, [strokes, fullInk, isDark]);
  useEffect(() => {
    onNumbers(strokes.length === 0 ? "" : image.join(" "));
  }, [strokes, fullInk]);
  return (
    <div class="drawn">
      <DrawingPad label={label} strokes={strokes} onDraw={setStrokes} />
      <div class="drawn-side">
        <canvas
          ref={preview}
          class="preview"
          width={PREVIEW_SIDE}
          height={PREVIEW_SIDE}
          role="img"
          aria-label="the image of 8 by 8 pixels that the kernel gets"
        />
        <span class="faint">what the kernel sees</span>
        <label class="inline">
          full ink is
          <select
            value={String(fullInk)}
            onChange={(event) => {
              setFullInk(Number(event.currentTarget.value));
            }}
          >
            {INKS.map((ink) => (
              <option key={ink} value={String(ink)}>
                {ink}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          class="quiet"
          disabled={strokes.length === 0}
          onClick={() => {
            setStrokes([]);
          }}
        >
          Clear
        </button>
      </div>
    </div>
  );
}
