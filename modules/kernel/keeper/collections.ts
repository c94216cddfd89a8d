import {
  Access,
  Artifact,
  Kernel,
  Params,
  Royalty,
  ShadowPolicy,
  ShadowRun,
  Version,
} from "#core/codec/generated/aivm/kernel/v1.js";
import { Item } from "#core/store/collections/item.js";
import { addressKey, bytesKey, textKey, uint64Key } from "#core/store/collections/keyCodecs.js";
import { KeySet } from "#core/store/collections/keySet.js";
import { KvMap } from "#core/store/collections/kvMap.js";
import { tupleKey } from "#core/store/collections/tupleKey.js";
import { bytesValue, messageValue, uint64Value } from "#core/store/collections/valueCodecs.js";
import { PREFIX } from "../types/keys.js";

/** Key of a version within its kernel: kernel id, number. */
export const versionNumberKey = tupleKey(uint64Key, uint64Key);

const uploadKey = tupleKey(bytesKey, addressKey);

/** Key of a chunk: upload id, index. */
const chunkKey = tupleKey(uint64Key, uint64Key);

/** The collections of the tree store, as `types/keys.ts` lists them. */
export const TABLES = {
  params: new Item(PREFIX.params, messageValue(Params)),
  nextKernelId: new Item(PREFIX.nextKernelId, uint64Value),
  nextUploadId: new Item(PREFIX.nextUploadId, uint64Value),
  kernels: new KvMap(PREFIX.kernel, uint64Key, messageValue(Kernel)),
  kernelNames: new KvMap(PREFIX.kernelName, textKey, uint64Value),
  versions: new KvMap(PREFIX.version, bytesKey, messageValue(Version)),
  manifests: new KvMap(PREFIX.manifest, bytesKey, bytesValue),
  versionNumbers: new KvMap(PREFIX.versionNumber, versionNumberKey, bytesValue),
  waiting: new KeySet(PREFIX.waiting, tupleKey(uint64Key, bytesKey)),
  artifacts: new KvMap(PREFIX.artifact, bytesKey, messageValue(Artifact)),
  uploads: new KvMap(PREFIX.upload, uploadKey, messageValue(Artifact)),
  expiries: new KeySet(PREFIX.expiry, tupleKey(uint64Key, bytesKey, addressKey)),
  removals: new KvMap(PREFIX.removal, uint64Key, uint64Value),
  access: new KvMap(PREFIX.access, uint64Key, messageValue(Access)),
  royalties: new KvMap(PREFIX.royalty, uint64Key, messageValue(Royalty)),
  shadowRuns: new KvMap(PREFIX.shadowRun, versionNumberKey, messageValue(ShadowRun)),
  runningShadows: new KvMap(PREFIX.runningShadow, uint64Key, uint64Value),
  shadowPolicies: new KvMap(PREFIX.shadowPolicy, uint64Key, messageValue(ShadowPolicy)),
  revokedWaiting: new KeySet(PREFIX.revokedWaiting, bytesKey),
  chunkDigests: new KvMap(PREFIX.chunkDigest, chunkKey, bytesValue),
} as const;
