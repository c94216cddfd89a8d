package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"cosmossdk.io/log"
	storetypes "cosmossdk.io/store/types"
	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codecaddress "github.com/cosmos/cosmos-sdk/codec/address"
	codectestutil "github.com/cosmos/cosmos-sdk/codec/testutil"
	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	"github.com/cosmos/cosmos-sdk/runtime"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	"github.com/cosmos/cosmos-sdk/x/auth/ante"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
)

// Sends is the file test/vectors/sends.json: what a chain of the Cosmos SDK makes of a file of
// transactions. Both sides make the file from numbers; its digest says that it is the same one.
type Sends struct {
	Source   string `json:"source"`
	ChainID  string `json:"chainId"`
	Accounts int    `json:"accounts"`
	// TxsSha256 is over the transactions, each behind its length as four bytes, big-endian.
	TxsSha256 string `json:"txsSha256"`
	Bytes     int    `json:"bytes"`
	// Accepted transactions of FinalizeBlock, and number and code of the others.
	Accepted int         `json:"accepted"`
	Refused  [][2]uint32 `json:"refused"`
	// BalancesSha256 is over lines "address amount\n" in the order of the accounts.
	BalancesSha256 string `json:"balancesSha256"`
	FeesCollected  string `json:"feesCollected"`
}

const sendAccounts = 2000

func sendKey(index int) *secp256k1.PrivKey {
	digest := sha256.Sum256([]byte(fmt.Sprintf("same transactions/%d", index)))
	return &secp256k1.PrivKey{Key: digest[:]}
}

func sendAddress(index int) sdk.AccAddress {
	return sdk.AccAddress(sendKey(index % sendAccounts).PubKey().Address())
}

func sends() Sends {
	chain := newSendChain()
	digest, total := sha256.New(), 0
	var txs [][]byte
	for index := 0; index < sendAccounts; index++ {
		encoded := chain.sign(index)
		txs = append(txs, encoded)
		total += len(encoded)
		must(binary.Write(digest, binary.BigEndian, uint32(len(encoded))))
		digest.Write(encoded)
	}
	out := Sends{
		Source: "cosmos-sdk v0.50.14, tools/vectors/sdk", ChainID: chainID, Accounts: sendAccounts,
		TxsSha256: hex.EncodeToString(digest.Sum(nil)), Bytes: total, Refused: [][2]uint32{},
	}
	for index, result := range chain.deliver(txs) {
		if result.Code == 0 {
			out.Accepted++
		} else {
			out.Refused = append(out.Refused, [2]uint32{uint32(index), result.Code})
		}
	}
	balances := sha256.New()
	ctx := chain.app.NewUncachedContext(false, chain.header)
	for index := 0; index < sendAccounts; index++ {
		amount := chain.bank.GetBalance(ctx, sendAddress(index), "unes").Amount
		fmt.Fprintf(balances, "%s %s\n", sendAddress(index), amount)
	}
	out.BalancesSha256 = hex.EncodeToString(balances.Sum(nil))
	collector := authtypes.NewModuleAddress(authtypes.FeeCollectorName)
	out.FeesCollected = chain.bank.GetBalance(ctx, collector, "unes").Amount.String()
	return out
}

// sendChain is a chain of auth and bank alone, with the SDK's own ante chain.
type sendChain struct {
	app    *baseapp.BaseApp
	auth   authkeeper.AccountKeeper
	bank   bankkeeper.BaseKeeper
	header cmtproto.Header
	config client.TxConfig
}

func newSendChain() *sendChain {
	options := codectestutil.CodecOptions{AccAddressPrefix: "nesa", ValAddressPrefix: "nesavaloper"}
	registry := options.NewInterfaceRegistry()
	cryptocodec.RegisterInterfaces(registry)
	authtypes.RegisterInterfaces(registry)
	banktypes.RegisterInterfaces(registry)
	cdc := codec.NewProtoCodec(registry)
	config := authtx.NewTxConfig(cdc, authtx.DefaultSignModes)
	keys := storetypes.NewKVStoreKeys(authtypes.StoreKey, banktypes.StoreKey)
	authority := authtypes.NewModuleAddress("gov").String()
	auth := authkeeper.NewAccountKeeper(cdc, runtime.NewKVStoreService(keys[authtypes.StoreKey]),
		authtypes.ProtoBaseAccount, map[string][]string{authtypes.FeeCollectorName: nil},
		codecaddress.NewBech32Codec("nesa"), "nesa", authority)
	bank := bankkeeper.NewBaseKeeper(cdc, runtime.NewKVStoreService(keys[banktypes.StoreKey]), auth, nil, authority, log.NewNopLogger())
	app := baseapp.NewBaseApp("sends", log.NewNopLogger(), dbm.NewMemDB(), config.TxDecoder(), baseapp.SetChainID(chainID))
	app.MountKVStores(keys)
	app.SetInterfaceRegistry(registry)
	banktypes.RegisterMsgServer(app.MsgServiceRouter(), bankkeeper.NewMsgServerImpl(bank))
	app.SetAnteHandler(get(ante.NewAnteHandler(ante.HandlerOptions{
		AccountKeeper: auth, BankKeeper: bank, SignModeHandler: config.SignModeHandler(),
		SigGasConsumer: ante.DefaultSigVerificationGasConsumer,
	})))
	chain := &sendChain{app: app, auth: auth, bank: bank, config: config}
	app.SetInitChainer(chain.init)
	app.SetParamStore(&memoryParams{})
	must(app.LoadLatestVersion())
	get(app.InitChain(&abci.RequestInitChain{ChainId: chainID, ConsensusParams: blockParams(), AppStateBytes: []byte("{}")}))
	return chain
}

