import { DataType } from "#core/codec/generated/aivm/kernel/v1.js";

/** What the chain knows of one element type. */
export interface ElementType {
  readonly type: DataType;
  /** As an Aivmfile writes it. */
  readonly name: string;
  /** Bytes of one element; 0 for strings and bytes, whose length is their own. */
  readonly size: number;
  readonly float: boolean;
}

const ELEMENT_TYPES: readonly ElementType[] = [
  { type: DataType.FLOAT32, name: "float32", size: 4, float: true },
  { type: DataType.FLOAT64, name: "float64", size: 8, float: true },
  { type: DataType.INT8, name: "int8", size: 1, float: false },
  { type: DataType.INT16, name: "int16", size: 2, float: false },
  { type: DataType.INT32, name: "int32", size: 4, float: false },
  { type: DataType.INT64, name: "int64", size: 8, float: false },
  { type: DataType.UINT8, name: "uint8", size: 1, float: false },
  { type: DataType.UINT16, name: "uint16", size: 2, float: false },
  { type: DataType.UINT32, name: "uint32", size: 4, float: false },
  { type: DataType.UINT64, name: "uint64", size: 8, float: false },
  { type: DataType.BOOL, name: "bool", size: 1, float: false },
  { type: DataType.STRING, name: "string", size: 0, float: false },
  { type: DataType.BYTES, name: "bytes", size: 0, float: false },
];

/** The element type with this number; undefined for a number that no field may have. */
export function findElementType(type: DataType): ElementType | undefined {
  return ELEMENT_TYPES.find((entry) => entry.type === type);
}

/** The element type with this name; undefined when there is none. */
export function findElementTypeByName(name: string): ElementType | undefined {
  return ELEMENT_TYPES.find((entry) => entry.name === name);
}

/** The names of all element types. */
export function elementTypeNames(): string[] {
  return ELEMENT_TYPES.map(({ name }) => name);
}

/** The name of an element type, for messages; its number when the type is unknown. */
export function dataTypeName(type: DataType): string {
  return findElementType(type)?.name ?? `type ${type}`;
}
