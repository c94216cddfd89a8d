import { IMAGE_SIDE, type Point, type Stroke } from "./drawing.js";

const LINE_SHARE = 0.07;
const PEN_SHARE = 0.02;

/** Paints strokes as they were drawn, and where the keyboard's pen is; colours are the page's. */
export function paintStrokes(
  canvas: HTMLCanvasElement,
  strokes: readonly Stroke[],
  pen: Point | undefined,
): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const { width: side } = canvas;
  const style = getComputedStyle(canvas);
  context.clearRect(0, 0, side, side);
  context.strokeStyle = style.color;
  context.lineWidth = side * LINE_SHARE;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of strokes) {
    context.beginPath();
    for (const { x, y } of [stroke[0], ...stroke].filter((point) => point !== undefined)) {
      context.lineTo(x * side, y * side);
    }
    context.stroke();
  }
  if (pen === undefined) return;
  context.fillStyle = style.getPropertyValue("--accent");
  context.beginPath();
  context.arc(pen.x * side, pen.y * side, side * PEN_SHARE, 0, 2 * Math.PI);
  context.fill();
}

/** Paints the image that the kernel gets, pixel by pixel. */
export function paintImage(
  canvas: HTMLCanvasElement,
  image: readonly number[],
  fullInk: number,
): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const pixel = canvas.width / IMAGE_SIDE;
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = getComputedStyle(canvas).color;
  for (const [index, ink] of image.entries()) {
    context.globalAlpha = Math.min(1, ink / fullInk);
    const row = Math.floor(index / IMAGE_SIDE);
    context.fillRect((index % IMAGE_SIDE) * pixel, row * pixel, pixel, pixel);
  }
  context.globalAlpha = 1;
}
