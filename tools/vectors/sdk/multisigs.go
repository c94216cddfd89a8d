package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"cosmossdk.io/core/address"
	errorsmod "cosmossdk.io/errors"
	"cosmossdk.io/log"
	"cosmossdk.io/store"
	storemetrics "cosmossdk.io/store/metrics"
	storetypes "cosmossdk.io/store/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	codecaddress "github.com/cosmos/cosmos-sdk/codec/address"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	kmultisig "github.com/cosmos/cosmos-sdk/crypto/keys/multisig"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"google.golang.org/protobuf/reflect/protoreflect"
)

type descriptor = protoreflect.MessageDescriptor

func nameOf(name string) protoreflect.FullName { return protoreflect.FullName(name) }

// AminoKey is a public key as an Any, with its amino bytes, its amino JSON and its address.
type AminoKey struct {
	Name    string `json:"name"`
	TypeURL string `json:"typeUrl"`
	Proto   string `json:"proto"`
	Amino   string `json:"amino"`
	Address string `json:"address"`
}

// MultisigTrial is a transaction of a multisig and what the SDK's decorators for signatures say.
type MultisigTrial struct {
	Name          string `json:"name"`
	Address       string `json:"address"`
	AccountNumber uint64 `json:"accountNumber,string"`
	Sequence      uint64 `json:"sequence,string"`
	TxBytes       string `json:"txBytes"`
	Codespace     string `json:"codespace,omitempty"`
	Code          uint32 `json:"code"`
	Log           string `json:"log,omitempty"`
	// Panics where the SDK does not return an error; its runner makes one of it.
	Panics bool `json:"panics,omitempty"`
	// GasUsed by verification, without the size of the transaction.
	GasUsed uint64 `json:"gasUsed,string"`
}

const trialAccount, trialSequence = 11, 5

func part(index uint32) cryptotypes.PrivKey { return derive(mnemonics()[0], "", index) }

func multisigOf(threshold int, keys ...cryptotypes.PubKey) *kmultisig.LegacyAminoPubKey {
	return kmultisig.NewLegacyAminoPubKey(threshold, keys)
}

func publicKeys(indexes ...uint32) []cryptotypes.PubKey {
	var out []cryptotypes.PubKey
	for _, index := range indexes {
		out = append(out, part(index).PubKey())
	}
	return out
}

func nestedKey() *kmultisig.LegacyAminoPubKey {
	return multisigOf(2, part(0).PubKey(), multisigOf(1, publicKeys(1, 2)...))
}

func edKey() cryptotypes.PubKey { return ed25519.GenPrivKeyFromSecret([]byte("validator 0")).PubKey() }

func aminoKeys() []AminoKey {
	keys := []struct {
		name string
		key  cryptotypes.PubKey
	}{
		{"secp256k1", part(0).PubKey()},
		{"1 of 1", multisigOf(1, publicKeys(0)...)},
		{"2 of 3", multisigOf(2, publicKeys(0, 1, 2)...)},
		{"2 of 3 in another order", multisigOf(2, publicKeys(2, 1, 0)...)},
		{"5 of 7", multisigOf(5, publicKeys(0, 1, 2, 3, 4, 5, 6)...)},
		{"2 of 2 the same key", multisigOf(2, publicKeys(0, 0)...)},
		{"a multisig in a multisig", nestedKey()},
		{"an ed25519 key in a multisig", multisigOf(1, edKey(), part(0).PubKey())},
		{"100 of 130", multisigOf(100, publicKeys(make([]uint32, 130)...)...)},
		{"129 of 130", multisigOf(129, publicKeys(make([]uint32, 130)...)...)},
	}
	var out []AminoKey
	for _, item := range keys {
		packed := get(codectypes.NewAnyWithValue(item.key))
		out = append(out, AminoKey{
			Name: item.name, TypeURL: packed.TypeUrl, Proto: hex.EncodeToString(packed.Value),
			Amino:   hex.EncodeToString(kmultisig.AminoCdc.MustMarshal(item.key)),
			Address: sdk.AccAddress(item.key.Address()).String(),
		})
	}
	return out
}

