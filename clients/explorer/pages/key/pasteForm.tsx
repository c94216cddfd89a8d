import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useTestKey } from "../../key/keyContext.js";
import { Notice } from "../../ui/notice.js";

/** Uses the words of an account that has test coins, such as the one that a local network shows. */
export function PasteForm(): JSX.Element {
  const { replace } = useTestKey();
  const [words, setWords] = useState("");
  const [outcome, setOutcome] = useState<"none" | "used" | "refused">("none");
  const use = (event: Event): void => {
    event.preventDefault();
    const isUsed = replace(words);
    setOutcome(isUsed ? "used" : "refused");
    if (isUsed) setWords("");
  };
  return (
    <form onSubmit={use}>
      <div class="field">
        <label for="words">
          Or paste the words of a test account, such as the one that a local network prints
        </label>
        <textarea
          id="words"
          rows={3}
          value={words}
          spellcheck={false}
          autocomplete="off"
          placeholder="twelve or twenty-four words"
          onInput={(event) => {
            setWords(event.currentTarget.value);
            setOutcome("none");
          }}
        />
      </div>
      <button type="submit" class="quiet" disabled={words.trim() === ""}>
        Use these words
      </button>
      {outcome === "used" && <Notice tone="good">This browser uses that account now.</Notice>}
      {outcome === "refused" && (
        <Notice tone="bad">
          These are no mnemonic: check that no word is missing or misspelt.
        </Notice>
      )}
    </form>
  );
}
