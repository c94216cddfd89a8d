import { type Picture, pictureElements, type PictureField, type PlainValues } from "#sdk/index.js";

/** A value of a field as clients write it. */
export type PlainValue = PlainValues[string];

/** What a field of a form holds: what was typed or drawn, or what came from a file. */
export type Entry =
  | { readonly kind: "typed"; readonly text: string }
  | {
      readonly kind: "loaded";
      readonly from: string;
      readonly what: string;
      readonly value: PlainValue;
    }
  | PictureEntry;

/** A picture from a file, and how the field takes it. */
export interface PictureEntry {
  readonly kind: "picture";
  readonly from: string;
  readonly picture: Picture;
  readonly field: PictureField;
}

/** What the fields of a form hold, by their names. */
export type Entries = Readonly<Record<string, Entry>>;

/** The text that was typed into a field; empty for a field that holds something else. */
export function typedText(entry: Entry | undefined): string {
  return entry?.kind === "typed" ? entry.text : "";
}

/** What a file gave; undefined for what was typed. */
export function loadedValue(entry: Entry | undefined): PlainValue | undefined {
  switch (entry?.kind) {
    case "loaded":
      return entry.value;
    case "picture":
      return pictureElements(entry.picture, entry.field);
    default:
      return undefined;
  }
}