// trial says how a transaction of a multisig is signed; the rest is as it should be.
type trial struct {
	name string
	key  cryptotypes.PubKey
	// mode info and signature, given what is signed in a mode.
	build func(signed func(signing.SignMode) []byte) (*tx.ModeInfo, []byte)
	// direct signatures are over the mode info, so it has to be known before.
	info     *tx.ModeInfo
	sequence uint64
}

const aminoMode = signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON

func single(mode signing.SignMode) *tx.ModeInfo {
	return &tx.ModeInfo{Sum: &tx.ModeInfo_Single_{Single: &tx.ModeInfo_Single{Mode: mode}}}
}

func multi(size int, bits []int, infos ...*tx.ModeInfo) *tx.ModeInfo {
	array := cryptotypes.NewCompactBitArray(size)
	for _, bit := range bits {
		array.SetIndex(bit, true)
	}
	return &tx.ModeInfo{Sum: &tx.ModeInfo_Multi_{Multi: &tx.ModeInfo_Multi{Bitarray: array, ModeInfos: infos}}}
}

func times(count int, mode signing.SignMode) []*tx.ModeInfo {
	var out []*tx.ModeInfo
	for i := 0; i < count; i++ {
		out = append(out, single(mode))
	}
	return out
}

func joined(signatures ...[]byte) []byte {
	multi := cryptotypes.MultiSignature{Signatures: signatures}
	return get(multi.Marshal())
}

// signedBy is the plain case: amino signatures of some keys under some bits.
func signedBy(size int, bits []int, signers ...uint32) func(func(signing.SignMode) []byte) (*tx.ModeInfo, []byte) {
	return func(signed func(signing.SignMode) []byte) (*tx.ModeInfo, []byte) {
		var signatures [][]byte
		for _, signer := range signers {
			signatures = append(signatures, get(part(signer).Sign(signed(aminoMode))))
		}
		return multi(size, bits, times(len(signers), aminoMode)...), joined(signatures...)
	}
}

