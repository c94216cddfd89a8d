/** A picture that cannot be read; the message says why, and what can. */
export class PictureProblem extends Error {}
