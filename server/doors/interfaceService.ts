import type { ModuleManager } from "#core/baseapp/moduleManager.js";
import {
  type ListAllInterfacesResponse,
  type ListImplementationsRequest,
  type ListImplementationsResponse,
  ReflectionServiceService,
} from "#core/codec/generated/cosmos/base/reflection/v1beta1.js";
import { CallFailure, StatusCode } from "./callStatus.js";
import type { NodeMethod, NodeService } from "./doorCalls.js";

/** Types of an Any by the interface of the SDK that a field of it demands. */
const INTERFACES: ReadonlyMap<string, RegExp> = new Map([
  ["cosmos.auth.v1beta1.AccountI", /^\/cosmos\.auth\.v1beta1\.(Base|Module)Account$/],
  ["cosmos.crypto.PubKey", /^\/cosmos\.crypto\..*PubKey$/],
]);
const MESSAGES = "cosmos.base.v1beta1.Msg";

/** cosmos.base.reflection.v1beta1.ReflectionService: which types an Any may hold, and where. */
export function interfaceService({ types, msgs }: ModuleManager): NodeService {
  const urls = types.list().map(({ typeUrl }) => typeUrl);
  const implementations = new Map(
    [...INTERFACES].map(([name, pattern]) => [name, urls.filter((url) => pattern.test(url))]),
  );
  implementations.set(
    MESSAGES,
    urls.filter((url) => msgs.find(url) !== undefined),
  );
  const list = (): Promise<ListAllInterfacesResponse> =>
    Promise.resolve({ interfaceNames: [...implementations.keys()].toSorted() });
  const find = (request: object): Promise<ListImplementationsResponse> => {
    const { interfaceName } = request as ListImplementationsRequest;
    const found = implementations.get(interfaceName);
    if (found === undefined) return Promise.reject(absent(interfaceName));
    return Promise.resolve({ implementationMessageNames: found });
  };
  return {
    service: ReflectionServiceService,
    methods: new Map<string, NodeMethod>([
      ["ListAllInterfaces", list],
      ["ListImplementations", find],
    ]),
  };
}

function absent(name: string): CallFailure {
  return new CallFailure(StatusCode.NOT_FOUND, `no interface ${JSON.stringify(name.slice(0, 60))}`);
}
