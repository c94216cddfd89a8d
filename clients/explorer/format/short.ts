const HEAD = 10;
const TAIL = 4;

/** The beginning and the end of a long text such as an address; short ones stay as they are. */
export function shortText(text: string, head = HEAD, tail = TAIL): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`;
}

/** An enum's name as people read it: `KERNEL_FAILED` is `kernel failed`. */
export function spokenName(name: string): string {
  return name.toLowerCase().replaceAll("_", " ");
}
