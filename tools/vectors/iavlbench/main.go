// Program iavlbench measures github.com/cosmos/iavl as bench/measure/iavl.ts measures our store: versions
// of random updates to an existing tree, and existence proofs. It prints one line of JSON.
package main

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"flag"
	"log"
	"os"
	"sort"
	"syscall"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/iavl"
	idb "github.com/cosmos/iavl/db"

	"aivm/tools/vectors/seeded"
)

// result is in milliseconds per version and microseconds per proof.
type result struct {
	Wall  []float64 `json:"wall"`
	CPU   []float64 `json:"cpu"`
	Proof float64   `json:"proof"`
}

func main() {
	log.SetFlags(0)
	keys := flag.Uint("keys", 100_000, "existing random 32-byte keys")
	updates := flag.Int("updates", 2_000, "random updates per version")
	versions := flag.Int("versions", 60, "versions to measure")
	fast := flag.Bool("fast", true, "keep the fast-node index, as the Cosmos SDK does by default")
	flag.Parse()

	dir, err := os.MkdirTemp("", "iavlbench")
	check(err)
	defer os.RemoveAll(dir)
	raw, err := dbm.NewDB("bench", dbm.GoLevelDBBackend, dir)
	check(err)
	tree := iavl.NewMutableTree(idb.NewWrapper(raw), 500_000, !*fast, iavl.NewNopLogger())
	rng := seeded.NewRng(1)
	for i := uint32(0); i < uint32(*keys); i++ {
		_, err := tree.Set(key(i), rng.Bytes(100))
		check(err)
	}
	_, _, err = tree.SaveVersion()
	check(err)

	var measured result
	for v := 0; v < *versions; v++ {
		wall, cpu := measure(tree, draw(rng, uint32(*keys), *updates))
		measured.Wall = append(measured.Wall, wall)
		measured.CPU = append(measured.CPU, cpu)
	}
	measured.Proof = proofTime(tree, rng, uint32(*keys))
	check(raw.Close())
	check(json.NewEncoder(os.Stdout).Encode(measured))
}

type update struct{ key, value []byte }

func draw(rng *seeded.Rng, keys uint32, count int) []update {
	updates := make([]update, count)
	for i := range updates {
		updates[i] = update{key(rng.Below(keys)), rng.Bytes(100)}
	}
	return updates
}

func measure(tree *iavl.MutableTree, updates []update) (wall, cpu float64) {
	start, used := time.Now(), cpuTime()
	for _, u := range updates {
		_, err := tree.Set(u.key, u.value)
		check(err)
	}
	_, _, err := tree.SaveVersion()
	check(err)
	return ms(time.Since(start)), ms(cpuTime() - used)
}

func proofTime(tree *iavl.MutableTree, rng *seeded.Rng, keys uint32) float64 {
	times := make([]float64, 10_000)
	for i := range times {
		k := key(rng.Below(keys))
		start := time.Now()
		proof, err := tree.GetMembershipProof(k)
		check(err)
		_, err = proof.Marshal()
		check(err)
		times[i] = ms(time.Since(start)) * 1000
	}
	sort.Float64s(times)
	return times[len(times)/2]
}

func key(i uint32) []byte {
	hash := sha256.Sum256(binary.BigEndian.AppendUint32(nil, i))
	return hash[:]
}

// cpuTime is what all threads of the process used, the garbage collector's included.
func cpuTime() time.Duration {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func ms(d time.Duration) float64 { return d.Seconds() * 1e3 }

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
