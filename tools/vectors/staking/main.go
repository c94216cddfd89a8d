// Command staking writes what the Cosmos SDK's staking types make of seeded operations on one
// validator: shares issued and taken back, and slashes, with the stake after each.
package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand"
	"os"
	"path/filepath"

	"cosmossdk.io/math"
	"github.com/cosmos/cosmos-sdk/x/staking/types"
)

const seed = 20261121

type step struct {
	Op string `json:"op"`
	// Tokens added, asked back or slashed.
	Amount string `json:"amount"`
	// Power and fraction of a slash.
	Power    string `json:"power,omitempty"`
	Fraction string `json:"fraction,omitempty"`
	// Shares issued or removed.
	Shares string `json:"shares,omitempty"`
	// Tokens paid out or burnt.
	Paid string `json:"paid,omitempty"`
	// Stake after the operation, and what all shares of the first delegator are worth.
	Tokens          string `json:"tokens"`
	DelegatorShares string `json:"delegatorShares"`
	Worth           string `json:"worth"`
}

type sequence struct {
	Steps []step `json:"steps"`
}

// digits of a decimal as it is on the wire.
func digits(d math.LegacyDec) string { return d.BigInt().String() }

func amount(rng *rand.Rand) math.Int {
	bits := 1 + rng.Intn(60)
	return math.NewIntFromBigInt(new(big.Int).Add(new(big.Int).Rand(rng, new(big.Int).Lsh(big.NewInt(1), uint(bits))), big.NewInt(1)))
}

func run(rng *rand.Rand, length int) sequence {
	v := types.Validator{Status: types.Bonded, Tokens: math.ZeroInt(), DelegatorShares: math.LegacyZeroDec()}
	first := math.LegacyZeroDec()
	var steps []step
	record := func(s step) {
		s.Tokens, s.DelegatorShares = v.Tokens.String(), digits(v.DelegatorShares)
		if v.DelegatorShares.IsPositive() {
			s.Worth = digits(v.TokensFromShares(first))
		}
		steps = append(steps, s)
	}
	for len(steps) < length {
		switch choice := rng.Intn(10); {
		case choice < 4 || v.Tokens.IsZero():
			if v.InvalidExRate() {
				return sequence{steps}
			}
			added := amount(rng)
			var issued math.LegacyDec
			v, issued = v.AddTokensFromDel(added)
			if first.IsZero() {
				first = issued
			}
			record(step{Op: "add", Amount: added.String(), Shares: digits(issued)})
		case choice < 8:
			asked := math.MinInt(amount(rng), v.Tokens)
			shares, err := v.SharesFromTokens(asked)
			if err != nil {
				panic(err)
			}
			// The first delegation stays whole, so that its worth can be followed.
			if v.DelegatorShares.Sub(shares).LT(first) || shares.IsZero() {
				continue
			}
			var paid math.Int
			v, paid = v.RemoveDelShares(shares)
			record(step{Op: "remove", Amount: asked.String(), Shares: digits(shares), Paid: paid.String()})
		default:
			power := v.Tokens.Quo(math.NewInt(1_000_000))
			fraction := math.LegacyNewDecWithPrec(rng.Int63n(500_000_000_000_000_000), 18)
			wanted := math.LegacyNewDecFromInt(power.MulRaw(1_000_000)).Mul(fraction).TruncateInt()
			burnt := math.MinInt(wanted, v.Tokens)
			v = v.RemoveTokens(burnt)
			record(step{Op: "slash", Power: power.String(), Fraction: digits(fraction), Amount: wanted.String(), Paid: burnt.String()})
		}
	}
	return sequence{steps}
}

func main() {
	rng := rand.New(rand.NewSource(seed))
	var sequences []sequence
	for len(sequences) < 8 {
		sequences = append(sequences, run(rng, 30))
	}
	text, err := json.MarshalIndent(map[string]any{"source": "cosmos-sdk v0.50.14, tools/vectors/staking", "sequences": sequences}, "", " ")
	if err != nil {
		panic(err)
	}
	path := filepath.Join(os.Args[1], "staking.json")
	if err := os.WriteFile(path, append(text, '\n'), 0o644); err != nil {
		panic(err)
	}
	fmt.Println("wrote", path)
}
