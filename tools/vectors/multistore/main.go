// Program multistore writes test/vectors/multistore.jsonl: app hashes and query proofs of
// cosmossdk.io/store rootmulti for operations that package seeded derives from a seed, written
// through the SDK's cache stores. One line for each version.
package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"log"
	"os"
	"path/filepath"

	sdklog "cosmossdk.io/log"
	"cosmossdk.io/store/metrics"
	"cosmossdk.io/store/rootmulti"
	"cosmossdk.io/store/types"
	dbm "github.com/cosmos/cosmos-db"

	"aivm/tools/vectors/seeded"
)

const (
	seed           = 7177
	keys           = 200
	initialVersion = 7
	lastVersion    = 46
	// From this version on there is one store more, as after an upgrade.
	upgradeVersion = 30
)

type header struct {
	Source         string   `json:"source"`
	Seed           uint32   `json:"seed"`
	Keys           uint32   `json:"keys"`
	InitialVersion int64    `json:"initialVersion"`
	LastVersion    int64    `json:"lastVersion"`
	UpgradeVersion int64    `json:"upgradeVersion"`
	Stores         []string `json:"stores"`
	Added          string   `json:"added"`
}

type query struct {
	Store string `json:"store"`
	// Key in hex.
	Key string `json:"key"`
	// Data of the two proof ops, in base64.
	Tree   []byte `json:"tree"`
	Simple []byte `json:"simple"`
}

type version struct {
	Version int64   `json:"version"`
	AppHash string  `json:"appHash"`
	Queries []query `json:"queries"`
}

// The store "idle" is never written.
var stores = []string{"ibc", "bank", "idle"}

const added = "late"

func main() {
	log.SetFlags(0)
	db := dbm.NewMemDB()
	rng := seeded.NewRng(seed)
	names := stores
	store, mounted := open(db, names, nil)
	check(store.SetInitialVersion(initialVersion))
	var lines []version
	for v := int64(initialVersion); v <= lastVersion; v++ {
		if v == upgradeVersion {
			names = append(append([]string(nil), stores...), added)
			store, mounted = open(db, names, &types.StoreUpgrades{Added: []string{added}})
		}
		cache := store.CacheMultiStore()
		for i := rng.Count(v); i > 0; i-- {
			name := names[rng.Below(uint32(len(names)))]
			op := rng.Op(keys)
			if name == "idle" {
				continue
			}
			apply(cache.GetKVStore(mounted[name]), op)
		}
		cache.Write()
		working := store.WorkingHash()
		id := store.Commit()
		if id.Version != v || !bytes.Equal(id.Hash, working) {
			log.Fatalf("version %d: committed %d", v, id.Version)
		}
		line := version{Version: v, AppHash: hex.EncodeToString(id.Hash)}
		for _, name := range names {
			line.Queries = append(line.Queries, ask(store, name, seeded.Key(rng.Below(keys)), v))
		}
		lines = append(lines, line)
	}
	write(lines)
}

func open(
	db dbm.DB, names []string, upgrades *types.StoreUpgrades,
) (*rootmulti.Store, map[string]types.StoreKey) {
	store := rootmulti.NewStore(db, sdklog.NewNopLogger(), metrics.NewNoOpMetrics())
	mounted := map[string]types.StoreKey{}
	for _, name := range names {
		mounted[name] = types.NewKVStoreKey(name)
		store.MountStoreWithDB(mounted[name], types.StoreTypeIAVL, nil)
	}
	if upgrades == nil {
		check(store.LoadLatestVersion())
	} else {
		check(store.LoadLatestVersionAndUpgrade(upgrades))
	}
	return store, mounted
}

func apply(kv types.KVStore, op seeded.Op) {
	if op.Value == nil {
		kv.Delete(op.Key)
	} else {
		kv.Set(op.Key, op.Value)
	}
}

func ask(store *rootmulti.Store, name string, key []byte, v int64) query {
	request := &types.RequestQuery{Path: "/" + name + "/key", Data: key, Height: v, Prove: true}
	answer, err := store.Query(request)
	check(err)
	ops := answer.ProofOps.Ops
	return query{name, hex.EncodeToString(key), ops[0].Data, ops[1].Data}
}

func write(lines []version) {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./multistore <folder>")
	}
	file, err := os.Create(filepath.Join(os.Args[1], "multistore.jsonl"))
	check(err)
	out := bufio.NewWriter(file)
	encoder := json.NewEncoder(out)
	check(encoder.Encode(header{
		"cosmossdk.io/store v1.1.1", seed, keys, initialVersion, lastVersion, upgradeVersion, stores, added,
	}))
	for _, line := range lines {
		check(encoder.Encode(line))
	}
	check(out.Flush())
	check(file.Close())
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
