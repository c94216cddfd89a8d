package main

import (
	"encoding/hex"
	"fmt"

	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	kmultisig "github.com/cosmos/cosmos-sdk/crypto/keys/multisig"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/bech32"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/go-bip39"
)

// Account is a key derived from a mnemonic, with its addresses.
type Account struct {
	Mnemonic   string `json:"mnemonic"`
	Passphrase string `json:"passphrase"`
	Index      uint32 `json:"index"`
	PrivateKey string `json:"privateKey"`
	PublicKey  string `json:"publicKey"`
	Address    string `json:"address"`
	Bytes      string `json:"bytes"`
	Operator   string `json:"operator"`
}

// ConsensusKey is an ed25519 key of a validator, with its address.
type ConsensusKey struct {
	Seed      string `json:"seed"`
	PublicKey string `json:"publicKey"`
	Bytes     string `json:"bytes"`
	Address   string `json:"address"`
	Message   string `json:"message"`
	Signature string `json:"signature"`
}

// ModuleAccount is the address of a module's account.
type ModuleAccount struct {
	Name    string `json:"name"`
	Address string `json:"address"`
}

// Multisig is a LegacyAminoPubKey with its address.
type Multisig struct {
	Threshold  int      `json:"threshold"`
	PublicKeys []string `json:"publicKeys"`
	Amino      string   `json:"amino"`
	Proto      string   `json:"proto"`
	Address    string   `json:"address"`
}

// Bech32Case is a string and what the SDK makes of it as an account address.
type Bech32Case struct {
	Name  string `json:"name"`
	Text  string `json:"text"`
	Bytes string `json:"bytes,omitempty"`
	Error string `json:"error,omitempty"`
}

// mnemonics hold entropy that is the sha-like pattern 00, 01, 02, …; never use them for coins.
func mnemonics() []string {
	var out []string
	for _, size := range []int{16, 24, 32} {
		entropy := make([]byte, size)
		for i := range entropy {
			entropy[i] = byte(i*7 + size)
		}
		out = append(out, get(bip39.NewMnemonic(entropy)))
	}
	return out
}

func derive(mnemonic, passphrase string, index uint32) *secp256k1.PrivKey {
	path := hd.CreateHDPath(118, 0, index).String()
	secret := get(hd.Secp256k1.Derive()(mnemonic, passphrase, path))
	return hd.Secp256k1.Generate()(secret).(*secp256k1.PrivKey)
}

func accounts() []Account {
	var out []Account
	for i, mnemonic := range mnemonics() {
		for _, index := range []uint32{0, 1, 7, 2147483647} {
			passphrase := ""
			if i == 1 {
				passphrase = "correct horse"
			}
			key := derive(mnemonic, passphrase, index)
			address := sdk.AccAddress(key.PubKey().Address())
			out = append(out, Account{
				Mnemonic: mnemonic, Passphrase: passphrase, Index: index,
				PrivateKey: hex.EncodeToString(key.Bytes()),
				PublicKey:  hex.EncodeToString(key.PubKey().Bytes()),
				Address:    address.String(),
				Bytes:      hex.EncodeToString(address),
				Operator:   sdk.ValAddress(address).String(),
			})
		}
	}
	return out
}

func consensusKeys() []ConsensusKey {
	var out []ConsensusKey
	for i := 0; i < 4; i++ {
		key := ed25519.GenPrivKeyFromSecret([]byte(fmt.Sprintf("validator %d", i)))
		message := []byte(fmt.Sprintf("message %d", i))
		out = append(out, ConsensusKey{
			Seed:      hex.EncodeToString(key.Key[:32]),
			PublicKey: hex.EncodeToString(key.PubKey().Bytes()),
			Bytes:     hex.EncodeToString(key.PubKey().Address()),
			Address:   sdk.ConsAddress(key.PubKey().Address()).String(),
			Message:   hex.EncodeToString(message),
			Signature: hex.EncodeToString(get(key.Sign(message))),
		})
	}
	return out
}

func modules() []ModuleAccount {
	names := []string{
		"fee_collector", "bonded_tokens_pool", "not_bonded_tokens_pool", "distribution", "mint",
		"gov", "transfer", "inference", "kernel", "reward", "staking",
	}
	var out []ModuleAccount
	for _, name := range names {
		out = append(out, ModuleAccount{name, authtypes.NewModuleAddress(name).String()})
	}
	return out
}

func multisigKey(threshold, count int) *kmultisig.LegacyAminoPubKey {
	var keys []cryptotypes.PubKey
	for i := 0; i < count; i++ {
		keys = append(keys, derive(mnemonics()[0], "", uint32(i)).PubKey())
	}
	return kmultisig.NewLegacyAminoPubKey(threshold, keys)
}

func multisigs() []Multisig {
	var out []Multisig
	for _, shape := range [][2]int{{1, 1}, {2, 3}, {3, 3}, {5, 7}} {
		key := multisigKey(shape[0], shape[1])
		var parts []string
		for _, part := range key.GetPubKeys() {
			parts = append(parts, hex.EncodeToString(part.Bytes()))
		}
		out = append(out, Multisig{
			Threshold: shape[0], PublicKeys: parts,
			Amino:   hex.EncodeToString(key.Bytes()),
			Proto:   hex.EncodeToString(get(key.Marshal())),
			Address: sdk.AccAddress(key.Address()).String(),
		})
	}
	return out
}

func bech32Cases() []Bech32Case {
	bytes20 := make([]byte, 20)
	for i := range bytes20 {
		bytes20[i] = byte(i * 13)
	}
	good := sdk.AccAddress(bytes20).String()
	texts := [][2]string{
		{"good", good},
		{"upper case", upper(good)},
		{"mixed case", "N" + good[1:]},
		{"wrong checksum", good[:len(good)-1] + other(good[len(good)-1])},
		{"one character replaced", good[:10] + other(good[10]) + good[11:]},
		{"cut off", good[:len(good)-3]},
		{"no separator", "nesaqqqqqqqq"},
		{"no prefix", "1qqqqqqqqqq"},
		{"a character out of the alphabet", good[:12] + "b" + good[13:]},
		{"a space", good[:12] + " " + good[13:]},
		{"other prefix", get(bech32.ConvertAndEncode("cosmos", bytes20))},
		{"operator prefix", get(bech32.ConvertAndEncode("nesavaloper", bytes20))},
		{"empty", ""},
		{"too short", "nesa1qq"},
		{"no data", get(bech32.ConvertAndEncode("nesa", nil))},
		{"long", get(bech32.ConvertAndEncode("nesa", make([]byte, 60)))},
	}
	var out []Bech32Case
	for _, text := range texts {
		bytes, err := sdk.GetFromBech32(text[1], "nesa")
		item := Bech32Case{Name: text[0], Text: text[1]}
		if err != nil {
			item.Error = err.Error()
		} else {
			item.Bytes = hex.EncodeToString(bytes)
		}
		out = append(out, item)
	}
	return out
}

func upper(text string) string {
	out := []byte(text)
	for i, char := range out {
		if char >= 'a' && char <= 'z' {
			out[i] = char - 32
		}
	}
	return string(out)
}

func other(char byte) string {
	if char == 'q' {
		return "p"
	}
	return "q"
}
