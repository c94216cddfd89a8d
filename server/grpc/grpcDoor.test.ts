import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { QueryAccountRequest } from "#core/codec/generated/cosmos/auth/v1beta1.js";
import {
  QueryBalanceRequest,
  QueryBalanceResponse,
} from "#core/codec/generated/cosmos/bank/v1beta1.js";
import { formatAddress, toAddress } from "#core/crypto/address.js";
import { DOOR_BALANCE_UNES, doorChain, type DoorChain } from "#test/harness/doors.js";
import { servedDescriptors } from "./reflection/descriptorIndex.js";
import { ReflectionResponse } from "./reflection/reflectionMessages.js";
import { GrpcDoor } from "./grpcDoor.js";

const BALANCE = "/cosmos.bank.v1beta1.Query/Balance";
const MAX_RECEIVE_BYTES = 4_096;

let chain: DoorChain;
let door: GrpcDoor;
let client: Client;

beforeAll(async () => {
  chain = await doorChain();
  const limits = {
    maxReceiveBytes: MAX_RECEIVE_BYTES,
    maxSendBytes: 1 << 20,
    maxConnections: 10,
    maxStreams: 10,
    readTimeoutMs: 5_000,
  };
  door = await GrpcDoor.listen(chain.calls, { host: "127.0.0.1", port: 0, ...limits });
  client = new Client(`127.0.0.1:${door.port}`, credentials.createInsecure());
});

afterAll(async () => {
  client.close();
  await door.close();
});

interface Answer {
  readonly value: Uint8Array;
  readonly height: string | undefined;
}

function call(path: string, data: Uint8Array, height?: string): Promise<Answer> {
  const metadata = new Metadata();
  if (height !== undefined) metadata.set("x-cosmos-block-height", height);
  return new Promise((settle, fail) => {
    let seen: string | undefined;
    const raw = (bytes: Buffer): Buffer => bytes;
    const asked = client.makeUnaryRequest(
      path,
      raw,
      raw,
      Buffer.from(data),
      metadata,
      (error, value) => {
        if (error !== null) fail(error);
        else settle({ value: new Uint8Array(value!), height: seen });
      },
    );
    asked.on("metadata", (answered) => {
      seen = answered.get("x-cosmos-block-height")[0]?.toString();
    });
  });
}

async function refusal(path: string, data: Uint8Array, height?: string): Promise<string> {
  const error = await call(path, data, height).then(
    () => undefined,
    (reason: unknown) => reason as ServiceError,
  );
  return `${String(error?.code)} ${error?.details ?? ""}`;
}

const balanceOf = (index: number): Uint8Array =>
  QueryBalanceRequest.encode({ address: chain.accounts[index]!.text, denom: "unes" });

describe("the gRPC door", () => {
  test("answers from the registry and names the height", async () => {
    const latest = await call(BALANCE, balanceOf(0));
    expect(QueryBalanceResponse.decode(latest.value).balance).toEqual({
      denom: "unes",
      amount: DOOR_BALANCE_UNES.toString(),
    });
    expect(latest.height).toBe("3");
    expect((await call(BALANCE, balanceOf(0), "2")).height).toBe("2");
  });

  test("refuses heights that are none, in the words of the SDK", async () => {
    const ask = (height: string): Promise<string> => refusal(BALANCE, balanceOf(0), height);
    expect(await ask("-1")).toBe(
      "3 cannot query with height < 0; please provide a valid height: invalid request",
    );
    expect(await ask("2x")).toMatch(/^3 invalid height header "x-cosmos-block-height"/);
    expect(await ask("99999999999999999999")).toMatch(/^3 invalid height header/);
    expect(await ask("9")).toBe(
      "3 cannot query with height in the future; please provide a valid height: invalid height",
    );
  });

  test("says what went wrong by status, without what the way over ABCI adds", async () => {
    const unknown = formatAddress("account", toAddress(new Uint8Array(20).fill(9)));
    const account = QueryAccountRequest.encode({ address: unknown });
    expect(await refusal("/cosmos.auth.v1beta1.Query/Account", account)).toBe(
      `5 account ${unknown} not found`,
    );
    const bad = QueryAccountRequest.encode({ address: "test" });
    expect(await refusal("/cosmos.auth.v1beta1.Query/Account", bad)).toMatch(
      /^3 .*invalid address$/,
    );
    expect(await refusal(BALANCE, Uint8Array.of(0xff))).toMatch(/^3 malformed protobuf/);
    expect(await refusal(BALANCE, new Uint8Array(MAX_RECEIVE_BYTES + 1))).toMatch(/^8 /);
  });

  test("tells methods that it does not have from those that nobody has", async () => {
    const none = new Uint8Array(0);
    expect(await refusal("/cosmos.distribution.v1beta1.Query/ValidatorSlashes", none)).toBe(
      "12 method ValidatorSlashes not implemented",
    );
    expect(await refusal("/no.such.Service/Method", none)).toMatch(/^12 /);
  });
});

