import { readFileSync } from "node:fs";
import { attempt } from "#core/codec/attempt.js";
import { SignatureDescriptors } from "#core/codec/generated/cosmos/tx/signing/v1beta1.js";
import { type AuthInfo, Tx, type TxBody } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { fromJson, toJson } from "#core/codec/json.js";
import type { MessageCodec } from "#core/codec/message.js";
import { parseJson } from "#core/codec/parseJson.js";
import { ChainError } from "#core/primitives/errors.js";
import { writeText } from "#node/home/files.js";
import { wrongUse } from "../../errors.js";
import type { Session } from "../../session.js";
import { plainJson } from "../../terminal/layout.js";
import { CLIENT_TYPES } from "../query/clientTypes.js";

/** A transaction in the JSON that `--generate-only` prints, with everything that it must have. */
export interface TxDocument {
  readonly body: TxBody;
  readonly authInfo: AuthInfo;
  readonly signatures: readonly Uint8Array[];
}

/** Reads a transaction from a file, or from standard input for `-`; fails with `cli/2` or `cli/3`. */
export async function readTxDocument(session: Session, file: string): Promise<TxDocument> {
  const { body, authInfo, signatures } = await readDocument(session, file, {
    codec: Tx,
    what: "a transaction as --generate-only prints it",
  });
  if (body === undefined || authInfo?.fee === undefined) {
    throw wrongUse({ problem: `${file}: a transaction without body, auth_info or fee` });
  }
  if (authInfo.signerInfos.length !== signatures.length) {
    throw wrongUse({ problem: `${file}: signer_infos and signatures are not equally many` });
  }
  return { body, authInfo, signatures };
}

/** Reads what `tx sign --signature-only` printed; fails with `cli/2` or `cli/3`. */
export async function readSignatures(
  session: Session,
  file: string,
): Promise<SignatureDescriptors["signatures"]> {
  const { signatures } = await readDocument(session, file, {
    codec: SignatureDescriptors,
    what: "signatures as `aivmd tx sign --signature-only` prints them",
  });
  return signatures;
}

/** JSON of a transaction, as the Cosmos SDK has it. */
export function txJson({ body, authInfo, signatures }: TxDocument): unknown {
  return toJson(Tx, { body, authInfo, signatures: [...signatures] }, CLIENT_TYPES);
}

/** JSON of signatures alone, as the Cosmos SDK has it. */
export function signaturesJson(signatures: SignatureDescriptors["signatures"]): unknown {
  return toJson(SignatureDescriptors, { signatures }, CLIENT_TYPES);
}

/** Prints JSON, or writes it to the file that `--output-document` names. */
export function writeDocument(session: Session, json: unknown, file: string | undefined): void {
  if (file === undefined) session.terminal.json(json);
  else writeText(file, `${plainJson(json)}\n`);
}

async function readDocument<T extends object>(
  session: Session,
  file: string,
  { codec, what }: { readonly codec: MessageCodec<T>; readonly what: string },
): Promise<T> {
  const text = file === "-" ? await session.input.rest(what) : readFile(file);
  const json = parseJson(text);
  if (json === undefined) throw wrongUse({ problem: `${file}: not JSON; give ${what}` });
  const read = attempt(() => fromJson(codec, json, { registry: CLIENT_TYPES }));
  if (!(read instanceof ChainError)) return read;
  throw wrongUse({ problem: `${file}: not ${what}: ${read.message}` });
}

function readFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw wrongUse({
      problem: `${file}: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
}
