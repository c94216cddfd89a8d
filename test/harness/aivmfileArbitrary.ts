import fc from "fast-check";

const blank = fc.constantFrom(" ", "  ", "\t", "   ");
const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/);
const digits = fc.stringMatching(/^[0-9]{1,6}(_[0-9]{3}){0,2}$/);
const size = fc
  .tuple(digits, fc.constantFrom("", "B", "KiB", "MiB"))
  .map((parts) => parts.join(""));
const extent = fc.oneof(
  digits,
  fc.tuple(digits, digits).map((ends) => ends.join("..")),
);
const tensor = fc
  .tuple(fc.constantFrom("float32", "uint8", "int64", "bool"), fc.array(extent, { maxLength: 4 }))
  .map(([type, axes]) => (axes.length === 0 ? type : `${type}[${axes.join(",")}]`));
const opaque = fc.tuple(fc.constantFrom("string", "bytes"), size).map((parts) => parts.join("<="));
const file = fc.constantFrom("a.onnx", "code/infer.js", "v.json", "./b");
const text = fc
  .array(fc.constantFrom("Apache-2.0", "reads", "a#b", "digits,", "“quoted”", "é"), {
    minLength: 1,
    maxLength: 6,
  })
  .chain((words) => fc.constantFrom(" ", "  ", "\t ").map((gap) => words.join(gap)));
const comment = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  fc.constantFrom(" # a comment", "\t#", "   #NAME  x ", " # é"),
);

const words = (...parts: ReadonlyArray<string | fc.Arbitrary<string>>): fc.Arbitrary<string> =>
  fc
    .tuple(blank, ...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)))
    .map(([gap, ...all]) => all.filter((word) => word !== "").join(gap));
const field = words(name, fc.oneof(tensor, opaque), fc.constantFrom("", "nonfinite"));
const fields = (keyword: string): fc.Arbitrary<string[]> =>
  fc.array(words(keyword, field), { minLength: 1, maxLength: 4 });
/** Inputs with bounded axes, and buckets of them. */
const bucketed: fc.Arbitrary<string[]> = fc
  .array(
    words(
      "BUCKET",
      digits.map((most) => `rows=${most}x2`),
      size.map((most) => `note=${most}`),
      "gas",
      digits,
    ),
    { maxLength: 3 },
  )
  .map((lines) => ["INPUT rows int8[1..64,3,1..4]", "INPUT note bytes<=1KiB", ...lines]);
const id = fc.stringMatching(/^[0-9a-f]{64}$/);

const required: ReadonlyArray<fc.Arbitrary<string[]>> = [
  words("NAME", name).map((line) => [line]),
  fc.constantFrom(["ENGINE  ort-wasm/1.30.0"], ["ENGINE ort-native/1.30.0"]),
  words("INFER", file).map((line) => [line]),
  fc.oneof({ weight: 3, arbitrary: fields("INPUT") }, bucketed),
  fields("OUTPUT"),
  words("LIMIT", "gas", digits, "memory", size, "output", size).map((line) => [line]),
  words("COMMITTEE", "4", "of", fc.constantFrom("1..16", "4", "0..65535")).map((line) => [line]),
  words("TEST", file, fc.constantFrom("", "v/*.json")).map((line) => [line]),
  words("LICENSE", text).map((line) => [line]),
];
const optional: ReadonlyArray<fc.Arbitrary<string[]>> = [
  fc
    .uniqueArray(name, { maxLength: 3 })
    .chain((names) => file.map((path) => names.map((one) => `MODEL ${one} ${path}`))),
  words("MODEL", name, file, "adapter", file).map((line) => [line]),
  words("BASE", id).map((line) => [line]),
  fc
    .uniqueArray(name, { maxLength: 3 })
    .chain((names) => file.map((path) => names.map((one) => `LIBRARY ${one} ${path}`))),
  fc
    .uniqueArray(name, { maxLength: 3 })
    .chain((names) => file.map((path) => names.map((one) => `DATA ${one} ${path}`))),
  fc
    .oneof(
      words("AGGREGATE", "exact"),
      words("AGGREGATE", "distribution", fc.constantFrom("epsilon=0.01", "epsilon=0.000500")),
      words("AGGREGATE", "code", file, "gas", digits),
    )
    .map((line) => [line]),
  words("SEED", fc.oneof(fc.constantFrom("none", "beacon", "member"), words("fixed", digits))).map(
    (line) => [line],
  ),
  words("PRICE", fc.constantFrom("0.002NES", "7unes", "12NES")).map((line) => [line]),
  fc.uniqueArray(id, { maxLength: 2 }).map((ids) => ids.map((one) => `PARENT ${one}`)),
  words("DESCRIPTION", text).map((line) => [line]),
  fc.constantFrom("HARDWARE cpu", "HARDWARE\tgpu").map((line) => [line]),
];

/** A text that the parser takes, blank lines, comments and odd blanks included. */
export const aivmfileArbitrary: fc.Arbitrary<string> = fc
  .tuple(
    fc.tuple(...required),
    fc.subarray([...optional]).chain((chosen) => fc.tuple(...chosen)),
    fc.array(fc.constantFrom("", "", "# whole line", "  # indented", "\t")),
    fc.constantFrom("\n", "\r\n"),
  )
  .chain(([all, some, between, end]) =>
    fc
      .tuple(
        fc.shuffledSubarray([...all.flat(), ...some.flat(), ...between], {
          minLength: all.flat().length + some.flat().length + between.length,
        }),
        fc.array(comment, { minLength: 40, maxLength: 40 }),
        fc.constantFrom("", end),
      )
      .map(([lines, comments, last]) => {
        const commented = lines.map((line, index) => `${line}${comments[index % 40] ?? ""}`);
        return `${["AIVM 1", ...commented].join(end)}${last}`;
      }),
  );

/** A text that the parser took before a piece of it was changed. */
export const brokenAivmfile: fc.Arbitrary<string> = fc
  .tuple(
    aivmfileArbitrary,
    fc.nat(),
    fc.nat({ max: 12 }),
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 4 }),
      fc.constantFrom("", "\n", " ", "#", "..", "[", "_", "-1", "9".repeat(30), "\u2028", "\ud800"),
    ),
  )
  .map(([good, at, cut, put]) => {
    const start = at % (good.length + 1);
    return `${good.slice(0, start)}${put}${good.slice(start + cut)}`;
  });
