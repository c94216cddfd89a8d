import { type Request, RequestStatus } from "#core/codec/generated/aivm/inference/v1.js";
import { getResult, type RpcTransport } from "#sdk/index.js";
import { orNothing } from "./orNothing.js";

/** Answers that are looked at for a kernel. */
const LOOKED_AT = 5;

const known = new WeakMap<RpcTransport, Map<bigint, Promise<bigint | undefined>>>();

/** Blocks from a request to its answer, the middle one of the latest; undefined without any. */
export async function usualAnswerBlocks(
  rpc: RpcTransport,
  requests: readonly Request[],
): Promise<bigint | undefined> {
  const answered = requests.filter(({ status }) => status === RequestStatus.FULFILLED);
  const blocks = await Promise.all(
    answered.slice(0, LOOKED_AT).map(async ({ id, height }) => {
      const answer = await answerHeight(rpc, id);
      return answer === undefined ? undefined : answer - height;
    }),
  );
  return median(blocks.filter((one) => one !== undefined));
}

/** The middle one of some numbers, the lower of two; undefined for none. */
export function median(values: readonly bigint[]): bigint | undefined {
  return values.toSorted((a, b) => (a < b ? -1 : 1))[Math.floor((values.length - 1) / 2)];
}

/** Heights of answers hardly ever change, so each is asked for once. */
function answerHeight(rpc: RpcTransport, id: bigint): Promise<bigint | undefined> {
  const ofRpc = known.get(rpc) ?? new Map<bigint, Promise<bigint | undefined>>();
  known.set(rpc, ofRpc);
  const before = ofRpc.get(id);
  if (before !== undefined) return before;
  const asked = orNothing(getResult({ rpc }, id)).then((found) => found?.result.height);
  ofRpc.set(id, asked);
  asked.catch(() => ofRpc.delete(id));
  return asked;
}
