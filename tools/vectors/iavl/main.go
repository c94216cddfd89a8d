// Program iavl writes test/vectors/iavl.jsonl: what github.com/cosmos/iavl makes of the operations
// that package seeded derives from a seed. One line for each version.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"log"
	"os"
	"path/filepath"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/iavl"
	idb "github.com/cosmos/iavl/db"
	ics23 "github.com/cosmos/ics23/go"

	"aivm/tools/vectors/seeded"
)

const (
	seed     = 20240229
	keys     = 3000
	versions = 200
)

type header struct {
	Source     string `json:"source"`
	Seed       uint32 `json:"seed"`
	Keys       uint32 `json:"keys"`
	Versions   int64  `json:"versions"`
	Operations int    `json:"operations"`
}

// version is a line: the root in hex, and CommitmentProofs in base64 for two keys that are there
// and two that are not, as the operations' generator goes on to draw them.
type version struct {
	Version int64    `json:"version"`
	Root    string   `json:"root"`
	Size    int64    `json:"size"`
	Exist   [][]byte `json:"exist"`
	Absent  [][]byte `json:"absent"`
}

func main() {
	log.SetFlags(0)
	tree := iavl.NewMutableTree(idb.NewWrapper(dbm.NewMemDB()), 10_000, true, iavl.NewNopLogger())
	rng := seeded.NewRng(seed)
	operations := 0
	var lines []version
	for v := int64(1); v <= versions; v++ {
		count := rng.Count(v)
		for i := uint32(0); i < count; i++ {
			apply(tree, rng.Op(keys))
		}
		operations += int(count)
		root, saved, err := tree.SaveVersion()
		check(err)
		if saved != v {
			log.Fatalf("version %d was saved as %d", v, saved)
		}
		lines = append(lines, describe(tree, rng, root, v))
	}
	write(header{"github.com/cosmos/iavl v1.2.6", seed, keys, versions, operations}, lines)
}

func apply(tree *iavl.MutableTree, op seeded.Op) {
	if op.Value == nil {
		_, _, err := tree.Remove(op.Key)
		check(err)
		return
	}
	_, err := tree.Set(op.Key, op.Value)
	check(err)
}

func describe(tree *iavl.MutableTree, rng *seeded.Rng, root []byte, v int64) version {
	line := version{Version: v, Root: hex.EncodeToString(root), Size: tree.Size()}
	for i := 0; i < 2; i++ {
		key := keyAt(tree, rng)
		proof, err := tree.GetMembershipProof(key)
		check(err)
		line.Exist = append(line.Exist, verified(proof, root, key))
	}
	for _, key := range [][]byte{absentKey(tree, keyAt(tree, rng)), edgeKey(tree, v)} {
		proof, err := tree.GetNonMembershipProof(key)
		check(err)
		line.Absent = append(line.Absent, verified(proof, root, key))
	}
	return line
}

func keyAt(tree *iavl.MutableTree, rng *seeded.Rng) []byte {
	key, _, err := tree.GetByIndex(int64(rng.Below(uint32(tree.Size()))))
	check(err)
	return key
}

// absentKey is the key with as many zero bytes behind it as it takes.
func absentKey(tree *iavl.MutableTree, key []byte) []byte {
	absent := append([]byte(nil), key...)
	for {
		absent = append(absent, 0)
		found, err := tree.Has(absent)
		check(err)
		if !found {
			return absent
		}
	}
}

// edgeKey is after all keys of an even version, and before all keys of an odd one unless the first
// key is a single byte.
func edgeKey(tree *iavl.MutableTree, v int64) []byte {
	if v%2 == 0 {
		return []byte{0xff, 0xff, 0xff, 0xff, 0xff}
	}
	first, _, err := tree.GetByIndex(0)
	check(err)
	if len(first) > 1 {
		return first[:len(first)-1]
	}
	return absentKey(tree, first)
}

func verified(proof *ics23.CommitmentProof, root, key []byte) []byte {
	ok := false
	if exist := proof.GetExist(); exist != nil {
		ok = ics23.VerifyMembership(ics23.IavlSpec, root, proof, key, exist.Value)
	} else {
		ok = ics23.VerifyNonMembership(ics23.IavlSpec, root, proof, key)
	}
	if !ok {
		log.Fatalf("the proof of %x does not verify", key)
	}
	bytes, err := proof.Marshal()
	check(err)
	return bytes
}

func write(head header, lines []version) {
	if len(os.Args) != 2 {
		log.Fatal("usage: go run ./iavl <folder>")
	}
	file, err := os.Create(filepath.Join(os.Args[1], "iavl.jsonl"))
	check(err)
	out := bufio.NewWriter(file)
	encoder := json.NewEncoder(out)
	check(encoder.Encode(head))
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
