import type { Locator, Page } from "playwright-core";

/** A three as people write it, in shares of the paper. */
const THREE = [
  [0.3, 0.25],
  [0.5, 0.15],
  [0.7, 0.25],
  [0.68, 0.4],
  [0.5, 0.48],
  [0.7, 0.58],
  [0.72, 0.75],
  [0.5, 0.87],
  [0.3, 0.78],
] as const;

/** Draws a three with the mouse. */
export async function drawThree(page: Page, paper: Locator): Promise<void> {
  await paper.scrollIntoViewIfNeeded();
  const box = await paper.boundingBox();
  if (box === null) throw new Error("the paper is not shown");
  const at = ([x, y]: readonly [number, number]): [number, number] => [
    box.x + x * box.width,
    box.y + y * box.height,
  ];
  await page.mouse.move(...at(THREE[0]));
  await page.mouse.down();
  for (const point of THREE) await page.mouse.move(...at(point), { steps: 4 });
  await page.mouse.up();
}
