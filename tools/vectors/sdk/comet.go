package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/crypto/merkle"
	"github.com/cometbft/cometbft/crypto/secp256k1"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"
)

// CometVectors is the file test/vectors/comet.json; bytes are hex, times are nanoseconds.
type CometVectors struct {
	Source       string        `json:"source"`
	Zip215       Zip215        `json:"zip215"`
	Merkle       []Merkle      `json:"merkle"`
	Headers      []Hashed      `json:"headers"`
	Validators   []Hashed      `json:"validatorSets"`
	Params       []ParamsHash  `json:"consensusParams"`
	Data         []DataHash    `json:"data"`
	Results      []ResultsHash `json:"results"`
	Votes        []VoteBytes   `json:"votes"`
	Addresses    []KeyAddress  `json:"addresses"`
	LightBlocks  []string      `json:"lightBlocks"`
	Verification []LightCase   `json:"verification"`
}

// Zip215 holds verdicts on signatures (R, S) of one message under keys A, where R and A are
// encodings of points of small order: for each S the verdicts in order of A and then R.
type Zip215 struct {
	Message   string            `json:"message"`
	Encodings []string          `json:"encodings"`
	Verdicts  map[string]string `json:"verdicts"`
}

// Merkle is a tree over leaves, with the path of each leaf.
type Merkle struct {
	Leaves []string   `json:"leaves"`
	Root   string     `json:"root"`
	Paths  [][]string `json:"paths"`
}

// Hashed is a protobuf message and its hash.
type Hashed struct {
	Name  string `json:"name"`
	Proto string `json:"proto"`
	Hash  string `json:"hash"`
}

// ParamsHash is the hash of consensus parameters.
type ParamsHash struct {
	MaxBytes int64  `json:"maxBytes,string"`
	MaxGas   int64  `json:"maxGas,string"`
	Hash     string `json:"hash"`
}

// DataHash is the data hash of a block's transactions.
type DataHash struct {
	Txs      []string `json:"txs"`
	TxHashes []string `json:"txHashes"`
	Hash     string   `json:"hash"`
}

// ResultsHash is the last-results hash of results, given as protobuf with every field set.
type ResultsHash struct {
	Results []string `json:"results"`
	Hash    string   `json:"hash"`
}

// VoteBytes are the sign bytes of a vote, given as protobuf.
type VoteBytes struct {
	ChainID       string `json:"chainId"`
	Vote          string `json:"vote"`
	SignBytes     string `json:"signBytes"`
	ExtensionSign string `json:"extensionSignBytes"`
}

// KeyAddress is a validator's key, as protobuf tendermint.crypto.PublicKey, and its address.
type KeyAddress struct {
	PublicKey string `json:"publicKey"`
	Address   string `json:"address"`
}

func comet() CometVectors {
	blocks := lightBlocks()
	return CometVectors{
		Source:       "cometbft v0.38.25, tools/vectors/sdk",
		Zip215:       zip215(),
		Merkle:       merkles(),
		Headers:      headers(),
		Validators:   validatorSets(),
		Params:       consensusParams(),
		Data:         dataHashes(),
		Results:      resultsHashes(),
		Votes:        votes(),
		Addresses:    keyAddresses(),
		LightBlocks:  encodeBlocks(blocks),
		Verification: lightCases(blocks),
	}
}

func zip215() Zip215 {
	high := strings.Repeat("ff", 30)
	encodings := []string{
		strings.Repeat("00", 32), strings.Repeat("00", 31) + "80",
		"01" + strings.Repeat("00", 31), "01" + strings.Repeat("00", 30) + "80",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		"ec" + high + "7f", "ec" + high + "ff", "ed" + high + "7f", "ed" + high + "ff",
		"ee" + high + "7f", "ee" + high + "ff",
	}
	message := []byte("Zcash")
	scalars := []string{
		strings.Repeat("00", 32), "01" + strings.Repeat("00", 31),
		"edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
	}
	out := Zip215{hex.EncodeToString(message), encodings, map[string]string{}}
	for _, scalar := range scalars {
		verdicts := ""
		for _, a := range encodings {
			for _, r := range encodings {
				valid := ed25519.PubKey(unhex(a)).VerifySignature(message, unhex(r+scalar))
				verdicts += map[bool]string{true: "1", false: "0"}[valid]
			}
		}
		out.Verdicts[scalar] = verdicts
	}
	return out
}

func unhex(text string) []byte { return get(hex.DecodeString(text)) }

func hash(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

func merkles() []Merkle {
	var out []Merkle
	for _, count := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 14, 33} {
		var leaves [][]byte
		item := Merkle{Leaves: []string{}, Paths: [][]string{}}
		for i := 0; i < count; i++ {
			leaves = append(leaves, []byte(strings.Repeat(fmt.Sprintf("leaf %d;", i), i%4)))
			item.Leaves = append(item.Leaves, hex.EncodeToString(leaves[i]))
		}
		root, proofs := merkle.ProofsFromByteSlices(leaves)
		item.Root = hex.EncodeToString(root)
		for _, proof := range proofs {
			path := []string{}
			for _, aunt := range proof.Aunts {
				path = append(path, hex.EncodeToString(aunt))
			}
			item.Paths = append(item.Paths, path)
		}
		out = append(out, item)
	}
	return out
}

