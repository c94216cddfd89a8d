package main

import (
	"encoding/hex"
	"fmt"

	"cosmossdk.io/log"
	storetypes "cosmossdk.io/store/types"
	"github.com/cosmos/iavl"
	dbm "github.com/cosmos/iavl/db"
)

// ProofVectors is the file test/vectors/ics23.json; bytes are hex.
type ProofVectors struct {
	Source string       `json:"source"`
	Iavl   []ProvenTree `json:"iavl"`
	Simple []ProvenTree `json:"simple"`
}

// ProvenTree holds the entries of a tree in key order, each with its proof, and keys that are
// absent with theirs.
type ProvenTree struct {
	Root    string        `json:"root"`
	Entries []ProvenEntry `json:"entries"`
	Absent  []ProvenEntry `json:"absent"`
}

// ProvenEntry is a key, its value or nothing, and the CommitmentProof.
type ProvenEntry struct {
	Key   string `json:"key"`
	Value string `json:"value,omitempty"`
	Proof string `json:"proof"`
}

func proofs() ProofVectors {
	out := ProofVectors{Source: "iavl v1.2.2, store v1.1.1 and ics23 v0.11.0, tools/vectors/sdk"}
	for _, size := range []int{1, 2, 3, 6, 11, 21} {
		out.Iavl = append(out.Iavl, iavlTree(size))
	}
	for _, size := range []int{1, 2, 5, 9} {
		out.Simple = append(out.Simple, simpleTree(size))
	}
	return out
}

// iavlTree sets the even keys in an order of their own over three versions, and proves the odd
// ones absent.
func iavlTree(size int) ProvenTree {
	tree := iavl.NewMutableTree(dbm.NewMemDB(), 100, false, log.NewNopLogger())
	name := func(i int) []byte { return []byte(fmt.Sprintf("key-%03d", i)) }
	for i := 0; i < size; i++ {
		at := (i * 7) % size
		if size%7 == 0 {
			at = i
		}
		get(tree.Set(name(2*at+1), []byte(fmt.Sprintf("value %d", at))))
		if i%4 == 3 {
			_, _, err := tree.SaveVersion()
			must(err)
		}
	}
	root, _, err := tree.SaveVersion()
	must(err)
	out := ProvenTree{Root: hex.EncodeToString(root)}
	for i := 0; i <= 2*size; i++ {
		entry := ProvenEntry{Key: hex.EncodeToString(name(i))}
		value := get(tree.Get(name(i)))
		if value != nil {
			entry.Value = hex.EncodeToString(value)
			entry.Proof = hex.EncodeToString(get(get(tree.GetMembershipProof(name(i))).Marshal()))
			out.Entries = append(out.Entries, entry)
		} else {
			entry.Proof = hex.EncodeToString(get(get(tree.GetNonMembershipProof(name(i))).Marshal()))
			out.Absent = append(out.Absent, entry)
		}
	}
	return out
}

// simpleTree proves the stores of a multistore.
func simpleTree(size int) ProvenTree {
	info := storetypes.CommitInfo{Version: 1}
	for i := 0; i < size; i++ {
		id := storetypes.CommitID{Version: 1, Hash: hash(fmt.Sprintf("root %d", i))}
		info.StoreInfos = append(info.StoreInfos, storetypes.StoreInfo{Name: fmt.Sprintf("store%d", i), CommitId: id})
	}
	out := ProvenTree{Root: hex.EncodeToString(info.Hash()), Absent: []ProvenEntry{}}
	for _, store := range info.StoreInfos {
		op := info.ProofOp(store.Name)
		out.Entries = append(out.Entries, ProvenEntry{
			hex.EncodeToString(op.Key), hex.EncodeToString(store.CommitId.Hash), hex.EncodeToString(op.Data),
		})
	}
	return out
}
