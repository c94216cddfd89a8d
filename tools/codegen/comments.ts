import type {
  DescEnum,
  DescEnumValue,
  DescField,
  DescMessage,
  DescMethod,
  DescService,
} from "@bufbuild/protobuf";

type Described = DescEnum | DescEnumValue | DescField | DescMessage | DescMethod | DescService;

/** The leading comment of a declaration, trimmed; empty without one. */
export function commentsOf(type: Described): string {
  const path = pathOf(type);
  const file = "file" in type ? type.file : type.parent.file;
  const wanted = path.join(".");
  const location = file.proto.sourceCodeInfo?.location.find((one) => one.path.join(".") === wanted);
  return (location?.leadingComments ?? "")
    .split("\n")
    .map((line) => line.trim().replaceAll("*/", "* /"))
    .join("\n")
    .trim();
}

/** Path within the FileDescriptorProto; numbers are its field numbers. */
function pathOf(type: Described): number[] {
  switch (type.kind) {
    case "field":
      return [...pathOf(type.parent), 2, type.parent.fields.indexOf(type)];
    case "enum_value":
      return [...pathOf(type.parent), 2, type.parent.values.indexOf(type)];
    case "message":
      return type.parent === undefined
        ? [4, type.file.messages.indexOf(type)]
        : [...pathOf(type.parent), 3, type.parent.nestedMessages.indexOf(type)];
    case "enum":
      return type.parent === undefined
        ? [5, type.file.enums.indexOf(type)]
        : [...pathOf(type.parent), 4, type.parent.nestedEnums.indexOf(type)];
    case "service":
      return [6, type.file.services.indexOf(type)];
    case "rpc":
      return [...pathOf(type.parent), 2, type.parent.methods.indexOf(type)];
  }
}