func trials() []trial {
	two := multisigOf(2, publicKeys(0, 1, 2)...)
	seven := multisigOf(5, publicKeys(0, 1, 2, 3, 4, 5, 6)...)
	eight := multisigOf(1, publicKeys(0, 1, 2, 3, 4, 5, 6, 7)...)
	same := multisigOf(2, publicKeys(0, 0)...)
	ed := multisigOf(1, edKey(), part(0).PubKey())
	direct := signing.SignMode_SIGN_MODE_DIRECT
	directInfo := multi(3, []int{0, 1}, times(2, direct)...)
	return []trial{
		{name: "two of three", key: two, build: signedBy(3, []int{0, 2}, 0, 2)},
		{name: "the other two of three", key: two, build: signedBy(3, []int{1, 2}, 1, 2)},
		{name: "all three of three", key: two, build: signedBy(3, []int{0, 1, 2}, 0, 1, 2)},
		{name: "five of seven", key: seven, build: signedBy(7, []int{0, 2, 3, 5, 6}, 0, 2, 3, 5, 6)},
		{name: "seven of seven", key: seven, build: signedBy(7, []int{0, 1, 2, 3, 4, 5, 6}, 0, 1, 2, 3, 4, 5, 6)},
		{name: "one key twice", key: same, build: signedBy(2, []int{0, 1}, 0, 0)},
		{name: "eight keys", key: eight, build: signedBy(8, []int{0}, 0)},
		{name: "one of three", key: two, build: signedBy(3, []int{0}, 0)},
		{name: "none of three", key: two, build: signedBy(3, nil)},
		{name: "the wrong order", key: two, build: signedBy(3, []int{0, 2}, 2, 0)},
		{name: "the wrong bits", key: two, build: signedBy(3, []int{0, 1}, 0, 2)},
		{name: "a key of somebody else", key: two, build: signedBy(3, []int{0, 1}, 0, 5)},
		{name: "a bit array too short", key: two, build: signedBy(2, []int{0, 1}, 0, 1)},
		{name: "a bit array too long", key: two, build: signedBy(4, []int{0, 1}, 0, 1)},
		{name: "fewer bits than the threshold", key: two, build: func(signed func(signing.SignMode) []byte) (*tx.ModeInfo, []byte) {
			one := get(part(0).Sign(signed(aminoMode)))
			return multi(3, []int{0}, times(2, aminoMode)...), joined(one, one)
		}},
		{name: "more signatures than bits", key: two, build: signedBy(3, []int{0, 1}, 0, 1, 2)},
		{name: "a sequence that is used up", key: two, sequence: 4, build: signedBy(3, []int{0, 1}, 0, 1)},
		{name: "a single signature", key: two, build: func(signed func(signing.SignMode) []byte) (*tx.ModeInfo, []byte) {
			return single(aminoMode), get(part(0).Sign(signed(aminoMode)))
		}},
		{name: "signatures in direct mode", key: two, info: directInfo, build: func(signed func(signing.SignMode) []byte) (*tx.ModeInfo, []byte) {
			bytes := signed(direct)
			return directInfo, joined(get(part(0).Sign(bytes)), get(part(1).Sign(bytes)))
		}},
		{name: "a multisig in a multisig", key: nestedKey(), build: func(signed func(signing.SignMode) []byte) (*tx.ModeInfo, []byte) {
			bytes := signed(aminoMode)
			info := multi(2, []int{0, 1}, single(aminoMode), multi(2, []int{1}, single(aminoMode)))
			return info, joined(get(part(0).Sign(bytes)), joined(get(part(2).Sign(bytes))))
		}},
		{name: "an ed25519 key that does not sign", key: ed, build: signedBy(2, []int{1}, 0)},
		{name: "multi mode of a single key", key: part(0).PubKey(), build: signedBy(1, []int{0}, 0)},
		{name: "more bits than signatures", key: two, build: func(signed func(signing.SignMode) []byte) (*tx.ModeInfo, []byte) {
			bytes := signed(aminoMode)
			return multi(3, []int{0, 1, 2}, times(2, aminoMode)...), joined(get(part(0).Sign(bytes)), get(part(1).Sign(bytes)))
		}},
		{name: "more mode infos than signatures", key: two, build: func(signed func(signing.SignMode) []byte) (*tx.ModeInfo, []byte) {
			bytes := signed(aminoMode)
			return multi(3, []int{0, 1}, times(3, aminoMode)...), joined(get(part(0).Sign(bytes)), get(part(1).Sign(bytes)))
		}},
	}
}

func multisigTrials() []MultisigTrial {
	var out []MultisigTrial
	for _, item := range trials() {
		out = append(out, try(item))
	}
	return out
}

