package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	sdkmath "cosmossdk.io/math"
	"cosmossdk.io/x/tx/signing/aminojson"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectestutil "github.com/cosmos/cosmos-sdk/codec/testutil"
	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	distrtypes "github.com/cosmos/cosmos-sdk/x/distribution/types"
	slashingtypes "github.com/cosmos/cosmos-sdk/x/slashing/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
)

// AminoVectors is the file test/vectors/amino.json.
type AminoVectors struct {
	Source    string          `json:"source"`
	ChainID   string          `json:"chainId"`
	Docs      []AminoDoc      `json:"docs"`
	Messages  []AminoMessage  `json:"messages"`
	Keys      []AminoKey      `json:"keys"`
	Multisigs []MultisigTrial `json:"multisigs"`
}

// AminoDoc is a transaction of one signer in SIGN_MODE_LEGACY_AMINO_JSON.
type AminoDoc struct {
	Name          string `json:"name"`
	AccountNumber uint64 `json:"accountNumber,string"`
	Sequence      uint64 `json:"sequence,string"`
	PrivateKey    string `json:"privateKey"`
	SignBytes     string `json:"signBytes"`
	Signature     string `json:"signature"`
	TxBytes       string `json:"txBytes"`
	TxHash        string `json:"txHash"`
}

// AminoMessage is a message of our own, by the SDK's encoder and our descriptors.
type AminoMessage struct {
	TypeURL string `json:"typeUrl"`
	Proto   string `json:"proto"`
	Amino   string `json:"amino"`
}

// everyControl holds all characters that JSON must escape and some that it need not.
func everyControl() string {
	var out strings.Builder
	for char := rune(0); char < 0x20; char++ {
		out.WriteRune(char)
	}
	out.WriteString("\"\\/<>&'`=+\x7f\u0080\u2027\u2028\u2029\u202a\ufeff\ufffd😀")
	return out.String()
}

func aminoTxConfig() client.TxConfig {
	options := codectestutil.CodecOptions{AccAddressPrefix: "nesa", ValAddressPrefix: "nesavaloper"}
	registry := options.NewInterfaceRegistry()
	cryptocodec.RegisterInterfaces(registry)
	banktypes.RegisterInterfaces(registry)
	stakingtypes.RegisterInterfaces(registry)
	slashingtypes.RegisterInterfaces(registry)
	distrtypes.RegisterInterfaces(registry)
	return authtx.NewTxConfig(codec.NewProtoCodec(registry), authtx.DefaultSignModes)
}

type docCase struct {
	txCase
	payer   sdk.AccAddress
	granter sdk.AccAddress
}

func docCases() []docCase {
	from := sdk.AccAddress(derive(mnemonics()[0], "", 0).PubKey().Address())
	to := sdk.AccAddress(derive(mnemonics()[0], "", 1).PubKey().Address())
	operator := sdk.ValAddress(from).String()
	consensus := ed25519.GenPrivKeyFromSecret([]byte("validator 0")).PubKey()
	dec := sdkmath.LegacyMustNewDecFromStr
	fee := sdk.NewCoins(coin(2500, "unes"))
	coins := sdk.NewCoins(coin(3, "uatom"), coin(7, "unes"))
	send := banktypes.NewMsgSend(from, to, coins)
	create := get(stakingtypes.NewMsgCreateValidator(operator, consensus, coin(1000000, "unes"),
		stakingtypes.NewDescription("<me> & you", "", "https://a.b/?c=1&d=2", "", "\u2028"),
		stakingtypes.NewCommissionRates(dec("0.1"), dec("0.200000000000000001"), dec("0")), sdkmath.NewInt(1)))
	bare := get(stakingtypes.NewMsgCreateValidator(operator, consensus, coin(0, "unes"),
		stakingtypes.Description{}, stakingtypes.NewCommissionRates(dec("1"), dec("12345.5"), dec("0.000000000000000001")),
		sdkmath.NewInt(0)))
	multi := &banktypes.MsgMultiSend{
		Inputs: []banktypes.Input{banktypes.NewInput(from, coins)},
		Outputs: []banktypes.Output{banktypes.NewOutput(to, sdk.NewCoins(coin(3, "uatom"))),
			banktypes.NewOutput(from, sdk.NewCoins(coin(7, "unes"))), {Address: to.String()}},
	}
	cancel := stakingtypes.NewMsgCancelUnbondingDelegation(from.String(), operator, 77, coin(5, "unes"))
	never := stakingtypes.NewMsgCancelUnbondingDelegation(from.String(), operator, 0, coin(0, "unes"))
	withdraw := distrtypes.NewMsgWithdrawDelegatorReward(from.String(), operator)
	unjail := slashingtypes.NewMsgUnjail(operator)
	delegate := stakingtypes.NewMsgDelegate(from.String(), operator, coin(500, "unes"))
	undelegate := stakingtypes.NewMsgUndelegate(from.String(), operator, coin(5, "unes"))
	one := func(name string, memo string, messages ...sdk.Msg) docCase {
		return docCase{txCase: txCase{name, 7, 3, 0, 200000, memo, fee, messages}}
	}
	return []docCase{
		one("send", "", send),
		one("memo of every character that JSON escapes", everyControl(), send),
		one("multi-send", "", multi),
		one("create validator", "", create),
		one("create validator with nothing set", "", bare),
		one("delegate, undelegate", "two", delegate, undelegate),
		one("cancel unbonding", "", cancel),
		one("cancel unbonding of nothing", "", never),
		one("withdraw rewards", "", withdraw),
		one("unjail", "", unjail),
		one("unjail nobody", "", &slashingtypes.MsgUnjail{}),
		{txCase{"payer, granter and timeout", 0, 0, 18446744073709551615, 0, "", nil, []sdk.Msg{send}}, from, to},
		{txCase{"seven messages", 18446744073709551615, 18446744073709551615, 1, 18446744073709551615, "m", coins,
			[]sdk.Msg{send, multi, create, delegate, undelegate, withdraw, unjail}}, nil, nil},
	}
}

