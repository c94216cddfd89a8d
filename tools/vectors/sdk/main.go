// Program sdk writes test vectors made with the Cosmos SDK and CometBFT, for the TypeScript tests
// of core/primitives, core/codec, core/crypto and core/comet. README.md says how to run it.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Vectors is the file test/vectors/sdk.json.
type Vectors struct {
	Source     string          `json:"source"`
	Accounts   []Account       `json:"accounts"`
	Consensus  []ConsensusKey  `json:"consensus"`
	Modules    []ModuleAccount `json:"modules"`
	Multisigs  []Multisig      `json:"multisigs"`
	Bech32     []Bech32Case    `json:"bech32"`
	Txs        []Tx            `json:"txs"`
	MultisigTx MultisigTx      `json:"multisigTx"`
	Decs       []DecCase       `json:"decs"`
	DecTexts   []DecText       `json:"decTexts"`
	DecParses  []DecParse      `json:"decParses"`
	Coins      []CoinsText     `json:"coins"`
	CoinParses []CoinParse     `json:"coinParses"`
	Denoms     map[string]bool `json:"denoms"`
	Errors     []SdkError      `json:"errors"`
}

func main() {
	config := sdk.GetConfig()
	config.SetBech32PrefixForAccount("nesa", "nesapub")
	config.SetBech32PrefixForValidator("nesavaloper", "nesavaloperpub")
	config.SetBech32PrefixForConsensusNode("nesavalcons", "nesavalconspub")
	config.Seal()

	vectors := Vectors{
		Source:     "cosmos-sdk v0.50.14, tools/vectors/sdk",
		Accounts:   accounts(),
		Consensus:  consensusKeys(),
		Modules:    modules(),
		Multisigs:  multisigs(),
		Bech32:     bech32Cases(),
		Txs:        txs(),
		MultisigTx: multisigTx(),
		Decs:       decs(),
		DecTexts:   decTexts(),
		DecParses:  decParses(),
		Coins:      coins(),
		CoinParses: coinParses(),
		Denoms:     denoms(),
		Errors:     sdkErrors(),
	}
	if len(os.Args) != 2 {
		must(errors.New("usage: go run . <folder>"))
	}
	write("sdk.json", vectors)
	write("comet.json", comet())
	write("ics23.json", proofs())
	write("sends.json", sends())
	write("amino.json", AminoVectors{
		Source:    "cosmos-sdk v0.50.14, x/tx v0.13.7, tools/vectors/sdk",
		ChainID:   chainID,
		Docs:      aminoDocs(),
		Messages:  ownMessages(ownFiles("../../../core/codec/generated/descriptors.ts")),
		Keys:      aminoKeys(),
		Multisigs: multisigTrials(),
	})
}

func write(name string, vectors any) {
	file := get(os.Create(filepath.Join(os.Args[1], name)))
	encoder := json.NewEncoder(file)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	must(encoder.Encode(vectors))
	must(file.Close())
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func get[T any](value T, err error) T {
	must(err)
	return value
}
