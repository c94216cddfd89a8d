package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	sdkmath "cosmossdk.io/math"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectestutil "github.com/cosmos/cosmos-sdk/codec/testutil"
	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	kmultisig "github.com/cosmos/cosmos-sdk/crypto/keys/multisig"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/crypto/types/multisig"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	"github.com/cosmos/cosmos-sdk/x/auth/migrations/legacytx"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
)

// Tx is one transaction of one signer, in both sign modes.
type Tx struct {
	Name          string   `json:"name"`
	ChainID       string   `json:"chainId"`
	AccountNumber uint64   `json:"accountNumber,string"`
	Sequence      uint64   `json:"sequence,string"`
	Memo          string   `json:"memo"`
	TimeoutHeight uint64   `json:"timeoutHeight,string"`
	GasLimit      uint64   `json:"gasLimit,string"`
	Fee           string   `json:"fee"`
	MessageTypes  []string `json:"messageTypes"`
	PrivateKey    string   `json:"privateKey"`
	PublicKey     string   `json:"publicKey"`
	Direct        Signed   `json:"direct"`
	Amino         Signed   `json:"amino"`
}

// Signed is a transaction signed in one mode.
type Signed struct {
	// SignBytes is hex for SIGN_MODE_DIRECT and text for SIGN_MODE_LEGACY_AMINO_JSON.
	SignBytes     string `json:"signBytes"`
	Signature     string `json:"signature"`
	BodyBytes     string `json:"bodyBytes"`
	AuthInfoBytes string `json:"authInfoBytes"`
	TxBytes       string `json:"txBytes"`
	TxHash        string `json:"txHash"`
}

// MultisigTx is one transaction signed by two keys of a 2-of-3 multisig.
type MultisigTx struct {
	ChainID       string   `json:"chainId"`
	AccountNumber uint64   `json:"accountNumber,string"`
	Sequence      uint64   `json:"sequence,string"`
	SignBytes     string   `json:"signBytes"`
	PublicKeys    []string `json:"publicKeys"`
	Signatures    []string `json:"signatures"`
	TxBytes       string   `json:"txBytes"`
}

type txCase struct {
	name     string
	account  uint64
	sequence uint64
	timeout  uint64
	gas      uint64
	memo     string
	fee      sdk.Coins
	messages []sdk.Msg
}

const chainID = "aivm-local-1"

func txConfig() client.TxConfig {
	options := codectestutil.CodecOptions{AccAddressPrefix: "nesa", ValAddressPrefix: "nesavaloper"}
	registry := options.NewInterfaceRegistry()
	cryptocodec.RegisterInterfaces(registry)
	banktypes.RegisterInterfaces(registry)
	stakingtypes.RegisterInterfaces(registry)
	return authtx.NewTxConfig(codec.NewProtoCodec(registry), authtx.DefaultSignModes)
}

func coin(amount int64, denom string) sdk.Coin { return sdk.NewInt64Coin(denom, amount) }

func txCases() []txCase {
	from := sdk.AccAddress(derive(mnemonics()[0], "", 0).PubKey().Address())
	to := sdk.AccAddress(derive(mnemonics()[0], "", 1).PubKey().Address())
	operator, other := sdk.ValAddress(to).String(), sdk.ValAddress(from).String()
	send := banktypes.NewMsgSend(from, to, sdk.NewCoins(coin(1234567, "unes")))
	many := banktypes.NewMsgSend(from, to, sdk.NewCoins(coin(1, "unes"), coin(2, "ibc/AA"), coin(3, "uatom")))
	empty := &banktypes.MsgSend{FromAddress: from.String(), ToAddress: to.String()}
	delegate := stakingtypes.NewMsgDelegate(from.String(), operator, coin(500, "unes"))
	undelegate := stakingtypes.NewMsgUndelegate(from.String(), operator, coin(5, "unes"))
	move := stakingtypes.NewMsgBeginRedelegate(from.String(), operator, other, coin(5, "unes"))
	huge := stakingtypes.NewMsgDelegate(from.String(), operator, sdk.NewCoin("unes", sdkmath.NewIntWithDecimal(1, 70)))
	fee := sdk.NewCoins(coin(2500, "unes"))
	return []txCase{
		{"send", 7, 3, 0, 200000, "", fee, []sdk.Msg{send}},
		{"send with several coins and a timeout", 7, 4, 99, 200000, "", fee, []sdk.Msg{many}},
		{"send of nothing by account 0", 0, 0, 0, 1, "", nil, []sdk.Msg{empty}},
		{"memo that JSON escapes", 1, 0, 0, 200000, "<a href=\"b\">\\ & \u2028 \t ü 🚀 \x7f</a>", fee, []sdk.Msg{send}},
		{"delegate", 18446744073709551615, 18446744073709551615, 18446744073709551615, 18446744073709551615, "m", fee, []sdk.Msg{delegate}},
		{"delegate a huge amount", 1, 1, 0, 200000, "", fee, []sdk.Msg{huge}},
		{"three messages", 1, 2, 0, 200000, "", sdk.NewCoins(coin(1, "aaa"), coin(2, "unes")), []sdk.Msg{delegate, undelegate, move}},
	}
}