func aminoDocs() []AminoDoc {
	var out []AminoDoc
	key := derive(mnemonics()[0], "", 0)
	config := aminoTxConfig()
	for _, item := range docCases() {
		builder := config.NewTxBuilder()
		must(builder.SetMsgs(item.messages...))
		builder.SetMemo(item.memo)
		builder.SetFeeAmount(item.fee)
		builder.SetGasLimit(item.gas)
		builder.SetTimeoutHeight(item.timeout)
		builder.SetFeePayer(item.payer)
		builder.SetFeeGranter(item.granter)
		out = append(out, signAmino(config, builder, item.txCase, key))
	}
	return out
}

func signAmino(config client.TxConfig, builder client.TxBuilder, item txCase, key *secp256k1.PrivKey) AminoDoc {
	mode := signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON
	data := authsigning.SignerData{
		ChainID: chainID, AccountNumber: item.account, Sequence: item.sequence,
		PubKey: key.PubKey(), Address: sdk.AccAddress(key.PubKey().Address()).String(),
	}
	signature := signing.SignatureV2{
		PubKey: key.PubKey(), Sequence: item.sequence, Data: &signing.SingleSignatureData{SignMode: mode},
	}
	must(builder.SetSignatures(signature))
	signBytes := get(authsigning.GetSignBytesAdapter(context.Background(), config.SignModeHandler(), mode, data, builder.GetTx()))
	bytes := get(key.Sign(signBytes))
	signature.Data = &signing.SingleSignatureData{SignMode: mode, Signature: bytes}
	must(builder.SetSignatures(signature))
	encoded := get(config.TxEncoder()(builder.GetTx()))
	hash := sha256.Sum256(encoded)
	return AminoDoc{
		Name: item.name, AccountNumber: item.account, Sequence: item.sequence,
		PrivateKey: hex.EncodeToString(key.Bytes()), SignBytes: string(signBytes),
		Signature: hex.EncodeToString(bytes), TxBytes: hex.EncodeToString(encoded),
		TxHash: strings.ToUpper(hex.EncodeToString(hash[:])),
	}
}

// ownFiles are our protos, from the descriptors that the node serves by reflection.
func ownFiles(path string) *protoregistry.Files {
	source := string(get(os.ReadFile(path)))
	var packed strings.Builder
	for _, part := range regexp.MustCompile(`"([A-Za-z0-9+/=]{8,})"`).FindAllStringSubmatch(source, -1) {
		packed.WriteString(part[1])
	}
	zipped := get(base64.StdEncoding.DecodeString(packed.String()))
	raw := get(io.ReadAll(get(gzip.NewReader(bytes.NewReader(zipped)))))
	var set descriptorpb.FileDescriptorSet
	must(proto.UnmarshalOptions{Resolver: protoregistry.GlobalTypes}.Unmarshal(raw, &set))
	return get(protodesc.NewFiles(&set))
}