func headers() []Hashed {
	full := types.Header{
		Version: version.Consensus{Block: 1, App: 2}, ChainID: "chainId", Height: 3,
		Time:           time.Date(2019, 10, 13, 16, 14, 44, 0, time.UTC),
		LastBlockID:    types.BlockID{Hash: make([]byte, 32), PartSetHeader: types.PartSetHeader{Total: 6, Hash: make([]byte, 32)}},
		LastCommitHash: hash("last_commit_hash"), DataHash: hash("data_hash"),
		ValidatorsHash: hash("validators_hash"), NextValidatorsHash: hash("next_validators_hash"),
		ConsensusHash: hash("consensus_hash"), AppHash: hash("app_hash"),
		LastResultsHash: hash("last_results_hash"), EvidenceHash: hash("evidence_hash"),
		ProposerAddress: crypto.AddressHash([]byte("proposer_address")),
	}
	first := full
	first.Version.App, first.Height, first.LastBlockID, first.Time = 0, 1, types.BlockID{}, time.Unix(0, 0).UTC()
	first.LastCommitHash, first.LastResultsHash, first.AppHash = nil, nil, []byte{}
	nanos := full
	nanos.Time, nanos.Height = time.Unix(1700000000, 123456789).UTC(), 1<<62
	early := full
	early.Time = time.Date(1969, 12, 31, 23, 59, 59, 999999999, time.UTC)
	none := full
	none.ValidatorsHash = nil
	var out []Hashed
	for name, header := range map[string]types.Header{"a full": full, "b first": first, "c nanos": nanos, "d before 1970": early, "e without validators hash": none} {
		out = append(out, Hashed{name, hex.EncodeToString(get(header.ToProto().Marshal())), hex.EncodeToString(header.Hash())})
	}
	sortHashed(out)
	return out
}

func sortHashed(list []Hashed) {
	for i := range list {
		for j := i; j > 0 && list[j].Name < list[j-1].Name; j-- {
			list[j], list[j-1] = list[j-1], list[j]
		}
	}
}

func privateKey(name string) ed25519.PrivKey { return ed25519.GenPrivKeyFromSecret([]byte(name)) }

func validatorSets() []Hashed {
	var out []Hashed
	for _, count := range []int{1, 2, 5, 16} {
		var list []*types.Validator
		for i := 0; i < count; i++ {
			var key crypto.PubKey = privateKey(fmt.Sprintf("validator %d", i)).PubKey()
			if i == 3 {
				key = secp256k1.GenPrivKeySecp256k1([]byte("secp")).PubKey()
			}
			list = append(list, types.NewValidator(key, int64(1+(i*i)%5)))
		}
		set := types.NewValidatorSet(list)
		proto := get(set.ToProto())
		out = append(out, Hashed{fmt.Sprintf("%d validators", count), hex.EncodeToString(get(proto.Marshal())), hex.EncodeToString(set.Hash())})
	}
	return out
}

func consensusParams() []ParamsHash {
	var out []ParamsHash
	for _, pair := range [][2]int64{{22020096, -1}, {200000, 10000000}, {-1, -1}, {1, 0}} {
		params := types.DefaultConsensusParams()
		params.Block.MaxBytes, params.Block.MaxGas = pair[0], pair[1]
		out = append(out, ParamsHash{pair[0], pair[1], hex.EncodeToString(params.Hash())})
	}
	return out
}

func dataHashes() []DataHash {
	var out []DataHash
	for _, count := range []int{0, 1, 2, 7} {
		item := DataHash{Txs: []string{}, TxHashes: []string{}}
		var txs types.Txs
		for i := 0; i < count; i++ {
			tx := types.Tx(strings.Repeat("x", i))
			txs = append(txs, tx)
			item.Txs = append(item.Txs, hex.EncodeToString(tx))
			item.TxHashes = append(item.TxHashes, hex.EncodeToString(tx.Hash()))
		}
		item.Hash = hex.EncodeToString(txs.Hash())
		out = append(out, item)
	}
	return out
}

func resultsHashes() []ResultsHash {
	results := []*abci.ExecTxResult{
		{},
		{Code: 5, Data: []byte("data"), Log: "log", Info: "info", GasWanted: 7, GasUsed: 3, Codespace: "sdk",
			Events: []abci.Event{{Type: "message"}}},
		{GasWanted: -1, GasUsed: 1 << 62},
	}
	var out []ResultsHash
	for count := range append(results, nil) {
		item := ResultsHash{Results: []string{}}
		for _, result := range results[:count] {
			item.Results = append(item.Results, hex.EncodeToString(get(result.Marshal())))
		}
		item.Hash = hex.EncodeToString(types.NewResults(results[:count]).Hash())
		out = append(out, item)
	}
	return out
}

func votes() []VoteBytes {
	id := types.BlockID{Hash: hash("b"), PartSetHeader: types.PartSetHeader{Total: 1, Hash: hash("p")}}
	list := []cmtproto.Vote{
		{Type: cmtproto.PrecommitType, Height: 5, BlockID: id.ToProto(), Timestamp: time.Unix(1700000000, 500000000).UTC(), Extension: []byte("ext")},
		{Type: cmtproto.PrecommitType, Height: 5, Round: 3, BlockID: id.ToProto(), Timestamp: time.Unix(0, 0).UTC()},
		{Type: cmtproto.PrecommitType, Height: 1 << 40, Round: 1 << 30, Timestamp: time.Unix(1, 1).UTC(), Extension: []byte(strings.Repeat("long", 100))},
		{Type: cmtproto.PrecommitType, Height: 1, BlockID: id.ToProto()},
	}
	var out []VoteBytes
	for i, vote := range list {
		chain := []string{"test-1", "aivm-local-1", "", "nesa"}[i]
		out = append(out, VoteBytes{chain, hex.EncodeToString(get(vote.Marshal())),
			hex.EncodeToString(types.VoteSignBytes(chain, &vote)), hex.EncodeToString(types.VoteExtensionSignBytes(chain, &vote))})
	}
	return out
}
