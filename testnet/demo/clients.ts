import { formatAddress, parseAddress } from "#core/crypto/address.js";
import { readJsonObject } from "#node/home/files.js";
import { AivmClient } from "#sdk/client.js";
import { storeProver } from "#sdk/light/storeProver.js";
import { trustFromGenesis } from "#sdk/light/trustFromGenesis.js";
import { httpTransport } from "#sdk/rpc/httpTransport.js";
import { signerFromMnemonic } from "#sdk/signer/signerFromMnemonic.js";
import { STAKING_QUERIES } from "#sdk/query/services.js";
import type { Testnet } from "../initFiles.js";
import { rpcUrl } from "../process/runningNetwork.js";
import type { AccountNames } from "./payments.js";

/**
 * A client of the first node that believes it nothing: headers come from the second node, if there
 * is one, must be the first one's too, and are verified from the genesis file.
 */
export async function connectClient(net: Testnet): Promise<AivmClient> {
  const [first, second = first] = net.nodes;
  if (first === undefined || second === undefined) throw new Error("the network has no node");
  const rpc = httpTransport(rpcUrl(first.ports));
  const genesis = readJsonObject(first.home.genesis, "it is written with the network's files");
  const primary = httpTransport(rpcUrl(second.ports));
  const light = await trustFromGenesis(genesis, { primary, witness: rpc });
  return AivmClient.connect({
    rpc,
    prover: storeProver(rpc, light),
    signer: signerFromMnemonic(net.user.mnemonic),
    chainId: net.chainId,
  });
}

/** Names of the operators, by the addresses of their operators and accounts, and of the user. */
export async function accountNames(client: AivmClient): Promise<AccountNames> {
  const { validators } = await client.queryMethod(STAKING_QUERIES, "Validators", {});
  const names = validators.flatMap(({ operatorAddress, description }): Array<[string, string]> => {
    const moniker = description.moniker;
    const account = formatAddress("account", parseAddress("operator", operatorAddress));
    return [
      [operatorAddress, moniker],
      [account, moniker],
    ];
  });
  return new Map([...names, [client.address, "you"]]);
}