func try(item trial) MultisigTrial {
	config := aminoTxConfig()
	from := sdk.AccAddress(item.key.Address())
	sequence := uint64(trialSequence)
	if item.sequence != 0 {
		sequence = item.sequence
	}
	to := sdk.AccAddress(part(1).PubKey().Address())
	send := banktypes.NewMsgSend(from, to, sdk.NewCoins(coin(10, "unes")))
	builder := build(txCase{"", trialAccount, sequence, 0, 300000, "", nil, []sdk.Msg{send}})
	signed := func(mode signing.SignMode) []byte {
		data := authsigning.SignerData{
			ChainID: chainID, AccountNumber: trialAccount, Sequence: sequence, PubKey: item.key, Address: from.String(),
		}
		unsigned := get(config.TxDecoder()(assemble(get(config.TxEncoder()(builder.GetTx())), item, item.info, sequence, nil)))
		return get(authsigning.GetSignBytesAdapter(context.Background(), config.SignModeHandler(), mode, data, unsigned))
	}
	if item.info == nil {
		item.info = single(aminoMode)
	}
	info, signature := item.build(signed)
	encoded := assemble(get(config.TxEncoder()(builder.GetTx())), item, info, sequence, signature)
	out := MultisigTrial{
		Name: item.name, Address: from.String(), AccountNumber: trialAccount, Sequence: trialSequence,
		TxBytes: hex.EncodeToString(encoded),
	}
	var err error
	out.GasUsed, err = verdict(encoded, from)
	var panicked panicError
	if errors.As(err, &panicked) {
		out.Panics, out.Log = true, panicked.Error()
	} else if err != nil {
		out.Codespace, out.Code, _ = errorsmod.ABCIInfo(err, false)
		out.Log = err.Error()
	}
	return out
}

// assemble puts a mode info and a signature into an encoded transaction without any.
func assemble(encoded []byte, item trial, info *tx.ModeInfo, sequence uint64, signature []byte) []byte {
	raw := rawOf(encoded)
	var auth tx.AuthInfo
	must(auth.Unmarshal(raw.AuthInfoBytes))
	auth.SignerInfos = []*tx.SignerInfo{{
		PublicKey: get(codectypes.NewAnyWithValue(item.key)), ModeInfo: info, Sequence: sequence,
	}}
	raw.AuthInfoBytes = get(auth.Marshal())
	raw.Signatures = [][]byte{signature}
	return get(raw.Marshal())
}

type panicError struct{ what any }

func (one panicError) Error() string { return fmt.Sprint(one.what) }

// verdict runs the SDK's decorators for signatures over an account in memory.
func verdict(encoded []byte, from sdk.AccAddress) (gas uint64, err error) {
	defer func() {
		if what := recover(); what != nil {
			err = panicError{what}
		}
	}()
	config := aminoTxConfig()
	account := authtypes.NewBaseAccount(from, nil, trialAccount, trialSequence)
	keeper := &oneAccount{account}
	multistore := store.NewCommitMultiStore(dbm.NewMemDB(), log.NewNopLogger(), storemetrics.NewNoOpMetrics())
	must(multistore.LoadLatestVersion())
	ctx := sdk.NewContext(multistore, cmtproto.Header{ChainID: chainID, Height: 9}, false, log.NewNopLogger()).
		WithGasMeter(storetypes.NewInfiniteGasMeter()).WithIsSigverifyTx(true)
	chain := sdk.ChainAnteDecorators(
		ante.NewSetPubKeyDecorator(keeper),
		ante.NewValidateSigCountDecorator(keeper),
		ante.NewSigGasConsumeDecorator(keeper, ante.DefaultSigVerificationGasConsumer),
		ante.NewSigVerificationDecorator(keeper, config.SignModeHandler()),
	)
	decoded, err := config.TxDecoder()(encoded)
	if err != nil {
		return 0, err
	}
	_, err = chain(ctx, decoded, false)
	return ctx.GasMeter().GasConsumed(), err
}

// oneAccount is an account keeper that knows one account.
type oneAccount struct{ account sdk.AccountI }

func (one *oneAccount) GetParams(context.Context) authtypes.Params { return authtypes.DefaultParams() }
func (one *oneAccount) GetAccount(_ context.Context, addr sdk.AccAddress) sdk.AccountI {
	if addr.Equals(one.account.GetAddress()) {
		return one.account
	}
	return nil
}
func (one *oneAccount) SetAccount(_ context.Context, account sdk.AccountI) { one.account = account }
func (one *oneAccount) GetModuleAddress(string) sdk.AccAddress             { return nil }
func (one *oneAccount) AddressCodec() address.Codec                        { return codecaddress.NewBech32Codec("nesa") }
