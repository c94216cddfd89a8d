/**
 * Script that prepares a realm. Its value is a function of the host's random source, its reader of
 * data (by a number, twice that of the data and one more for text) and the realm's configuration
 * (JSON of {@link RealmConfig} with the names of data); that returns the functions by which the
 * host drives the realm.
 *
 * What runs here is as untrusted as the kernel's code, which may tamper with every built-in: the
 * host checks every packet. Built-ins are captured at the start so that honest tampering (a
 * polyfill, say) does not hurt, and so that errors are attributed well.
 */
export const PRELUDE = String.raw`
(function (randomBlock, readData, configText) {
  "use strict";
  const config = JSON.parse(configText);
  const { apply, ownKeys, getOwnPropertyDescriptor, getPrototypeOf, deleteProperty } = Reflect;
  const { create, freeze, defineProperty } = Object;
  const { isArray } = Array;
  const { isInteger, isFinite, isSafeInteger } = Number;
  const { exp, log, trunc } = Math;
  const BigIntOf = BigInt;
  const NumberOf = Number;
  const { fromCharCode } = String;
  const charCodeAt = String.prototype.charCodeAt;
  const PromiseOf = Promise;
  const then = Promise.prototype.then;
  const InternalErrorOf = InternalError;
  const TypeErrorOf = TypeError;
  const RangeErrorOf = RangeError;
  const typedPrototype = getPrototypeOf(Uint8Array.prototype);
  const getterOf = (name) => getOwnPropertyDescriptor(typedPrototype, name).get;
  const brand = getterOf(Symbol.toStringTag);
  const bufferOf = getterOf("buffer");
  const offsetOf = getterOf("byteOffset");
  const bytesOf = getterOf("byteLength");
  const setBytes = typedPrototype.set;

  deleteProperty(globalThis, "SharedArrayBuffer");
  deleteProperty(Math, "random");

  const STRING = 8;
  const BYTES = 1000;
  const KINDS = create(null);
  for (const [type, Kind] of [
    [1, Float32Array], [2, Uint8Array], [3, Int8Array], [4, Uint16Array], [5, Int16Array],
    [6, Int32Array], [7, BigInt64Array], [9, Uint8Array], [11, Float64Array],
    [12, Uint32Array], [13, BigUint64Array], [BYTES, Uint8Array],
  ]) KINDS[type] = { Kind, name: Kind.name, size: Kind.BYTES_PER_ELEMENT };

  class ModelError extends Error {}
  class OutputError extends Error {}

  // Packets from the host: 32-bit words, data of each value aligned to eight bytes.
  let words;
  let cursor = 0;
  const open = (buffer) => {
    words = new Uint32Array(buffer);
    cursor = 0;
  };
  const readText = (buffer, start, units) => {
    const codes = new Uint16Array(buffer, start, units);
    let text = "";
    for (let at = 0; at < units; at += 4096) {
      text += apply(fromCharCode, undefined, codes.subarray(at, at + 4096));
    }
    return text;
  };
  const readValue = (type) => {
    const rank = words[cursor++];
    const dims = [];
    for (let axis = 0; axis < rank; axis++) dims[axis] = words[cursor++];
    const length = words[cursor++];
    cursor += cursor & 1;
    const start = cursor * 4;
    cursor += ((length + 7) >>> 3) * 2;
    if (type === STRING) return { data: readText(words.buffer, start, length >>> 1), dims };
    const { Kind, size } = KINDS[type];
    return { data: new Kind(new Kind(words.buffer, start, length / size)), dims };
  };
  const readFields = (fields) => {
    const values = create(null);
    for (let index = 0; index < fields.length; index++) {
      const { name, type } = fields[index];
      const { data, dims } = readValue(type);
      if (type !== STRING && type !== BYTES) defineProperty(data, "dims", { value: dims });
      values[name] = data;
    }
    return values;
  };
  const readTensors = (fields) => {
    const tensors = create(null);
    for (let index = 0; index < fields.length; index++) {
      tensors[fields[index].name] = readValue(fields[index].type);
    }
    return tensors;
  };

  // Packets to the host.
  const brandOf = (given) =>
    given !== null && typeof given === "object" ? apply(brand, given, []) : undefined;
  const asTensor = (given) => {
    if (brandOf(given) !== undefined) return { data: given, dims: given.dims };
    if (given !== null && typeof given === "object") return { data: given.data, dims: given.dims };
    return { data: undefined, dims: undefined };
  };
  const countOf = (shape) => {
    let open = 0;
    let known = 1;
    for (let axis = 0; axis < shape.length; axis++) {
      if (shape[axis] === 0) open++;
      else known *= shape[axis];
    }
    return { open, known };
  };
  const inferDims = (shape, elements, complain) => {
    const { open, known } = countOf(shape);
    if (open > 1) complain("needs dims");
    const dims = [];
    for (let axis = 0; axis < shape.length; axis++) {
      dims[axis] = shape[axis] === 0 ? elements / known : shape[axis];
    }
    return dims;
  };
  const checkedDims = (dims, complain) => {
    if (!isArray(dims)) complain("has dims that are not an array");
    const copy = [];
    for (let axis = 0; axis < dims.length; axis++) copy[axis] = dims[axis];
    for (let axis = 0; axis < copy.length; axis++) {
      const extent = copy[axis];
      if (!isInteger(extent) || extent < 0 || extent > 4294967295) {
        complain("has dims that are not whole numbers");
      }
    }
    return copy;
  };
  const textPart = (text) => ({ dims: [], text, bytes: text.length * 2 });
  const partOf = (field, given, complain) => {
    const { name, type, shape } = field;
    if (type === STRING) {
      if (typeof given !== "string") complain("is not a string");
      return textPart(given);
    }
    const { data, dims } = type === BYTES ? { data: given, dims: undefined } : asTensor(given);
    const { name: kind, size } = KINDS[type];
    if (brandOf(data) !== kind) complain("is not a " + kind);
    const bytes = apply(bytesOf, data, []);
    if (type === BYTES) return { dims: [], data, bytes };
    const extents = dims === undefined
      ? inferDims(shape, bytes / size, complain)
      : checkedDims(dims, complain);
    let elements = 1;
    for (let axis = 0; axis < extents.length; axis++) elements *= extents[axis];
    if (elements * size !== bytes) {
      complain("has " + bytes / size + " elements, its dims " + extents.join("x"));
    }
    return { dims: extents, data, bytes };
  };
  const writePacket = (head, parts) => {
    let size = head.length;
    for (let index = 0; index < parts.length; index++) {
      size += parts[index].dims.length + 2;
      size += (size & 1) + ((parts[index].bytes + 7) >>> 3) * 2;
    }
    const packet = new ArrayBuffer(size * 4);
    const out = new Uint32Array(packet);
    let at = 0;
    for (; at < head.length; at++) out[at] = head[at];
    for (let index = 0; index < parts.length; index++) {
      const { dims, bytes, data, text } = parts[index];
      out[at++] = dims.length;
      for (let axis = 0; axis < dims.length; axis++) out[at++] = dims[axis];
      out[at++] = bytes;
      at += at & 1;
      if (text === undefined) {
        const from = new Uint8Array(apply(bufferOf, data, []), apply(offsetOf, data, []), bytes);
        apply(setBytes, new Uint8Array(packet, at * 4, bytes), [from]);
      } else {
        const codes = new Uint16Array(packet, at * 4, text.length);
        for (let unit = 0; unit < text.length; unit++) {
          codes[unit] = apply(charCodeAt, text, [unit]);
        }
      }
      at += ((bytes + 7) >>> 3) * 2;
    }
    return packet;
  };

  const LOADED = 0;
  const RUN = 1;
  const DONE = 2;
  const FAILED = 3;
  const FAILURE = { exception: 0, model: 1, output: 2, stack: 3, memory: 4 };

  const failureOf = (error) => {
    if (error instanceof ModelError) return FAILURE.model;
    if (error instanceof OutputError) return FAILURE.output;
    if (error instanceof InternalErrorOf && error.message === "stack overflow") return FAILURE.stack;
    if (error instanceof InternalErrorOf && error.message === "out of memory") return FAILURE.memory;
    return FAILURE.exception;
  };
  const textOf = (error) => {
    try {
      return String(error).slice(0, 500);
    } catch {
      return "an error that has no text";
    }
  };
  const packFailure = (error) => {
    let kind = FAILURE.exception;
    try {
      kind = failureOf(error);
    } catch {}
    return writePacket([FAILED, kind], [textPart(textOf(error))]);
  };

  let settled;
  let requests = [];
  let served = 0;

  const complainAbout = (what, Kind) => (text) => {
    throw new Kind(what + " " + text);
  };
  const packOutput = (output, head) => {
    if (output === null || typeof output !== "object") {
      throw new OutputError("the returned value is not an object");
    }
    const parts = [];
    for (let index = 0; index < config.outputs.length; index++) {
      const field = config.outputs[index];
      const complain = complainAbout("output " + field.name, OutputError);
      parts[index] = partOf(field, output[field.name], complain);
    }
    return writePacket(head, parts);
  };
  const packAggregate = (result, count) => {
    if (result === null || typeof result !== "object") {
      throw new OutputError("the returned value is not an object");
    }
    const { accepted } = result;
    const head = [DONE, count];
    for (let seat = 0; seat < count; seat++) {
      const verdict = accepted === undefined ? true : accepted[seat];
      if (typeof verdict !== "boolean") throw new OutputError("accepted is not a list of booleans");
      head[seat + 2] = verdict ? 1 : 0;
    }
    if (accepted !== undefined && accepted.length !== count) {
      throw new OutputError("accepted does not have one entry for each output");
    }
    return packOutput(result.output, head);
  };
  const settle = (work, pack) => {
    const promise = new PromiseOf((resolve) => resolve(work()));
    const close = (make, value) => {
      try {
        settled = make(value);
      } catch (error) {
        settled = packFailure(error);
      }
    };
    apply(then, promise, [(value) => close(pack, value), (error) => close(packFailure, error)]);
  };

  // What the code is given.
  let pool = new Uint32Array(0);
  let drawn = 0;
  const drawWord = () => {
    if (drawn === pool.length) {
      pool = new Uint32Array(randomBlock());
      drawn = 0;
    }
    return pool[drawn++];
  };
  const random = () => ((drawWord() >>> 5) * 67108864 + (drawWord() >>> 6)) / 9007199254740992;
  const randomInteger = (bound) => {
    if (!isInteger(bound) || bound < 1 || bound > 4294967296) {
      throw new TypeErrorOf("a bound of random integers is a whole number up to 2^32");
    }
    const limit = 4294967296 - (4294967296 % bound);
    let word = drawWord();
    while (word >= limit) word = drawWord();
    return word % bound;
  };
  const randomBytes = (length) => {
    const bytes = new Uint8Array(length);
    for (let index = 0; index < bytes.length; index++) {
      bytes[index] = drawWord() & 255;
    }
    return bytes;
  };
  // Above 0 and below 1, so that neither logarithm is infinite.
  const gumbel = () =>
    -log(-log(((drawWord() >>> 6) * 67108864 + (drawWord() >>> 6) + 0.5) / 4503599627370496));
  const tensor = (data, dims) => ({ data, dims });

  // Numbers that authors need alike everywhere: every step is one IEEE operation, in index order.
  const refuseNan = (value) => {
    if (value !== value) throw new RangeErrorOf("a value is NaN");
  };
  const argmax = (values) => {
    if (!(values.length > 0)) throw new RangeErrorOf("there is no value to choose from");
    let best = 0;
    for (let index = 0; index < values.length; index++) {
      refuseNan(values[index]);
      if (values[index] > values[best]) best = index;
    }
    return best;
  };
  const topK = (values, count) => {
    if (!isInteger(count) || count < 0 || count > values.length) {
      throw new RangeErrorOf("a count is a whole number up to the number of values");
    }
    const best = new Uint32Array(count);
    let found = 0;
    for (let index = 0; index < values.length; index++) {
      const value = values[index];
      refuseNan(value);
      let at = found;
      if (found < count) found++;
      else if (count === 0 || !(value > values[best[--at]])) continue;
      while (at > 0 && value > values[best[at - 1]]) best[at] = best[--at];
      best[at] = index;
    }
    return best;
  };
  const checkTemperature = (temperature) => {
    if (!(temperature > 0 && isFinite(temperature))) {
      throw new RangeErrorOf("a temperature is finite and above zero");
    }
  };
  const softmax = (logits, temperature = 1) => {
    checkTemperature(temperature);
    const largest = logits[argmax(logits)];
    if (!isFinite(largest)) throw new RangeErrorOf("the largest logit is not finite");
    const single = brandOf(logits) === "Float32Array";
    const result = single ? new Float32Array(logits.length) : new Float64Array(logits.length);
    const weights = new Float64Array(logits.length);
    let sum = 0;
    for (let index = 0; index < weights.length; index++) {
      weights[index] = exp((logits[index] - largest) / temperature);
      sum += weights[index];
    }
    for (let index = 0; index < weights.length; index++) result[index] = weights[index] / sum;
    return result;
  };
  const choose = (logits, temperature = 1) => {
    checkTemperature(temperature);
    const noisy = new Float64Array(logits.length);
    for (let index = 0; index < noisy.length; index++) {
      noisy[index] = logits[index] / temperature + gumbel();
    }
    const index = argmax(noisy);
    if (!isFinite(noisy[index])) throw new RangeErrorOf("the largest logit is not finite");
    return index;
  };
  const scaleOf = (digits) => {
    if (!isInteger(digits) || digits < 0 || digits > 15) {
      throw new RangeErrorOf("digits are a whole number up to 15");
    }
    let scale = 1;
    for (let digit = 0; digit < digits; digit++) scale *= 10;
    return scale;
  };
  // Half a unit goes away from zero.
  const roundedQuotient = (dividend, divisor) => {
    const quotient = dividend / divisor;
    const rest = (dividend - quotient * divisor) * 2n;
    const size = divisor < 0n ? -divisor : divisor;
    if ((rest < 0n ? -rest : rest) < size) return quotient;
    return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
  };
  const fixed = freeze({
    from(value, digits) {
      const scaled = value * scaleOf(digits);
      const whole = trunc(scaled);
      const rest = scaled - whole;
      const units = rest >= 0.5 ? whole + 1 : rest <= -0.5 ? whole - 1 : whole;
      if (!isSafeInteger(units)) throw new RangeErrorOf("a fixed-point value is out of range");
      return BigIntOf(units);
    },
    to: (units, digits) => NumberOf(units) / scaleOf(digits),
    multiply: (a, b, digits) => roundedQuotient(a * b, BigIntOf(scaleOf(digits))),
    divide: (a, b, digits) => roundedQuotient(a * BigIntOf(scaleOf(digits)), b),
  });
  const modelOf = (name) => {
    for (let index = 0; index < config.models.length; index++) {
      if (config.models[index].name === name) return index;
    }
    throw new TypeErrorOf("there is no model " + name);
  };
  const packTensors = (index, tensors) => {
    const { name, inputs } = config.models[index];
    if (tensors === null || typeof tensors !== "object") {
      throw new TypeErrorOf("model " + name + " is run on an object of tensors");
    }
    const keys = ownKeys(tensors);
    for (let at = 0; at < keys.length; at++) {
      let known = false;
      for (let input = 0; input < inputs.length; input++) known ||= inputs[input].name === keys[at];
      if (!known) throw new TypeErrorOf("model " + name + " has no input " + String(keys[at]));
    }
    const parts = [];
    for (let input = 0; input < inputs.length; input++) {
      const field = inputs[input];
      const complain = complainAbout("input " + field.name + " of model " + name, TypeErrorOf);
      parts[input] = partOf(field, tensors[field.name], complain);
    }
    return writePacket([RUN, index], parts);
  };
  const run = (name, tensors) =>
    new PromiseOf((resolve, reject) => {
      const model = modelOf(name);
      const packet = packTensors(model, tensors);
      requests[requests.length] = { packet, model, resolve, reject };
    });

  const dataOf = (name, asText) => {
    for (let index = 0; index < config.data.length; index++) {
      if (config.data[index] === name) return readData(index * 2 + asText);
    }
    throw new TypeErrorOf("there is no data " + name);
  };
  const data = (name) => new Uint8Array(dataOf(name, 0));
  const text = (name) => {
    const units = dataOf(name, 1);
    if (units === undefined) throw new TypeErrorOf("data " + name + " is not UTF-8");
    return readText(units, 0, units.byteLength >>> 1);
  };

  random.integer = randomInteger;
  random.bytes = randomBytes;
  random.gumbel = gumbel;
  random.choose = choose;
  freeze(random);
  const numbers = { argmax, topK, softmax, fixed };
  const aivm = freeze(
    config.entry === "infer" ? { run, random, data, text, tensor, ...numbers } : { tensor, ...numbers },
  );

  let entry;
  return {
    // Remembers the module's entry point.
    load(namespace) {
      if (namespace instanceof PromiseOf) {
        return packFailure(new TypeErrorOf("the code never finishes loading"));
      }
      entry = namespace[config.entry];
      if (typeof entry === "function") return writePacket([LOADED], []);
      return packFailure(new TypeErrorOf("the code does not export a function " + config.entry));
    },
    begin(buffer) {
      open(buffer);
      const count = words[cursor++];
      if (config.entry === "infer") {
        const input = readFields(config.inputs);
        settle(() => entry(input, aivm), (output) => packOutput(output, [DONE]));
        return;
      }
      const outputs = [];
      for (let seat = 0; seat < count; seat++) outputs[seat] = readFields(config.outputs);
      settle(() => entry(outputs, aivm), (result) => packAggregate(result, count));
    },
    // What the host is to do next.
    poll() {
      if (settled !== undefined) return settled;
      if (served < requests.length) return requests[served].packet;
      return packFailure(new TypeErrorOf("the returned promise never settles"));
    },
    answer(buffer) {
      const request = requests[served++];
      if (served === requests.length) {
        requests = [];
        served = 0;
      }
      open(buffer);
      if (words[cursor++] === 1) {
        request.resolve(readTensors(config.models[request.model].outputs));
      } else {
        request.reject(new ModelError(readValue(STRING).data));
      }
    },
    describe: packFailure,
  };
})
`;
