const LAYERS = 4;
const HEADS = 4;
const HEAD_WIDTH = 24;
/** Tokens that the network remembers. */
const WINDOW = 128;
/** An age at which nothing is left of a token. */
const NEVER = 1e9;
const MAX_TOKENS = 64n;
/** Below 1: the probable becomes more probable. */
const TEMPERATURE = 0.8;

/**
 * Writes on where a text ends.
 *
 * prompt: text of the signs that the plays are made of, at least one; tokens: how many to add, 1 to
 * 64; a RangeError that says what is wrong otherwise.
 * Gives text: what was added. Equal inputs and seeds give equal texts.
 */
export async function infer({ prompt, tokens }, aivm) {
  const count = tokens[0];
  if (count < 1n || count > MAX_TOKENS) {
    throw new RangeError(`tokens is ${count}, not 1 to ${MAX_TOKENS}`);
  }
  // The tokens in the order of their numbers: an artifact of the version, as its model is.
  const vocabulary = JSON.parse(aivm.text("vocabulary"));
  const memory = new Memory(aivm);
  let candidates;
  for (const token of encode(prompt, vocabulary)) candidates = await memory.read(token);
  let text = "";
  for (let left = count; left > 0n; left--) {
    const token = draw(candidates, aivm);
    text += vocabulary[token];
    if (left > 1n) candidates = await memory.read(token);
  }
  return { text };
}

/** Numbers of the tokens that a text is made of, each the longest that fits at its place. */
function encode(text, vocabulary) {
  if (text === "") throw new RangeError("the prompt is empty: begin with a word or a line end");
  const numbers = new Map(vocabulary.map((token, number) => [token, number]));
  const longest = Math.max(...vocabulary.map((token) => token.length));
  const found = [];
  for (let at = 0; at < text.length;) {
    let length = longest;
    while (length > 0 && !numbers.has(text.slice(at, at + length))) length--;
    if (length === 0) throw unknownSign(text, at);
    found.push(numbers.get(text.slice(at, at + length)));
    at += length;
  }
  return found;
}

function unknownSign(text, at) {
  const sign = String.fromCodePoint(text.codePointAt(at));
  const place = [...text.slice(0, at)].length + 1;
  return new RangeError(
    `the prompt has ${JSON.stringify(sign)} as its sign ${place}; the plays are written with A to Z, a to z, blanks, line ends and ! ' , - . : ; ?`,
  );
}

/** One of the candidates, by the seed's noise: the one with the largest sum of logit and noise. */
function draw({ tokens, logits }, aivm) {
  return Number(tokens[aivm.random.choose(logits, TEMPERATURE)]);
}

/** What the network knows of the tokens before: keys and values of each layer, in a ring of slots. */
class Memory {
  #aivm;
  #caches = [];
  #ages = new Float32Array(WINDOW).fill(NEVER);
  #slot = 0;

  constructor(aivm) {
    this.#aivm = aivm;
    for (let layer = 0; layer < LAYERS; layer++) {
      this.#caches.push([`${layer}.keys`, newCache()], [`${layer}.values`, newCache()]);
    }
  }

  /** Reads a token and gives the forty most probable next ones, with their logits. */
  async read(token) {
    const inputs = {
      token: BigInt64Array.of(BigInt(token)),
      ages: this.#ages,
    };
    for (const [name, data] of this.#caches) {
      inputs[name] = this.#aivm.tensor(data, [HEADS, WINDOW, HEAD_WIDTH]);
    }
    const { tokens, logits, entry } = await this.#aivm.run("net", inputs);
    this.#remember(entry.data);
    return { tokens: tokens.data, logits: logits.data };
  }

  /** Puts keys and values into the slot of the oldest token. */
  #remember(entry) {
    let from = 0;
    for (let head = 0; head < HEADS; head++) {
      const to = (head * WINDOW + this.#slot) * HEAD_WIDTH;
      for (const [, cache] of this.#caches) {
        cache.set(entry.subarray(from, (from += HEAD_WIDTH)), to);
      }
    }
    for (let slot = 0; slot < WINDOW; slot++) this.#ages[slot]++;
    this.#ages[this.#slot] = 1;
    this.#slot = (this.#slot + 1) % WINDOW;
  }
}

function newCache() {
  return new Float32Array(HEADS * WINDOW * HEAD_WIDTH);
}
