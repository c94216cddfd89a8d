package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/cometbft/cometbft/crypto"
	cryptoenc "github.com/cometbft/cometbft/crypto/encoding"
	"github.com/cometbft/cometbft/crypto/secp256k1"
	cmtmath "github.com/cometbft/cometbft/libs/math"
	"github.com/cometbft/cometbft/light"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cometbft/cometbft/proto/tendermint/version"
	"github.com/cometbft/cometbft/types"
)

// LightCase is one call of light.Verify and what came of it: "" or the kind of error.
type LightCase struct {
	Trusted          int    `json:"trusted"`
	Untrusted        int    `json:"untrusted"`
	TrustNumerator   uint64 `json:"trustNumerator,string"`
	TrustDenominator uint64 `json:"trustDenominator,string"`
	TrustingPeriodNs int64  `json:"trustingPeriodNs,string"`
	NowNs            int64  `json:"nowNs,string"`
	MaxClockDriftNs  int64  `json:"maxClockDriftNs,string"`
	Error            string `json:"error"`
}

const lightChain = "light-1"

// signer is a validator with its key; power by height comes from setAt.
type signer struct {
	key   crypto.PrivKey
	power int64
}

// setAt gives the validators of a height: one leaves and one joins every other height, and one has
// a secp256k1 key.
func setAt(height int64) []signer {
	var out []signer
	for i := height / 2; i < height/2+5; i++ {
		out = append(out, signer{privateKey(fmt.Sprintf("light %d", i)), 10 + i%3})
	}
	return append(out, signer{secp256k1.GenPrivKeySecp256k1([]byte("light secp")), 4})
}

func setOf(signers []signer) *types.ValidatorSet {
	var list []*types.Validator
	for _, item := range signers {
		list = append(list, types.NewValidator(item.key.PubKey(), item.power))
	}
	return types.NewValidatorSet(list)
}

const lightGenesis = 1700000000

// lightBlocks are heights 1 to 12, two seconds apart; in each, one validator is absent and one
// votes nil.
func lightBlocks() []*types.LightBlock {
	var out []*types.LightBlock
	last := types.BlockID{}
	for height := int64(1); height <= 12; height++ {
		signers := setAt(height)
		set, next := setOf(signers), setOf(setAt(height+1))
		header := &types.Header{
			Version: version.Consensus{Block: 11}, ChainID: lightChain, Height: height,
			Time: time.Unix(lightGenesis+2*height, 7*height).UTC(), LastBlockID: last,
			ValidatorsHash: set.Hash(), NextValidatorsHash: next.Hash(),
			LastCommitHash: hash("commit"), DataHash: hash("data"), ConsensusHash: hash("params"),
			AppHash: hash(fmt.Sprintf("app %d", height)), LastResultsHash: hash("results"),
			EvidenceHash: hash("evidence"), ProposerAddress: set.Validators[0].Address,
		}
		last = types.BlockID{Hash: header.Hash(), PartSetHeader: types.PartSetHeader{Total: 1, Hash: hash(fmt.Sprint(height))}}
		commit := commitOf(height, last, set, signers)
		out = append(out, &types.LightBlock{
			SignedHeader: &types.SignedHeader{Header: header, Commit: commit}, ValidatorSet: set,
		})
	}
	return out
}

func commitOf(height int64, id types.BlockID, set *types.ValidatorSet, signers []signer) *types.Commit {
	commit := &types.Commit{Height: height, Round: int32(height % 3), BlockID: id}
	for index, validator := range set.Validators {
		if index == int(height)%5 {
			commit.Signatures = append(commit.Signatures, types.NewCommitSigAbsent())
			continue
		}
		vote := &types.Vote{
			Type: cmtproto.PrecommitType, Height: height, Round: commit.Round, BlockID: id,
			Timestamp:        time.Unix(lightGenesis+2*height+1, int64(index)).UTC(),
			ValidatorAddress: validator.Address, ValidatorIndex: int32(index),
		}
		if height%4 == 0 && index == 5 {
			vote.BlockID = types.BlockID{}
		}
		vote.Signature = get(keyOf(signers, validator).Sign(types.VoteSignBytes(lightChain, vote.ToProto())))
		commit.Signatures = append(commit.Signatures, vote.CommitSig())
	}
	return commit
}

func keyOf(signers []signer, validator *types.Validator) crypto.PrivKey {
	for _, item := range signers {
		if item.key.PubKey().Equals(validator.PubKey) {
			return item.key
		}
	}
	panic("no key")
}

func encodeBlocks(blocks []*types.LightBlock) []string {
	var out []string
	for _, block := range blocks {
		proto := get(block.ToProto())
		out = append(out, hex.EncodeToString(get(proto.Marshal())))
	}
	return out
}

func lightCases(blocks []*types.LightBlock) []LightCase {
	levels := [][2]uint64{{1, 3}, {1, 2}, {2, 3}, {1, 1}}
	hour := int64(time.Hour)
	now := (lightGenesis + 60) * int64(time.Second)
	var out []LightCase
	for trusted := 1; trusted <= 12; trusted++ {
		for untrusted := trusted; untrusted <= 12; untrusted++ {
			for _, level := range levels {
				out = append(out, LightCase{trusted, untrusted, level[0], level[1], hour, now, 0, ""})
			}
		}
	}
	second := int64(time.Second)
	at3 := (lightGenesis+6)*second + 21
	out = append(out,
		LightCase{1, 2, 1, 3, 58*second - 7, now, 0, ""}, LightCase{1, 2, 1, 3, 58*second - 6, now, 0, ""},
		LightCase{1, 3, 1, 3, hour, at3, 0, ""}, LightCase{1, 3, 1, 3, hour, at3 + 1, 0, ""},
		LightCase{1, 3, 1, 3, hour, at3 - second, second, ""}, LightCase{1, 3, 1, 3, hour, at3 - second, second + 1, ""},
	)
	for i := range out {
		out[i].Error = verify(blocks, out[i])
	}
	return out
}

func verify(blocks []*types.LightBlock, item LightCase) string {
	trusted, untrusted := blocks[item.Trusted-1], blocks[item.Untrusted-1]
	err := light.Verify(
		trusted.SignedHeader, trusted.ValidatorSet, untrusted.SignedHeader, untrusted.ValidatorSet,
		time.Duration(item.TrustingPeriodNs), time.Unix(0, item.NowNs).UTC(), time.Duration(item.MaxClockDriftNs),
		cmtmath.Fraction{Numerator: item.TrustNumerator, Denominator: item.TrustDenominator},
	)
	return errorKind(err)
}

func errorKind(err error) string {
	var expired light.ErrOldHeaderExpired
	var untrusted light.ErrNewValSetCantBeTrusted
	var invalid light.ErrInvalidHeader
	var power types.ErrNotEnoughVotingPowerSigned
	switch {
	case err == nil:
		return ""
	case errors.As(err, &expired):
		return "expired"
	case errors.As(err, &untrusted):
		return "not enough trusted power"
	case errors.As(err, &invalid) && errors.As(invalid.Reason, &power):
		return "not enough power"
	case errors.As(err, &invalid):
		return "invalid header"
	default:
		return err.Error()
	}
}

func keyAddresses() []KeyAddress {
	var out []KeyAddress
	for _, key := range []crypto.PubKey{
		privateKey("validator 0").PubKey(), secp256k1.GenPrivKeySecp256k1([]byte("secp")).PubKey(),
	} {
		proto := get(cryptoenc.PubKeyToProto(key))
		out = append(out, KeyAddress{hex.EncodeToString(get(proto.Marshal())), hex.EncodeToString(key.Address())})
	}
	return out
}
