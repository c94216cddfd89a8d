import type { Command } from "commander";
import { attempt } from "#core/codec/attempt.js";
import { AuthInfo, TxBody, TxRaw } from "#core/codec/generated/cosmos/tx/v1beta1.js";
import { ChainError } from "#core/primitives/errors.js";
import { fromBase64, fromHex, toBase64 } from "#core/primitives/bytes.js";
import { wrongUse } from "../../errors.js";
import { addExamples } from "../../flags.js";
import type { CommandIo } from "../../io.js";
import { runs, type Session } from "../../session.js";
import { encodeTx } from "./signPayload.js";
import { readTxDocument, type TxDocument, txJson } from "./txFile.js";

interface DecodeFlags {
  readonly hex?: boolean;
}

/** Adds `tx encode` and `tx decode`. */
export function registerCoding(tx: Command, io: CommandIo): void {
  const encode = tx
    .command("encode <file>")
    .summary("print the bytes of a transaction in base64")
    .description("Prints the bytes of a transaction in JSON (- for standard input) in base64.");
  addExamples(encode, "aivmd tx encode signed.json");
  runs(encode, io, async (session, _flags, [file = ""]) => {
    session.terminal.print(toBase64(encodeTx(await readTxDocument(session, file))));
  });
  const decode = tx
    .command("decode <bytes>")
    .summary("print the JSON of a transaction in base64")
    .description("Prints the JSON of a transaction, whose bytes are given in base64.")
    .option("-x, --hex", "the bytes are in hex");
  addExamples(decode, "aivmd tx decode CooBCocB…", "aivmd tx decode --hex 0a8a010a87…");
  runs<DecodeFlags>(decode, io, (session: Session, { hex = false }, [text = ""]) => {
    session.terminal.json(decodeTxBytes(text, hex));
  });
}

function decodeTxBytes(text: string, hex: boolean): unknown {
  const bytes = hex ? fromHex(text.toLowerCase()) : fromBase64(text);
  if (bytes === undefined) throw wrongUse({ problem: `not ${hex ? "hex" : "base64"}: ${text}` });
  const json = attempt(() => txJson(documentOf(bytes)));
  if (!(json instanceof ChainError)) return json;
  throw wrongUse({ problem: `these bytes are no transaction: ${json.message}` });
}

function documentOf(bytes: Uint8Array): TxDocument {
  const { bodyBytes, authInfoBytes, signatures } = TxRaw.decode(bytes);
  return {
    body: TxBody.decode(bodyBytes),
    authInfo: AuthInfo.decode(authInfoBytes),
    signatures,
  };
}
