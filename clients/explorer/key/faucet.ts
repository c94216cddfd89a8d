const TIMEOUT_MS = 30_000;
const EXCERPT_LENGTH = 300;

/**
 * Asks a faucet to credit an address: `POST <faucet>/credit` with `{"address": …}`. Fails with an
 * Error that holds what the faucet says when it refuses.
 */
export async function askFaucet(faucet: string, address: string): Promise<void> {
  const response = await fetch(`${faucet}/credit`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ address }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((reason: unknown) => {
    throw new Error(`the faucet at ${faucet} does not answer`, { cause: reason });
  });
  if (response.ok) return;
  throw new Error(`the faucet refused: ${refusalText(await response.text(), response.status)}`);
}

/** What a refusal says, be it JSON with a message or plain text. */
export function refusalText(body: string, status: number): string {
  try {
    const { message, error } = JSON.parse(body) as Readonly<Record<string, unknown>>;
    const said = typeof message === "string" ? message : error;
    if (typeof said === "string" && said !== "") return said;
  } catch {
    // It is plain text.
  }
  const text = body.trim().slice(0, EXCERPT_LENGTH);
  return text === "" ? `HTTP ${status}` : text;
}
