import type { AbciApplication } from "#core/abci/application.js";
import type { PrepareProposalRequest } from "#core/abci/requests.js";
import type { InjectedBlockData } from "#core/codec/generated/aivm/inference/v1.js";
import { decodeInjected, encodeInjected } from "#modules/inference/types/injected.js";
import { SeededRandom } from "#test/harness/random.js";
import { FORBIDDEN, type Tampering } from "#test/simulation/network/tampering.js";
import { adapt } from "./adapt.js";
import { distort } from "./working.js";

type EditProposal = (
  txs: readonly Uint8Array[],
  request: PrepareProposalRequest,
) => readonly Uint8Array[];

function proposing(application: AbciApplication, edit: EditProposal): AbciApplication {
  return adapt(application, {
    prepareProposal: (request) => ({
      txs: edit(application.prepareProposal(request).txs, request),
    }),
  });
}

/** What a malformed proposal says on standard error, for the test that counts them. */
export const TAMPERED = "proposal tampered with: ";

/**
 * Proposes blocks that nobody may accept, in every way in turn; what does not apply to a block is
 * tried again at the next one. After a whole turn it starts over.
 */
export function malformedProposals(application: AbciApplication): AbciApplication {
  const random = new SeededRandom(1n);
  const waiting = pickiestFirst();
  return proposing(application, (txs, { lastCommit }) => {
    for (const [index, tampering] of waiting.entries()) {
      const changed = tampering.apply(txs, { random, votes: lastCommit.votes });
      if (changed === undefined) continue;
      waiting.splice(index, 1);
      if (waiting.length === 0) waiting.push(...pickiestFirst());
      process.stderr.write(`${TAMPERED}${tampering.name}\n`);
      return changed;
    }
    return txs;
  });
}

/** What only few blocks allow comes before what every block allows. */
function pickiestFirst(): Tampering[] {
  const blank = encodeInjected({ vrfProof: new Uint8Array(80), votes: [], payloads: [] });
  const given = { random: new SeededRandom(1n), votes: [] };
  const isPicky = ({ apply }: Tampering): boolean => apply([blank], given) === undefined;
  return [...FORBIDDEN.filter(isPicky), ...FORBIDDEN.filter((one) => !isPicky(one))];
}

/** Attaches receipts of outputs that nobody agreed on. */
export function falseReceipts(application: AbciApplication): AbciApplication {
  return proposing(application, (txs) =>
    edit(txs, (data) => {
      if (data.payloads.length > 0) process.stderr.write(`${TAMPERED}false receipts\n`);
      return {
        ...data,
        payloads: data.payloads.map((payload) => ({
          ...payload,
          requests: payload.requests.map((request) => ({
            ...request,
            executions: request.executions.map(distort),
          })),
        })),
      };
    }),
  );
}

/** Leaves the extensions of the first other member out of every proposal. */
export function omitting(application: AbciApplication): AbciApplication {
  return proposing(application, (txs, { lastCommit, proposerAddress }) => {
    const own = Buffer.from(proposerAddress).toString("hex");
    const victim = lastCommit.votes.findIndex(
      ({ consensusAddress }) => Buffer.from(consensusAddress).toString("hex") !== own,
    );
    return edit(txs, (data) => ({
      ...data,
      votes: data.votes.filter(({ index }) => index !== victim),
      payloads: [],
    }));
  });
}

function edit(
  [first, ...rest]: readonly Uint8Array[],
  change: (data: InjectedBlockData) => InjectedBlockData,
): readonly Uint8Array[] {
  if (first === undefined) return rest;
  return [encodeInjected(change(decodeInjected(first))), ...rest];
}
