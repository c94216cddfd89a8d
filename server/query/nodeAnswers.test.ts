import { expect, test } from "vitest";
import {
  ListAllInterfacesResponse,
  ListImplementationsRequest,
  ReflectionServiceService,
} from "#core/codec/generated/cosmos/base/reflection/v1beta1.js";
import { CallFailure, StatusCode } from "../doors/callStatus.js";
import { NodeAnswers } from "./nodeAnswers.js";

const SERVICE = "/cosmos.base.reflection.v1beta1.ReflectionService";
const EMPTY = new Uint8Array(0);

function answers(fail: () => never): NodeAnswers {
  const list = () => Promise.resolve({ interfaceNames: ["a"] });
  const find = () => Promise.resolve().then(fail);
  const methods = new Map([
    ["ListAllInterfaces", list],
    ["ListImplementations", find],
  ]);
  return new NodeAnswers([{ service: ReflectionServiceService, methods }]);
}

function ask(own: NodeAnswers, name: string, data: Uint8Array = EMPTY, height = 0n) {
  return own.answer({ path: `${SERVICE}/${name}`, data, height, prove: false }, 9n);
}

const FIND = ListImplementationsRequest.encode({ interfaceName: "x" });

test("a method of the node's own is answered with the latest height", async () => {
  const own = answers(() => {
    throw new Error("not asked");
  });
  expect(own.has(`${SERVICE}/ListAllInterfaces`)).toBe(true);
  expect(own.has("/cosmos.bank.v1beta1.Query/Balance")).toBe(false);
  const found = await ask(own, "ListAllInterfaces");
  expect(found).toMatchObject({ code: 0, log: "", height: 9n });
  expect(ListAllInterfacesResponse.decode(found.value)).toEqual({ interfaceNames: ["a"] });
  expect((await ask(own, "ListAllInterfaces", EMPTY, 4n)).height).toBe(4n);
});

test.each([
  [StatusCode.NOT_FOUND, 22, "rpc error: code = NotFound desc = gone: key not found"],
  [
    StatusCode.INVALID_ARGUMENT,
    18,
    "rpc error: code = InvalidArgument desc = gone: invalid request",
  ],
  [StatusCode.UNAVAILABLE, 6, "rpc error: code = Unavailable desc = gone: unknown request"],
] as const)("status %i is code %i over ABCI", async (status, code, log) => {
  const own = answers(() => {
    throw new CallFailure(status, "gone");
  });
  const refused = await ask(own, "ListImplementations", FIND);
  expect(refused).toMatchObject({ code, codespace: "sdk", log, value: EMPTY });
});

test("malformed bytes are refused, and a fault is no answer", async () => {
  const own = answers(() => {
    throw new Error("a fault");
  });
  const refused = await ask(own, "ListImplementations", Uint8Array.of(0xff));
  expect(refused).toMatchObject({ code: 18, codespace: "sdk" });
  expect(refused.log).toContain("malformed protobuf");
  await expect(ask(own, "ListImplementations", FIND)).rejects.toThrow("a fault");
});
