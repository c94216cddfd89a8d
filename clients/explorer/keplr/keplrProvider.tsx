import type { ComponentChildren, JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useChain } from "../chain/chainContext.js";
import { connectKeplr, keplrAccount } from "./connect.js";
import { ACCOUNT_CHANGED, findKeplr } from "./keplr.js";
import { KeplrContext, type KeplrHolder, type KeplrStand } from "./keplrContext.js";

/** Holds Keplr's account for the pages within, and follows when another one is chosen there. */
export function KeplrProvider({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const chain = useChain();
  const [stand, setStand] = useState<KeplrStand>(() => initialStand());
  useEffect(
    () =>
      onceLoaded(() => {
        setStand((before) => (before.state === "absent" ? initialStand() : before));
      }),
    [],
  );
  useEffect(() => followAccount(stand, setStand), [stand]);
  const holder = useMemo<KeplrHolder>(
    () => ({
      stand,
      connect: () => settle(setStand, async (keplr) => connectKeplr(keplr, chain)),
      leave: () => {
        setStand(initialStand());
      },
    }),
    [stand, chain],
  );
  return <KeplrContext.Provider value={holder}>{children}</KeplrContext.Provider>;
}

type SetStand = (stand: KeplrStand) => void;

function initialStand(): KeplrStand {
  return { state: findKeplr() === undefined ? "absent" : "idle" };
}

async function settle(
  set: SetStand,
  find: (keplr: NonNullable<ReturnType<typeof findKeplr>>) => ReturnType<typeof keplrAccount>,
): Promise<void> {
  const keplr = findKeplr();
  if (keplr === undefined) return;
  set({ state: "connecting" });
  try {
    set({ state: "connected", account: await find(keplr) });
  } catch (error) {
    set({ state: "failed", error });
  }
}

/** Extensions may come after the page's own script. */
function onceLoaded(look: () => void): () => void {
  look();
  addEventListener("load", look);
  return () => {
    removeEventListener("load", look);
  };
}

function followAccount(stand: KeplrStand, set: SetStand): () => void {
  const follow = (): void => {
    if (stand.state !== "connected") return;
    const { chainId } = stand.account;
    void settle(set, (keplr) => keplrAccount(keplr, chainId));
  };
  addEventListener(ACCOUNT_CHANGED, follow);
  return () => {
    removeEventListener(ACCOUNT_CHANGED, follow);
  };
}
