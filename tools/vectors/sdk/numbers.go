package main

import (
	"math/big"
	"math/rand"

	sdkmath "cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// DecCase holds two decimals as digits of their 10^18-fold, and results in the same form; an
// absent result means that the SDK panics.
type DecCase struct {
	A           string `json:"a"`
	B           string `json:"b"`
	Mul         string `json:"mul"`
	MulTruncate string `json:"mulTruncate"`
	Quo         string `json:"quo,omitempty"`
	QuoTruncate string `json:"quoTruncate,omitempty"`
	RoundInt    string `json:"roundInt"`
	TruncateInt string `json:"truncateInt"`
}

// DecText is a decimal and how the SDK writes it.
type DecText struct {
	Digits string `json:"digits"`
	Text   string `json:"text"`
}

// DecParse is a text and the digits that the SDK reads from it, or absent.
type DecParse struct {
	Text   string `json:"text"`
	Digits string `json:"digits,omitempty"`
}

// CoinsText is a list of coins and how the SDK writes it.
type CoinsText struct {
	Coins []sdk.Coin `json:"coins"`
	Text  string     `json:"text"`
	Valid bool       `json:"valid"`
}

// CoinParse is a text and the coin that the SDK reads from it, or absent.
type CoinParse struct {
	Text string    `json:"text"`
	Coin *sdk.Coin `json:"coin,omitempty"`
}

func dec(digits string) sdkmath.LegacyDec {
	value, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		panic(digits)
	}
	return sdkmath.LegacyNewDecFromBigIntWithPrec(value, 18)
}

func decs() []DecCase {
	one := "1000000000000000000"
	pairs := [][2]string{
		{"0", one}, {one, one}, {"1", "1"}, {"1", "500000000000000000"}, {"3", "500000000000000000"},
		{"-1", "500000000000000000"}, {"-3", "500000000000000000"}, {"5", "100000000000000000"},
		{"1500000000000000000", one}, {"2500000000000000000", one}, {"-1500000000000000000", one},
		{"-2500000000000000000", one}, {one, "3000000000000000000"}, {"-1000000000000000000", "3000000000000000000"},
		{"2000000000000000000", "3000000000000000000"}, {"1", "2000000000000000000"}, {"3", "2000000000000000000"},
		{"-1", "2000000000000000000"}, {"-3", "2000000000000000000"}, {"1", "2000000000000000001"},
		{"-1", "1999999999999999999"}, {one, "-7000000000000000000"}, {one, "0"},
		{"500000000000000000", one}, {"-500000000000000000", one}, {"499999999999999999", one},
		{"123456789123456789123456789", "987654321"},
	}
	random := rand.New(rand.NewSource(20261121))
	for i := 0; i < 200; i++ {
		pairs = append(pairs, [2]string{randomDigits(random), randomDigits(random)})
	}
	var out []DecCase
	for _, pair := range pairs {
		a, b := dec(pair[0]), dec(pair[1])
		item := DecCase{
			A: pair[0], B: pair[1],
			Mul: raw(a.Mul(b)), MulTruncate: raw(a.MulTruncate(b)),
			RoundInt: a.RoundInt().String(), TruncateInt: a.TruncateInt().String(),
		}
		if !b.IsZero() {
			item.Quo, item.QuoTruncate = raw(a.Quo(b)), raw(a.QuoTruncate(b))
		}
		out = append(out, item)
	}
	return out
}

func raw(value sdkmath.LegacyDec) string { return value.BigInt().String() }

func randomDigits(random *rand.Rand) string {
	limit := new(big.Int).Lsh(big.NewInt(1), uint(1+random.Intn(110)))
	value := new(big.Int).Rand(random, limit)
	if random.Intn(3) == 0 {
		value.Neg(value)
	}
	return value.String()
}

func decTexts() []DecText {
	var out []DecText
	for _, digits := range []string{
		"0", "1", "-1", "1000000000000000000", "-1500000000000000000", "999999999999999999",
		"1000000000000000001", "123456789012345678901234567890", "-1000000000000000000",
	} {
		out = append(out, DecText{digits, dec(digits).String()})
	}
	return out
}

func decParses() []DecParse {
	var out []DecParse
	for _, text := range []string{
		"0", "1", "-1", "1.5", "-1.5", "0.000000000000000001", "0.0000000000000000001", "-0.1", "007.10",
		"", "-", ".", "1.", ".5", "1.2.3", "1e3", "0x10", " 1", "1 ", "--1", "1_000", "1,5", "abc", "1.a",
		"100000000000000000000000000000000000000000000000000000000000",
	} {
		item := DecParse{Text: text}
		if value, err := sdkmath.LegacyNewDecFromStr(text); err == nil {
			item.Digits = raw(value)
		}
		out = append(out, item)
	}
	return out
}

func coins() []CoinsText {
	lists := []sdk.Coins{
		{}, {coin(5, "unes")}, {coin(1, "aaa"), coin(2, "unes")}, {coin(2, "unes"), coin(1, "aaa")},
		{coin(1, "unes"), coin(2, "unes")}, {coin(0, "unes")}, {sdk.Coin{Denom: "x", Amount: sdkmath.OneInt()}},
		{coin(1, "Zzz"), coin(1, "aaa")}, {coin(1, "aaa"), coin(1, "Zzz")}, {coin(1, "abc"), coin(1, "abcd")},
		{coin(1, "ibc/27394FB092D2ECCD56123C74F36E4C1F926001CEADA9CA97EA622B25F41E5EB2"), coin(2, "unes")},
	}
	var out []CoinsText
	for _, list := range lists {
		out = append(out, CoinsText{list, list.String(), list.IsValid()})
	}
	return out
}

func coinParses() []CoinParse {
	var out []CoinParse
	for _, text := range []string{
		"5unes", "0unes", "10ibc/ABC", "1factory/nesa1/x-y_z.q", "5", "unes", "", "-5unes", "5un", "5 unes",
		"1.5unes", "5unes,6uatom", "5unes ", "5ünes",
		"115792089237316195423570985008687907853269984665640564039457584007913129639935unes",
		"115792089237316195423570985008687907853269984665640564039457584007913129639936unes",
	} {
		item := CoinParse{Text: text}
		if value, err := sdk.ParseCoinNormalized(text); err == nil {
			item.Coin = &value
		}
		out = append(out, item)
	}
	return out
}

func denoms() map[string]bool {
	out := map[string]bool{}
	long := "u"
	for len(long) < 128 {
		long += "a"
	}
	for _, denom := range []string{
		"unes", "un", "u", "", "1nes", "UNES", "u.n:e_s-x/y", "u nes", "unes\n", "ünes", "u+n", long, long + "a",
	} {
		out[denom] = sdk.ValidateDenom(denom) == nil
	}
	return out
}