// blockParams bound nothing: all transactions are in one block.
func blockParams() *cmtproto.ConsensusParams {
	return &cmtproto.ConsensusParams{
		Block:     &cmtproto.BlockParams{MaxBytes: -1, MaxGas: -1},
		Evidence:  &cmtproto.EvidenceParams{MaxAgeNumBlocks: 100, MaxAgeDuration: time.Hour, MaxBytes: 1000},
		Validator: &cmtproto.ValidatorParams{PubKeyTypes: []string{"ed25519"}},
	}
}

func (chain *sendChain) init(ctx sdk.Context, _ *abci.RequestInitChain) (*abci.ResponseInitChain, error) {
	var accounts authtypes.GenesisAccounts
	var balances []banktypes.Balance
	for index := 0; index < sendAccounts; index++ {
		accounts = append(accounts, authtypes.NewBaseAccount(sendAddress(index), nil, uint64(index), 0))
		coins := sdk.NewCoins(coin(1_000_000+int64(index), "unes"))
		balances = append(balances, banktypes.Balance{Address: sendAddress(index).String(), Coins: coins})
	}
	chain.auth.InitGenesis(ctx, *authtypes.NewGenesisState(authtypes.DefaultParams(), accounts))
	chain.bank.InitGenesis(ctx, banktypes.NewGenesisState(banktypes.DefaultParams(), balances, nil, nil, nil))
	return &abci.ResponseInitChain{}, nil
}

// sign makes transaction number index: most are good, some have a sequence to come, send more than
// there is, or are signed for another chain. Odd ones are signed in amino JSON.
func (chain *sendChain) sign(index int) []byte {
	key, from := sendKey(index), sendAddress(index)
	amount, sequence, signedChain, memo := int64(1000+index), uint64(0), chainID, ""
	switch index % 100 {
	case 50, 51:
		sequence = 1
	case 60, 61:
		amount = 1_000_000_000
	case 70, 71:
		signedChain = "aivm-other-1"
	}
	if index%3 == 0 {
		memo = fmt.Sprintf("<%d> & \"more\"", index)
	}
	mode := signing.SignMode_SIGN_MODE_DIRECT
	if index%2 == 1 {
		mode = signing.SignMode_SIGN_MODE_LEGACY_AMINO_JSON
	}
	builder := chain.config.NewTxBuilder()
	must(builder.SetMsgs(banktypes.NewMsgSend(from, sendAddress(index+1), sdk.NewCoins(coin(amount, "unes")))))
	builder.SetMemo(memo)
	builder.SetFeeAmount(sdk.NewCoins(coin(7, "unes")))
	builder.SetGasLimit(200_000)
	signature := signing.SignatureV2{PubKey: key.PubKey(), Sequence: sequence, Data: &signing.SingleSignatureData{SignMode: mode}}
	must(builder.SetSignatures(signature))
	data := authsigning.SignerData{
		ChainID: signedChain, AccountNumber: uint64(index), Sequence: sequence, PubKey: key.PubKey(), Address: from.String(),
	}
	signBytes := get(authsigning.GetSignBytesAdapter(context.Background(), chain.config.SignModeHandler(), mode, data, builder.GetTx()))
	signature.Data = &signing.SingleSignatureData{SignMode: mode, Signature: get(key.Sign(signBytes))}
	must(builder.SetSignatures(signature))
	return get(chain.config.TxEncoder()(builder.GetTx()))
}

func (chain *sendChain) deliver(txs [][]byte) []*abci.ExecTxResult {
	answer := get(chain.app.FinalizeBlock(&abci.RequestFinalizeBlock{Height: 1, Txs: txs, Time: time.Unix(1_700_000_000, 0)}))
	get(chain.app.Commit())
	if len(answer.TxResults) != len(txs) {
		must(errors.New("a result is missing"))
	}
	return answer.TxResults
}

// memoryParams keeps consensus parameters.
type memoryParams struct{ params cmtproto.ConsensusParams }

func (memory *memoryParams) Get(context.Context) (cmtproto.ConsensusParams, error) {
	return memory.params, nil
}

func (memory *memoryParams) Has(context.Context) (bool, error) { return true, nil }

func (memory *memoryParams) Set(_ context.Context, params cmtproto.ConsensusParams) error {
	memory.params = params
	return nil
}
