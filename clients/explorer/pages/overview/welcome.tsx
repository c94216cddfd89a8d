import type { JSX } from "preact";

/** What this chain is, in two lines, and the way to a first answer. */
export function Welcome(): JSX.Element {
  return (
    <section class="welcome">
      <div>
        <h1>Answers that a whole network agrees on</h1>
        <p>
          Validators of this chain run machine-learning kernels, commit to what they find, reveal
          it, and keep a proof that your browser checks.
        </p>
      </div>
      <a class="button" href="#/market">
        Try a kernel
      </a>
    </section>
  );
}
