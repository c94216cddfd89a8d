import { DataType, type Field } from "#core/codec/generated/aivm/kernel/v1.js";
import type { PlainValues } from "#sdk/index.js";

/** How a field is asked for. */
export type InputKind = "drawing" | "numbers" | "text" | "base64";

/** One control of the form of a kernel's input. */
export interface InputControl {
  readonly name: string;
  readonly kind: InputKind;
  /** As the Aivmfile has it, for example `uint8[1,64]`. */
  readonly type: string;
  /** Numbers that the tensor must have; undefined where the schema leaves it open. */
  readonly elements: number | undefined;
}

/** Pixels of a drawing: 8 rows of 8. */
export const DRAWING_PIXELS = 64;

type PlainValue = PlainValues[string];

const DRAWN_TYPES: readonly DataType[] = [DataType.FLOAT32, DataType.UINT8];

const TYPE_NAMES: ReadonlyMap<DataType, string> = new Map(
  Object.entries(DataType).map(([name, value]) => [value, name.toLowerCase()]),
);

/** A field's type as the Aivmfile writes it: `float32[1,4]`, `int64[1..8]`, `string`. */
export function typeText({ dataType, shape }: Field): string {
  const name = TYPE_NAMES.get(dataType) ?? String(dataType);
  if (dataType === DataType.STRING || dataType === DataType.BYTES) return name;
  const axes = shape.map(({ minimum, maximum }) =>
    minimum === maximum ? String(minimum) : `${minimum}..${maximum}`,
  );
  return `${name}[${axes.join(",")}]`;
}

/** The controls of an input's form, one for each field of the schema. */
export function inputControls(fields: readonly Field[]): InputControl[] {
  return fields.map((field) => {
    const elements = elementsOf(field);
    return { name: field.name, kind: kindOf(field, elements), type: typeText(field), elements };
  });
}

function kindOf({ dataType }: Field, elements: number | undefined): InputKind {
  if (dataType === DataType.STRING) return "text";
  if (dataType === DataType.BYTES) return "base64";
  const isDrawing = elements === DRAWING_PIXELS && DRAWN_TYPES.includes(dataType);
  return isDrawing ? "drawing" : "numbers";
}

function elementsOf({ dataType, shape }: Field): number | undefined {
  if (dataType === DataType.STRING || dataType === DataType.BYTES) return undefined;
  if (shape.some(({ minimum, maximum }) => minimum !== maximum)) return undefined;
  return shape.reduce((product, { maximum }) => product * Number(maximum), 1);
}

/** What was typed or drawn, by the names of the fields. */
export type Typed = Readonly<Record<string, string>>;

/** The values of a form, or what is wrong with one of them, said so that it can be mended. */
export type FormValues =
  | { readonly ok: true; readonly values: PlainValues }
  | { readonly ok: false; readonly name: string; readonly problem: string };

/**
 * The input that a form stands for. Numbers are separated by commas or spaces; they stay text where
 * they are too large to be exact, as `valuesFromJson` takes them.
 */
export function valuesOfForm(controls: readonly InputControl[], typed: Typed): FormValues {
  const values: Record<string, PlainValue> = {};
  for (const control of controls) {
    const text = typed[control.name] ?? "";
    const words = wordsOf(control, text);
    const problem = problemOf(control, words);
    if (problem !== undefined) return { ok: false, name: control.name, problem };
    values[control.name] = words?.map(toNumber) ?? text;
  }
  return { ok: true, values };
}

/** The numbers of a control as they were typed; undefined for one that is no numbers. */
function wordsOf({ kind }: InputControl, text: string): readonly string[] | undefined {
  if (kind === "text" || kind === "base64") return undefined;
  return text.split(/[\s,;]+/).filter((word) => word !== "");
}

function problemOf(
  { kind, elements }: InputControl,
  words: readonly string[] | undefined,
): string | undefined {
  if (words === undefined) return undefined;
  const bad = words.find((word) => !isNumber(word));
  if (bad !== undefined) return `${bad} is not a number`;
  if (kind === "drawing" && words.length === 0) return "draw something first";
  if (elements === undefined || words.length === elements) return undefined;
  return `${elements} numbers are needed, there are ${words.length}`;
}

function isNumber(word: string): boolean {
  return /^(?:true|false|NaN|-?Infinity)$/.test(word) || Number.isFinite(Number(word));
}

function toNumber(word: string): PlainValue {
  if (word === "true" || word === "false") return word === "true";
  const value = Number(word);
  const isExact = !/^-?[0-9]+$/.test(word) || Number.isSafeInteger(value);
  return Number.isFinite(value) && isExact ? value : word;
}
