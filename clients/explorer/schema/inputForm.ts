import { DataType, type Field } from "#core/codec/generated/aivm/kernel/v1.js";
import {
  encodeInput,
  isSdkError,
  type PictureField,
  pictureField,
  type PlainValues,
} from "#sdk/index.js";
import { type Entries, loadedValue, type PlainValue, typedText } from "./entries.js";

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
  /** How it takes a picture, or why it takes none. */
  readonly picture: PictureField | string;
  readonly field: Field;
}

/** Pixels of a drawing: 8 rows of 8. */
export const DRAWING_PIXELS = 64;

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
    const kind = kindOf(field, elements);
    const { name } = field;
    return { name, kind, type: typeText(field), elements, picture: pictureField(field), field };
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

/** The values of a form, or what is wrong with one of them, said so that it can be mended. */
export type FormValues =
  | { readonly ok: true; readonly values: PlainValues }
  | { readonly ok: false; readonly name: string; readonly problem: string };

/**
 * The input that a form stands for. Numbers are separated by commas or spaces; they stay text where
 * they are too large to be exact. What fits the schema alone is a value.
 */
export function valuesOfForm(controls: readonly InputControl[], entries: Entries): FormValues {
  const values: Record<string, PlainValue> = {};
  for (const control of controls) {
    const entry = entries[control.name];
    const loaded = loadedValue(entry);
    const text = typedText(entry);
    const words = loaded === undefined ? wordsOf(control, text) : undefined;
    const problem = problemOf(control, words);
    if (problem !== undefined) return { ok: false, name: control.name, problem };
    values[control.name] = loaded ?? words?.map(toNumber) ?? text;
  }
  return misfit(controls, values) ?? { ok: true, values };
}

/** What does not fit the schema, in the SDK's words, before the chain would say it. */
function misfit(controls: readonly InputControl[], values: PlainValues): FormValues | undefined {
  try {
    encodeInput(
      controls.map(({ field }) => field),
      values,
    );
    return undefined;
  } catch (error) {
    if (!isSdkError(error, "INPUT_UNFIT")) throw error;
    const { field: name, expected, problem } = error.facts;
    return { ok: false, name, problem: `${problem}, but it must be ${expected}` };
  }
}

/** The numbers of a control as they were typed; undefined for one that is no numbers. */
function wordsOf({ kind }: InputControl, text: string): readonly string[] | undefined {
  if (kind === "text" || kind === "base64") return undefined;
  return wordsIn(text);
}

/** What stands between commas, semicolons and spaces. */
export function wordsIn(text: string): string[] {
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

/** Whether a word stands for an element of a tensor. */
export function isNumber(word: string): boolean {
  return /^(?:true|false|NaN|-?Infinity)$/.test(word) || Number.isFinite(Number(word));
}

/** The element that a word stands for; text where a number would not be exact. */
export function toNumber(word: string): PlainValue {
  if (word === "true" || word === "false") return word === "true";
  const value = Number(word);
  const isExact = !/^-?[0-9]+$/.test(word) || Number.isSafeInteger(value);
  return Number.isFinite(value) && isExact ? value : word;
}
