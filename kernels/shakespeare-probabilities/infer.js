const LAYERS = 4;
const HEADS = 4;
const HEAD_WIDTH = 24;
/** Tokens that the network remembers. */
const WINDOW = 128;
/** An age at which nothing is left of a token. */
const NEVER = 1e9;
/** That of `kernels/shakespeare`, which draws by these probabilities. */
const TEMPERATURE = 0.8;
const MILLION = 1e6;

/**
 * Says how probable each token of the vocabulary is after a text.
 *
 * prompt: text of the signs that the plays are made of, at least one; a RangeError that says what is
 * wrong otherwise.
 * Gives probs: millionths, in the order of the vocabulary; those of all but the forty most probable
 * tokens are 0. Rounded one by one, so that their sum may miss a million by twenty.
 */
export async function infer({ prompt }, aivm) {
  // The tokens in the order of their numbers: an artifact of the version, as its model is.
  const vocabulary = JSON.parse(aivm.text("vocabulary"));
  const memory = new Memory(aivm);
  let candidates;
  for (const token of encode(prompt, vocabulary)) candidates = await memory.read(token);
  const { tokens, logits } = candidates;
  const probabilities = aivm.softmax(logits, TEMPERATURE);
  const probs = new Int32Array(vocabulary.length);
  for (const [place, probability] of probabilities.entries()) {
    probs[Number(tokens[place])] = Math.round(probability * MILLION);
  }
  return { probs };
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