// ownMessages encodes messages of ours; the JSON is proto JSON.
func ownMessages(files *protoregistry.Files) []AminoMessage {
	bytes20 := derive(mnemonics()[0], "", 0).PubKey().Address().Bytes()
	account, operator := sdk.AccAddress(bytes20).String(), sdk.ValAddress(bytes20).String()
	digest := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0xfb, 0xef}, 16))
	cases := []struct{ name, json string }{
		{"aivm.inference.v1.MsgRequestInference", fmt.Sprintf(`{"requester":%q,"kernel":"digits","inputs":[%q,"AA=="],"assurance":1,
			"maxPrice":{"denom":"unes","amount":"500"},"priorityFee":{"denom":"unes","amount":"0"}}`, account, digest)},
		{"aivm.inference.v1.MsgRequestInference", fmt.Sprintf(`{"requester":%q,"versionId":%q,"assurance":2,
			"maxPrice":{},"priorityFee":{}}`, account, digest)},
		{"aivm.inference.v1.MsgChallenge", fmt.Sprintf(`{"challenger":%q,"requestId":"18446744073709551615"}`, account)},
		{"aivm.inference.v1.MsgChallenge", fmt.Sprintf(`{"challenger":%q,"requestId":"1","asMember":true,"requestDigests":[%q,%q]}`, account, digest, digest)},
		{"aivm.kernel.v1.MsgCreateArtifact", fmt.Sprintf(`{"uploader":%q,"digest":%q,"size":"1048576"}`, account, digest)},
		{"aivm.kernel.v1.MsgUploadChunk", fmt.Sprintf(`{"uploader":%q,"digest":%q,"index":"0","data":"PD4m"}`, account, digest)},
		{"aivm.kernel.v1.MsgReleaseArtifact", fmt.Sprintf(`{"uploader":%q,"digest":%q}`, account, digest)},
		{"aivm.kernel.v1.MsgPublishVersion", fmt.Sprintf(`{"owner":%q,"manifest":"CgA=","parents":[%q]}`, account, digest)},
		{"aivm.kernel.v1.MsgDeprecateVersion", fmt.Sprintf(`{"owner":%q,"versionId":%q}`, account, digest)},
		{"aivm.kernel.v1.MsgSetHead", fmt.Sprintf(`{"owner":%q,"versionId":%q}`, account, digest)},
		{"aivm.kernel.v1.MsgTransferKernel", fmt.Sprintf(`{"owner":%q,"kernel":"digits","newOwner":%q}`, account, account)},
		{"aivm.kernel.v1.MsgTakeDownVersion", fmt.Sprintf(`{"authority":%q,"versionId":%q,"reason":"it repeats what it must not"}`, account, digest)},
		{"aivm.kernel.v1.MsgSetAccess", fmt.Sprintf(`{"owner":%q,"kernel":"digits","restricted":true,"allowed":[%q]}`, account, account)},
		{"aivm.kernel.v1.MsgSetAccess", fmt.Sprintf(`{"owner":%q,"kernel":"digits"}`, account)},
		{"aivm.kernel.v1.MsgSetRoyalty", fmt.Sprintf(`{"owner":%q,"kernel":"digits","shares":[{"address":%q,"bps":2500},{"kernel":"iris","bps":1}]}`, account, account)},
		{"aivm.kernel.v1.MsgSetRoyalty", fmt.Sprintf(`{"owner":%q,"kernel":"digits"}`, account)},
		{"aivm.kernel.v1.MsgSetPrice", fmt.Sprintf(`{"owner":%q,"kernel":"digits","price":"18446744073709551615"}`, account)},
		{"aivm.kernel.v1.MsgSetPrice", fmt.Sprintf(`{"owner":%q,"kernel":"digits"}`, account)},
		{"aivm.kernel.v1.MsgStartShadow", fmt.Sprintf(`{"owner":%q,"versionId":%q,"requests":50,"budget":{"denom":"unes","amount":"5000000"}}`, account, digest)},
		{"aivm.kernel.v1.MsgStartShadow", fmt.Sprintf(`{"owner":%q,"budget":{}}`, account)},
		{"aivm.kernel.v1.MsgStopShadow", fmt.Sprintf(`{"owner":%q,"kernel":"digits"}`, account)},
		{"aivm.kernel.v1.MsgSetShadowPolicy", fmt.Sprintf(`{"owner":%q,"kernel":"digits","minRequests":50,"minAgreementBps":9900}`, account)},
		{"aivm.kernel.v1.MsgSetShadowPolicy", fmt.Sprintf(`{"owner":%q,"kernel":"digits"}`, account)},
		{"aivm.staking.v1.MsgRegisterProvider", fmt.Sprintf(`{"operatorAddress":%q,"vrfPublicKey":%q,"possessionProof":"//79"}`, operator, digest)},
	}
	encoder := aminojson.NewEncoder(aminojson.EncoderOptions{FileResolver: files})
	var out []AminoMessage
	for _, item := range cases {
		message := dynamicpb.NewMessageType(get(files.FindDescriptorByName(nameOf(item.name))).(descriptor)).New().Interface()
		must(protojson.Unmarshal([]byte(item.json), message))
		out = append(out, AminoMessage{
			TypeURL: "/" + item.name,
			Proto:   hex.EncodeToString(get(proto.MarshalOptions{Deterministic: true}.Marshal(message))),
			Amino:   string(get(encoder.Marshal(message))),
		})
	}
	return out
}

func rawOf(encoded []byte) tx.TxRaw {
	var raw tx.TxRaw
	must(raw.Unmarshal(encoded))
	return raw
}