function reflect(version: string, request: Uint8Array): Promise<ReflectionResponse> {
  return new Promise((settle, fail) => {
    const stream = client.makeBidiStreamRequest(
      `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => ReflectionResponse.decode(bytes),
    );
    stream.on("data", (response: ReflectionResponse) => {
      settle(response);
      stream.end();
    });
    stream.on("error", fail);
    stream.write(Buffer.from(request));
  });
}

const asked = (field: number, text: string): Uint8Array =>
  Uint8Array.of((field << 3) | 2, text.length, ...Buffer.from(text));

describe("reflection", () => {
  test.each(["v1", "v1alpha"])("%s lists every service, whatever the text is", async (version) => {
    for (const text of ["", "*"]) {
      const { listServicesResponse } = await reflect(version, asked(7, text));
      const names = listServicesResponse!.service.map(({ name }) => name);
      expect(names).toContain("cosmos.bank.v1beta1.Query");
      expect(names).toContain("aivm.inference.v1.Query");
      expect(names).toContain("grpc.reflection.v1.ServerReflection");
    }
  });

  test("gives the file of a symbol with everything that it imports", async () => {
    const index = servedDescriptors();
    for (const symbol of [
      "cosmos.bank.v1beta1.Query",
      "cosmos.bank.v1beta1.Query.Balance",
      "cosmos.base.v1beta1.Coin",
      "cosmos.tx.v1beta1.ModeInfo.Single",
    ]) {
      const { fileDescriptorResponse } = await reflect("v1", asked(4, symbol));
      const files = fileDescriptorResponse!.fileDescriptorProto;
      const expected = index.closure(index.fileOf(symbol)!);
      expect(files).toEqual(
        expected.map(({ bytes }) => Buffer.from(bytes)).map((one) => new Uint8Array(one)),
      );
      const known = new Set(expected.map(({ name }) => name));
      for (const { dependencies } of expected)
        for (const one of dependencies) expect(known).toContain(one);
    }
    const file = await reflect("v1alpha", asked(3, "google/protobuf/any.proto"));
    expect(file.fileDescriptorResponse!.fileDescriptorProto).toHaveLength(1);
  });

  test("describes every service that it lists, itself included", async () => {
    const { listServicesResponse } = await reflect("v1", asked(7, "*"));
    const { service } = listServicesResponse!;
    for (const { name } of service) {
      const { fileDescriptorResponse } = await reflect("v1", asked(4, name));
      expect([name, fileDescriptorResponse?.fileDescriptorProto.length]).not.toContain(undefined);
    }
    expect(service.length).toBeGreaterThan(10);
  });

  test("refuses what it does not know, in the answer", async () => {
    const unknown = await reflect("v1", asked(4, "no.such.Thing"));
    expect(unknown.errorResponse).toEqual({ errorCode: 5, errorMessage: "unknown: no.such.Thing" });
    const nothing = await reflect("v1", new Uint8Array(0));
    expect(nothing.errorResponse?.errorCode).toBe(12);
    const broken = await reflect("v1", Uint8Array.of(0x3a, 0x7f));
    expect(broken.errorResponse?.errorCode).toBe(3);
  });
});
