import type { JSX, TargetedPointerEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useIsDark } from "../ui/useIsDark.js";
import { paintStrokes } from "./paint.js";
import type { Point, Stroke } from "./drawing.js";

/** Size of the canvas in its own pixels; it is shown smaller on fine screens. */
const SIDE = 512;
const PEN_STEP = 1 / 16;
const ARROWS: ReadonlyMap<string, Point> = new Map([
  ["ArrowLeft", { x: -PEN_STEP, y: 0 }],
  ["ArrowRight", { x: PEN_STEP, y: 0 }],
  ["ArrowUp", { x: 0, y: -PEN_STEP }],
  ["ArrowDown", { x: 0, y: PEN_STEP }],
]);

/**
 * Paper to draw on by mouse, finger or pen; by keyboard, arrows move the pen and space lowers it.
 */
export function DrawingPad({
  label,
  strokes,
  onDraw,
}: {
  readonly label: string;
  readonly strokes: readonly Stroke[];
  readonly onDraw: (strokes: readonly Stroke[]) => void;
}): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDown = useRef(false);
  const [pen, setPen] = useState<Point>();
  const isDark = useIsDark();
  useEffect(() => {
    if (canvas.current !== null) paintStrokes(canvas.current, strokes, pen);
  }, [strokes, pen, isDark]);
  const begin = (at: Point): void => {
    onDraw([...strokes, [at]]);
  };
  const goOn = (at: Point): void => {
    const last = strokes.at(-1);
    if (last !== undefined) onDraw([...strokes.slice(0, -1), [...last, at]]);
  };
  return (
    <canvas
      ref={canvas}
      class="pad"
      width={SIDE}
      height={SIDE}
      tabIndex={0}
      role="application"
      aria-roledescription="paper"
      aria-label={`${label}: draw here. By keyboard, arrows move the pen and space lowers or lifts it.`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        isDown.current = true;
        setPen(undefined);
        begin(pointOf(event));
      }}
      onPointerMove={(event) => {
        if (isDown.current) goOn(pointOf(event));
      }}
      onPointerUp={() => {
        isDown.current = false;
      }}
      onPointerCancel={() => {
        isDown.current = false;
      }}
      onKeyDown={(event) => {
        const step = ARROWS.get(event.key);
        const at = pen ?? { x: 0.5, y: 0.25 };
        if (event.key === " ") {
          isDown.current = !isDown.current;
          if (isDown.current) begin(at);
          setPen(at);
        } else if (step !== undefined) {
          const next = { x: clamp(at.x + step.x), y: clamp(at.y + step.y) };
          if (isDown.current) goOn(next);
          setPen(next);
        } else return;
        event.preventDefault();
      }}
      onBlur={() => {
        isDown.current = false;
        setPen(undefined);
      }}
    />
  );
}

function pointOf(event: TargetedPointerEvent<HTMLCanvasElement>): Point {
  const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
  return { x: clamp((event.clientX - left) / width), y: clamp((event.clientY - top) / height) };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}
