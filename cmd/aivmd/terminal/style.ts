/** Paints text for a terminal. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

const ESCAPE = "\u001b[";
const PAINT = new RegExp(`${ESCAPE.replace("[", "\\[")}[0-9;]*m`, "g");

/** A style that paints, or one that leaves text as it is. */
export function createStyle(isColoured: boolean): Style {
  const paint =
    (on: number, off: number) =>
    (text: string): string =>
      isColoured ? `${ESCAPE}${on}m${text}${ESCAPE}${off}m` : text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}

/** Whether a stream shows colours: a terminal whose user did not ask for none (no-color.org). */
export function showsColours(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const { NO_COLOR: refused = "", TERM: kind = "" } = environment;
  return stream.isTTY === true && refused === "" && kind !== "dumb";
}

/** Characters that a text takes on a terminal: without what only paints. */
export function visibleLength(text: string): number {
  return Array.from(text.replaceAll(PAINT, "")).length;
}
