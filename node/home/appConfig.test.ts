import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { caught } from "#test/harness/caught.js";
import { temporaryFile } from "#test/harness/temporaryFile.js";
import { type AppConfig, DEFAULT_APP_TOML, readAppConfig } from "./appConfig.js";
import { badSetting, homeFile } from "./errors.js";

function read(text: string): AppConfig {
  const path = temporaryFile("app.toml");
  writeFileSync(path, text);
  return readAppConfig(path);
}

/** A door of whose settings these are some. */
function door(some: object): never {
  return expect.objectContaining(some) as never;
}

describe("app.toml", () => {
  test("of a new home has the defaults that a missing setting takes", () => {
    const written = read(DEFAULT_APP_TOML);
    expect(written).toEqual({
      ...read(""),
      minGasPrices: [{ denom: "unes", priceDec: 10n ** 15n }],
    });
    expect(written.pruning).toEqual({ keepRecent: 362_880, interval: 10 });
    expect(written.telemetry).toEqual({
      enabled: true,
      endpoint: { host: "127.0.0.1", port: 9464 },
    });
    expect(written.haltHeight).toBeUndefined();
    expect(written.stateSync).toEqual({ interval: undefined, keepRecent: 2 });
  });

  const good: ReadonlyArray<readonly [string, Partial<AppConfig>]> = [
    ['minimum-gas-prices = ""', { minGasPrices: [] }],
    ['pruning = "nothing"', { pruning: undefined }],
    ['pruning = "everything"', { pruning: { keepRecent: 2, interval: 10 } }],
    [
      'pruning = "custom"\npruning-keep-recent = "100"\npruning-interval = 7',
      { pruning: { keepRecent: 100, interval: 7 } },
    ],
    ["halt-height = 12", { haltHeight: 12n }],
    [
      'index-events = ["message.sender", "inference.requested.request_id"]',
      { indexEvents: ["message.sender", "inference.requested.request_id"] },
    ],
    [
      '[grpc]\nenable = false\naddress = "[::1]:5"',
      { grpc: door({ enabled: false, endpoint: { host: "::1", port: 5 } }) },
    ],
    [
      "[grpc]\nmax-open-connections = 7\nmax-concurrent-streams = 8\nrpc-read-timeout = 9",
      { grpc: door({ maxConnections: 7, maxStreams: 8, readTimeoutMs: 9_000 }) },
    ],
    [
      "[api]\nenable = true\nrpc-read-timeout = 3",
      { api: door({ enabled: true, readTimeoutMs: 3_000 }) },
    ],
    [
      '[state-sync]\nsnapshot-interval = "1000"\nsnapshot-keep-recent = 0',
      { stateSync: { interval: 1_000n, keepRecent: 0 } },
    ],
  ];
  test.each(good)("reads %s", (text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });

  const bad: ReadonlyArray<readonly [string, string]> = [
    ['minimum-gas-prices = "cheap"', "minimum-gas-prices: must be prices such as 0.001unes"],
    ['minimum-gas-prices = "1unes,2unes"', "minimum-gas-prices: must be prices"],
    ['minimum-gas-prices = "1.0000000000000000001unes"', "minimum-gas-prices: must be prices"],
    ['index-events = "message.sender"', "index-events: must be a list in brackets"],
    ['index-events = ["sender"]', "index-events: must be like message.sender"],
    ["index-events = [1]", "index-events: must be like message.sender"],
    ["minimum-gas-prices = 1", "minimum-gas-prices: must be a text in quotes"],
    ['pruning = "some"', "pruning: must be one of default, nothing, everything, custom"],
    ['pruning = "custom"', "pruning-keep-recent: must be at least 2"],
    ['pruning = "custom"\npruning-keep-recent = "5"', "pruning-interval: must be at least 1"],
    ['pruning-interval = "x"', "pruning-interval: must be an integer from 0 to 1000000000"],
    ["halt-height = -1", "halt-height: must be an integer"],
    ["halt-height = 1.5", "halt-height: must be an integer"],
    ['[api]\naddress = "1317"', "api.address: must be an address such as 127.0.0.1:80"],
    ['[api]\naddress = "localhost:99999"', "api.address: must be an address"],
    ["[api]\nrpc-max-body-bytes = 3", "api.rpc-max-body-bytes: must be an integer from 1024"],
    ["[api]\nrpc-read-timeout = 0", "api.rpc-read-timeout: must be an integer from 1 to 3600"],
    ['[grpc]\nmax-recv-msg-size = "10M"', "grpc.max-recv-msg-size: must be an integer"],
    ["[grpc]\nmax-open-connections = 0", "grpc.max-open-connections: must be an integer from 1"],
    ["[grpc]\nmax-concurrent-streams = -1", "grpc.max-concurrent-streams: must be an integer"],
    ["[grpc]\nadress = 1", "grpc.adress: no such setting; did you mean grpc.address?"],
    ["[api]\nenable = 1", "api.enable: must be true or false"],
    ["[inference]\nchildren = 300", "inference.children: must be an integer from 0 to 256"],
    [
      "[inference]\nchilden = 1",
      "inference.childen: no such setting; did you mean inference.children?",
    ],
    [
      'minimum-gas-price = "1unes"',
      "minimum-gas-price: no such setting; did you mean minimum-gas-prices?",
    ],
    [
      "[state-sync]\nsnapshot-interval = -1",
      "state-sync.snapshot-interval: must be an integer from 0 to 1000000000",
    ],
    [
      '[state-sync]\nsnapshot-keep-recent = "all"',
      "state-sync.snapshot-keep-recent: must be an integer from 0 to 1000",
    ],
    [
      "[state-sync]\nsnapshot-intervall = 1",
      "state-sync.snapshot-intervall: no such setting; did you mean state-sync.snapshot-interval?",
    ],
    ["[zzz]\nzzz = 1", "zzz.zzz: no such setting"],
    ["api = 3", "api: no such setting"],
  ];
  test.each(bad)("refuses %s", (text, sentence) => {
    const error = caught(() => read(text));
    expect(badSetting.is(error)).toBe(true);
    expect(String(error)).toMatch(/\/app\.toml: /);
    expect(String(error)).toContain(sentence);
  });

  test("that is not TOML is refused with the line", () => {
    const error = caught(() => read("halt-height = 1\npruning = \n"));
    expect(homeFile.is(error)).toBe(true);
    expect(String(error)).toContain("app.toml: line 2, column 11: ");
  });

  test("that is missing is refused with what to do", () => {
    const path = temporaryFile("app.toml");
    const error = caught(() => readAppConfig(path));
    expect(homeFile.is(error)).toBe(true);
    expect(String(error)).toContain(`${path}: does not exist; run \`aivmd init\` to create it`);
  });
});
