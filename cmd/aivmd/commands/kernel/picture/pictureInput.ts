import { readFileSync, statSync } from "node:fs";
import type { Field } from "#core/codec/generated/aivm/kernel/v1.js";
import type { PlainValues } from "#sdk/inference/ask.js";
import type { Picture } from "#sdk/picture/picture.js";
import { pictureElements } from "#sdk/picture/pictureElements.js";
import { wrongUse } from "../../../errors.js";
import type { Session } from "../../../session.js";
import type { RunFlags } from "../runFlags.js";
import { decodePng } from "./decodePng.js";
import { type ImageField, imageField } from "./imageField.js";
import { PictureProblem } from "./picture.js";

/** Larger files are refused unread. */
const FILE_BYTES_MAX = 33_554_432;

/**
 * The flags with the pictures of `--image` as inputs in JSON, after those that are there; tells
 * what was done to each. Fails with `cli/2`, which names the file and what is wrong.
 */
export function withPictures(
  { terminal }: Pick<Session, "terminal">,
  flags: RunFlags,
  fields: readonly Field[],
): RunFlags {
  const { image: files = [], imageValues, inputJson = [] } = flags;
  if (files.length === 0) return flags;
  const field = withValues(imageField(fields), imageValues);
  const inputs = files.map((file) => {
    const picture = readPicture(file);
    terminal.note(describe(file, picture, field));
    return JSON.stringify(pictureInput(picture, field));
  });
  return { ...flags, inputJson: [...inputJson, ...inputs] };
}

/** The input that a picture is, in the size and the values of a field. */
export function pictureInput(picture: Picture, field: ImageField): PlainValues {
  return { [field.name]: pictureElements(picture, field) };
}

function readPicture(file: string): Picture {
  try {
    const { size } = statSync(file);
    if (size > FILE_BYTES_MAX) throw new PictureProblem(`${size} bytes, over ${FILE_BYTES_MAX}`);
    return decodePng(readFileSync(file));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw wrongUse({ problem: `--image ${file}: ${reason}` });
  }
}

const VALUES = /^(-?[0-9]{1,10}(?:\.[0-9]{1,10})?)\.\.(-?[0-9]{1,10}(?:\.[0-9]{1,10})?)$/;

function withValues(field: ImageField, text: string | undefined): ImageField {
  if (text === undefined) return field;
  const [, black, white] = VALUES.exec(text) ?? [];
  if (black !== undefined && white !== undefined) {
    return { ...field, black: Number(black), white: Number(white) };
  }
  throw wrongUse({
    problem: `--image-values: not the values of black and white, such as 0..255: ${text}`,
  });
}

function describe(file: string, { width, height }: Picture, field: ImageField): string {
  const colour = field.channels === 3 ? "in colour" : "in grey";
  const size = `${field.width} × ${field.height}`;
  const how = `${width} × ${height}` === size ? "as it is" : `averaged to ${size}`;
  return `${file}: ${width} × ${height} pixels ${how} ${colour} for ${field.text}, black ${field.black}, white ${field.white}`;
}
