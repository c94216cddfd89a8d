// Package seeded derives tree operations from a seed, the same ones as
// test/vectors/seededOps.ts: what is drawn, and in which order, must not differ.
package seeded

import (
	"crypto/sha256"
	"encoding/binary"
)

// Rng is xorshift32; the seed must not be 0.
type Rng struct{ state uint32 }

// NewRng starts a sequence.
func NewRng(seed uint32) *Rng { return &Rng{seed} }

// Next gives 32 bits.
func (r *Rng) Next() uint32 {
	r.state ^= r.state << 13
	r.state ^= r.state >> 17
	r.state ^= r.state << 5
	return r.state
}

// Below gives an integer in [0, bound).
func (r *Rng) Below(bound uint32) uint32 { return r.Next() % bound }

// Bytes gives that many bytes, one for each draw.
func (r *Rng) Bytes(length uint32) []byte {
	bytes := make([]byte, length)
	for i := range bytes {
		bytes[i] = byte(r.Next())
	}
	return bytes
}

// Key is the n-th key: the first 4 to 32 bytes of sha256 of n as 4 bytes big-endian.
func Key(n uint32) []byte {
	hash := sha256.Sum256(binary.BigEndian.AppendUint32(nil, n))
	return hash[:4+n%29]
}

// Op is one operation; a nil value removes the key.
type Op struct{ Key, Value []byte }

// Op draws an operation on one of the first `keys` keys or on a key of up to three bytes.
func (r *Rng) Op(keys uint32) Op {
	kind := r.Below(100)
	switch {
	case kind < 55:
		return Op{Key(r.Below(keys)), r.Bytes(1 + r.Below(40))}
	case kind < 85:
		return Op{Key(r.Below(keys)), nil}
	case kind < 90:
		return Op{append(Key(r.Below(keys)), 0xff), nil}
	case kind < 97:
		return Op{r.Bytes(1 + r.Below(3)), []byte{1}}
	default:
		return Op{Key(r.Below(keys)), r.Bytes(4000 + r.Below(8000))}
	}
}

// Count draws how many operations a version has: none for every 17th version.
func (r *Rng) Count(version int64) uint32 {
	if version%17 == 0 {
		return 0
	}
	return 40 + r.Below(160)
}
