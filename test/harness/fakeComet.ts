import { chmodSync, writeFileSync } from "node:fs";
import { COMET_VERSION } from "#node/comet/cometBinary.js";
import { temporaryFile } from "./temporaryFile.js";

const SETTINGS = `moniker = "fresh"
proxy_app = "tcp://127.0.0.1:26658"
abci = "socket"
db_dir = "data"
[rpc]
laddr = "tcp://127.0.0.1:26657"
[p2p]
laddr = "tcp://0.0.0.0:26656"
persistent_peers = ""
[consensus]
create_empty_blocks = true
timeout_commit = "1s"
[storage]
discard_abci_responses = false
[tx_index]
indexer = "kv"
[instrumentation]
prometheus = false
prometheus_listen_addr = ":26660"`;

const NODE_KEY =
  "sEwqFYGinrvNycq/QRcMwBOewmDHs37NleddZdmisGHxoeNVPvdK0CoONT1o1tsXJbj2KFstTYoFQ0UaTYEb/g==";
const CONSENSUS_KEY = "I9HUlrRt91WYNlzDHE2koiuAl6FIPutVOhuqIw+qyXE=";

/**
 * A program that stands for CometBFT where nothing of it is under test: `version` is the pinned
 * one, `init` writes fixed files where there are none, and every other command runs `script`.
 */
export function fakeComet(script = "exit 1"): string {
  const path = temporaryFile("cometbft");
  writeFileSync(
    path,
    `#!/usr/bin/env bash
put() { [[ -e $1 ]] || cat > "$1"; }
case $1 in
version) echo ${COMET_VERSION} ;;
init)
  home=$3; mkdir -p "$home/config" "$home/data"
  put "$home/config/config.toml" <<'END'
${SETTINGS}
END
  put "$home/config/node_key.json" <<'END'
{"priv_key":{"type":"tendermint/PrivKeyEd25519","value":"${NODE_KEY}"}}
END
  put "$home/config/priv_validator_key.json" <<'END'
{"address":"FFD09E74ED8B2970C6F3117523407B94FBA9824D","pub_key":{"type":"tendermint/PubKeyEd25519","value":"${CONSENSUS_KEY}"}}
END
  put "$home/data/priv_validator_state.json" <<'END'
{"height":"0","round":0,"step":0}
END
  ;;
*)
${script}
;;
esac
`,
  );
  chmodSync(path, 0o755);
  return path;
}
