import type { ComponentChildren, JSX } from "preact";
import { type KeplrStand, useKeplr } from "../keplr/keplrContext.js";
import { useTestKey } from "../key/keyContext.js";
import { Failure } from "../ui/notice.js";
import { AccountBalance } from "./accountBalance.js";
import { type PayerKind, usePayer } from "./payerContext.js";

/** Who pays: the test key or, where the browser has it, Keplr. */
export function PayerChoice(): JSX.Element | null {
  const { chosen, choose } = usePayer();
  const { stand, connect } = useKeplr();
  const { key } = useTestKey();
  if (stand.state === "absent") return null;
  const pick = (kind: PayerKind): void => {
    choose(kind);
    if (kind === "keplr" && stand.state === "idle") void connect();
  };
  return (
    <>
      <fieldset class="payers">
        <legend>Paid by</legend>
        <Option kind="testKey" chosen={chosen} onPick={pick}>
          test key {key !== undefined && <AccountBalance address={key.signer.address} />}
        </Option>
        <Option kind="keplr" chosen={chosen} onPick={pick}>
          Keplr <KeplrSays stand={stand} />
        </Option>
      </fieldset>
      {chosen === "keplr" && stand.state === "failed" && (
        <>
          <Failure error={stand.error} />
          <button type="button" class="quiet" onClick={() => void connect()}>
            Ask Keplr again
          </button>
        </>
      )}
    </>
  );
}

function Option({
  kind,
  chosen,
  onPick,
  children,
}: {
  readonly kind: PayerKind;
  readonly chosen: PayerKind;
  readonly onPick: (kind: PayerKind) => void;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <label class="payer">
      <input
        type="radio"
        name="payer"
        checked={kind === chosen}
        onChange={() => {
          onPick(kind);
        }}
      />
      <span>{children}</span>
    </label>
  );
}

function KeplrSays({ stand }: { readonly stand: KeplrStand }): JSX.Element | null {
  if (stand.state === "connecting") return <span class="faint">waiting for Keplr…</span>;
  if (stand.state !== "connected") return null;
  const { name, signer } = stand.account;
  return (
    <>
      <span class="faint">{name}</span> <AccountBalance address={signer.address} />
    </>
  );
}
