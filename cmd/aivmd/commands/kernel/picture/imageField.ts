import type { Field } from "#core/codec/generated/aivm/kernel/v1.js";
import { type PictureField, pictureField } from "#sdk/picture/pictureField.js";
import { wrongUse } from "../../../errors.js";
import { fieldsText } from "../fieldsText.js";

/** A field of a schema that takes a picture. */
export interface ImageField extends PictureField {
  readonly name: string;
  /** As an Aivmfile writes it. */
  readonly text: string;
}

/** The one field of a schema, as a picture. Fails with `cli/2` for other schemas. */
export function imageField(fields: readonly Field[]): ImageField {
  const [field] = fields;
  if (field === undefined || fields.length > 1) throw noImage(fields, "it has several inputs");
  const found = pictureField(field);
  if (typeof found === "string") throw noImage(fields, found);
  return { ...found, name: field.name, text: fieldsText(fields) };
}

function noImage(fields: readonly Field[], why: string): Error {
  const schema = fieldsText(fields);
  return wrongUse({
    problem: `--image: the kernel takes no picture, but ${schema}: ${why}; give --input or --input-json`,
  });
}