func txs() []Tx {
	var out []Tx
	key := derive(mnemonics()[0], "", 0)
	for _, item := range txCases() {
		var types []string
		for _, message := range item.messages {
			types = append(types, sdk.MsgTypeURL(message))
		}
		amino := sign(item, key, signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON)
		checkLegacy(item, amino.SignBytes)
		out = append(out, Tx{
			Name: item.name, ChainID: chainID, AccountNumber: item.account, Sequence: item.sequence,
			Memo: item.memo, TimeoutHeight: item.timeout, GasLimit: item.gas, Fee: item.fee.String(),
			MessageTypes: types,
			PrivateKey:   hex.EncodeToString(key.Bytes()),
			PublicKey:    hex.EncodeToString(key.PubKey().Bytes()),
			Direct:       sign(item, key, signing.SignMode_SIGN_MODE_DIRECT),
			Amino:        amino,
		})
	}
	return out
}

func build(item txCase) client.TxBuilder {
	builder := txConfig().NewTxBuilder()
	must(builder.SetMsgs(item.messages...))
	builder.SetMemo(item.memo)
	builder.SetFeeAmount(item.fee)
	builder.SetGasLimit(item.gas)
	builder.SetTimeoutHeight(item.timeout)
	return builder
}

func sign(item txCase, key *secp256k1.PrivKey, mode signing.SignMode) Signed {
	builder := build(item)
	signature := signing.SignatureV2{
		PubKey: key.PubKey(), Sequence: item.sequence, Data: &signing.SingleSignatureData{SignMode: mode},
	}
	must(builder.SetSignatures(signature))
	data := authsigning.SignerData{
		ChainID: chainID, AccountNumber: item.account, Sequence: item.sequence,
		PubKey: key.PubKey(), Address: sdk.AccAddress(key.PubKey().Address()).String(),
	}
	config := txConfig()
	signBytes := get(authsigning.GetSignBytesAdapter(context.Background(), config.SignModeHandler(), mode, data, builder.GetTx()))
	bytes := get(key.Sign(signBytes))
	signature.Data = &signing.SingleSignatureData{SignMode: mode, Signature: bytes}
	must(builder.SetSignatures(signature))
	encoded := get(config.TxEncoder()(builder.GetTx()))
	var raw tx.TxRaw
	must(raw.Unmarshal(encoded))
	hash := sha256.Sum256(encoded)
	out := Signed{
		SignBytes: hex.EncodeToString(signBytes), Signature: hex.EncodeToString(bytes),
		BodyBytes: hex.EncodeToString(raw.BodyBytes), AuthInfoBytes: hex.EncodeToString(raw.AuthInfoBytes),
		TxBytes: hex.EncodeToString(encoded), TxHash: strings.ToUpper(hex.EncodeToString(hash[:])),
	}
	if mode == signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON {
		out.SignBytes = string(signBytes)
	}
	return out
}

// checkLegacy compares with the sign bytes of the amino codec itself, which the SDK has retired.
func checkLegacy(item txCase, signBytes string) {
	cdc := codec.NewLegacyAmino()
	sdk.RegisterLegacyAminoCodec(cdc)
	banktypes.RegisterLegacyAminoCodec(cdc)
	stakingtypes.RegisterLegacyAminoCodec(cdc)
	legacytx.RegressionTestingAminoCodec = cdc
	fee := legacytx.NewStdFee(item.gas, item.fee)
	legacy := legacytx.StdSignBytes(chainID, item.account, item.sequence, item.timeout, fee, item.messages, item.memo)
	if string(legacy) != signBytes {
		panic("amino sign bytes differ:\n" + string(legacy) + "\n" + signBytes)
	}
}

func multisigTx() MultisigTx {
	key := multisigKey(2, 3)
	from := sdk.AccAddress(key.Address())
	to := sdk.AccAddress(derive(mnemonics()[0], "", 1).PubKey().Address())
	send := banktypes.NewMsgSend(from, to, sdk.NewCoins(coin(10, "unes")))
	item := txCase{"multisig", 11, 5, 0, 300000, "", sdk.NewCoins(coin(1, "unes")), []sdk.Msg{send}}
	config, builder := txConfig(), build(item)
	data := authsigning.SignerData{
		ChainID: chainID, AccountNumber: item.account, Sequence: item.sequence,
		PubKey: key, Address: from.String(),
	}
	mode := signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON
	signBytes := get(authsigning.GetSignBytesAdapter(context.Background(), config.SignModeHandler(), mode, data, builder.GetTx()))
	collected := multisig.NewMultisig(3)
	out := MultisigTx{ChainID: chainID, AccountNumber: 11, Sequence: 5, SignBytes: string(signBytes)}
	for _, index := range []uint32{0, 2} {
		part := derive(mnemonics()[0], "", index)
		bytes := get(part.Sign(signBytes))
		must(multisig.AddSignatureFromPubKey(collected,
			&signing.SingleSignatureData{SignMode: mode, Signature: bytes}, part.PubKey(), key.GetPubKeys()))
		out.PublicKeys = append(out.PublicKeys, hex.EncodeToString(part.PubKey().Bytes()))
		out.Signatures = append(out.Signatures, hex.EncodeToString(bytes))
	}
	must(builder.SetSignatures(signing.SignatureV2{PubKey: key, Data: collected, Sequence: item.sequence}))
	must(verifyMultisig(key, signBytes, collected))
	out.TxBytes = hex.EncodeToString(get(config.TxEncoder()(builder.GetTx())))
	return out
}

func verifyMultisig(key *kmultisig.LegacyAminoPubKey, signBytes []byte, data *signing.MultiSignatureData) error {
	return key.VerifyMultisignature(func(signing.SignMode) ([]byte, error) { return signBytes, nil }, data)
}
