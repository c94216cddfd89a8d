import { beforeEach, describe, expect, test } from "vitest";
import { Context } from "#core/baseapp/context.js";
import { GasMeter, OutOfGasError } from "#core/baseapp/gas.js";
import { MsgRegisterProvider } from "#core/codec/generated/aivm/staking/v1.js";
import { BondStatus, MsgCreateValidator } from "#core/codec/generated/cosmos/staking/v1beta1.js";
import { vrfPublicKey } from "#core/crypto/ecvrf.js";
import { sha256 } from "#core/crypto/hash.js";
import { toHex, utf8 } from "#core/primitives/bytes.js";
import {
  createMsg,
  POWER,
  registerMsg,
  StakingChain,
  testOperator,
} from "#test/harness/stakingChain.js";

const [FIRST, SECOND] = [testOperator(0), testOperator(1)];
const DELAY = 4n;
const OTHER_SEED = sha256(utf8("another seed"));
let chain: StakingChain;

beforeEach(() => {
  chain = new StakingChain();
  chain.start([10n], (sections) => {
    sections["provider"]!["params"] = { vrf_key_delay_blocks: DELAY.toString() };
  });
  chain.fund(SECOND.address, 20n * POWER);
  chain.block({
    run: (ctx) => void chain.deliver(ctx, MsgCreateValidator, createMsg(SECOND, 20n * POWER)),
  });
});

function register(msg: MsgRegisterProvider) {
  let response: object = {};
  const { events, updates } = chain.block({
    run: (ctx) => {
      response = chain.deliver(ctx, MsgRegisterProvider, msg);
    },
  });
  return { response, events, updates };
}

const statusOf = () => chain.keeper.findValidator(chain.context(), SECOND.address)?.status;
const keyAt = (of: typeof FIRST, height: bigint) =>
  chain.keeper.vrfKey(chain.context(), of.operator, height);

describe("a first key", () => {
  test("brings the validator into the set of the height from which it holds", () => {
    chain.blocks(3);
    expect(statusOf()).toBe(BondStatus.UNBONDED);
    const { response, events, updates } = register(registerMsg(SECOND));
    const effective = chain.height + DELAY;
    expect(response).toEqual({ effectiveHeight: effective });
    expect(updates).toEqual([]);
    expect(events.at(-1)).toEqual({
      type: "staking.provider_registered",
      attributes: [
        { key: "validator", value: SECOND.operator },
        { key: "vrf_public_key", value: toHex(vrfPublicKey(SECOND.vrfSeed)) },
        { key: "effective_height", value: effective.toString() },
      ],
    });
    chain.block();
    expect(statusOf()).toBe(BondStatus.UNBONDED);
    expect(chain.block().updates).toEqual([{ publicKey: SECOND.consensusKey, power: 20n }]);
    expect(statusOf()).toBe(BondStatus.BONDED);
    expect(chain.cometSet(effective - 1n)).toHaveLength(1);
    expect(chain.cometSet(effective)).toHaveLength(2);
    expect(keyAt(SECOND, effective - 1n)).toBeUndefined();
    expect(keyAt(SECOND, effective)).toEqual(vrfPublicKey(SECOND.vrfSeed));
  });

  test("that is replaced while it waits still takes effect first", () => {
    register(registerMsg(SECOND));
    const first = chain.height + DELAY;
    register(registerMsg(SECOND, OTHER_SEED));
    const second = chain.height + DELAY;
    chain.blocks(6);
    expect(statusOf()).toBe(BondStatus.BONDED);
    expect(keyAt(SECOND, first)).toEqual(vrfPublicKey(SECOND.vrfSeed));
    expect(keyAt(SECOND, second)).toEqual(vrfPublicKey(OTHER_SEED));
  });
});

describe("a replacement", () => {
  test("leaves the validator in the set and the old key in place until its height", () => {
    register(registerMsg(FIRST, OTHER_SEED));
    const effective = chain.height + DELAY;
    expect(keyAt(FIRST, effective - 1n)).toEqual(vrfPublicKey(FIRST.vrfSeed));
    expect(keyAt(FIRST, effective)).toEqual(vrfPublicKey(OTHER_SEED));
    chain.blocks(8);
    expect(chain.cometSet(chain.height)).toHaveLength(1);
  });
});

describe("at genesis", () => {
  test("keys act from the initial height, the last one registered", () => {
    const fresh = new StakingChain();
    fresh.init(fresh.sections());
    const ctx = fresh.context("genesis");
    fresh.fund(FIRST.address, POWER);
    fresh.deliver(ctx, MsgCreateValidator, createMsg(FIRST, POWER));
    fresh.deliver(ctx, MsgRegisterProvider, registerMsg(FIRST));
    fresh.deliver(ctx, MsgRegisterProvider, registerMsg(FIRST, OTHER_SEED));
    expect(fresh.keeper.applyValidatorSetUpdates(ctx)).toHaveLength(1);
    expect(fresh.keeper.vrfKey(ctx, FIRST.operator, ctx.height)).toEqual(vrfPublicKey(OTHER_SEED));
  });
});

describe("registering is refused", () => {
  const codeOf = (msg: MsgRegisterProvider): string => {
    const error = chain.refuse(MsgRegisterProvider, msg);
    return `${error.codespace}/${error.code}`;
  };

  test("without a validator", () => {
    expect(codeOf(registerMsg(testOperator(9)))).toBe("staking/3");
  });

  test("with a proof for another operator, by another key, or none", () => {
    const msg = registerMsg(SECOND);
    const { possessionProof } = registerMsg(FIRST, SECOND.vrfSeed);
    expect(codeOf({ ...msg, possessionProof })).toBe("provider/3");
    expect(codeOf({ ...msg, vrfPublicKey: vrfPublicKey(OTHER_SEED) })).toBe("provider/3");
    expect(codeOf({ ...msg, possessionProof: new Uint8Array(0) })).toBe("provider/3");
  });

  test("without the gas of a verification, before it is done", () => {
    const { header } = chain.context();
    const branch = chain.context().branch().branch();
    const gas = new GasMeter(40_000n);
    const ctx = new Context({ header, mode: "deliver", branch, gas });
    const bad = { ...registerMsg(SECOND), possessionProof: new Uint8Array(80) };
    expect(() => chain.deliver(ctx, MsgRegisterProvider, bad)).toThrow(OutOfGasError);
  });
});
