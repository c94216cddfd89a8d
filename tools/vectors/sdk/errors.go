package main

import (
	errorsmod "cosmossdk.io/errors"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
)

// SdkError is a registered error of the SDK's root codespace.
type SdkError struct {
	Codespace string `json:"codespace"`
	Code      uint32 `json:"code"`
	Summary   string `json:"summary"`
}

func sdkErrors() []SdkError {
	var out []SdkError
	for _, err := range []*errorsmod.Error{
		sdkerrors.ErrTxDecode, sdkerrors.ErrInvalidSequence, sdkerrors.ErrUnauthorized,
		sdkerrors.ErrInsufficientFunds, sdkerrors.ErrUnknownRequest, sdkerrors.ErrInvalidAddress,
		sdkerrors.ErrInvalidPubKey, sdkerrors.ErrUnknownAddress, sdkerrors.ErrInvalidCoins,
		sdkerrors.ErrOutOfGas, sdkerrors.ErrMemoTooLarge, sdkerrors.ErrInsufficientFee,
		sdkerrors.ErrTooManySignatures, sdkerrors.ErrNoSignatures, sdkerrors.ErrJSONMarshal,
		sdkerrors.ErrJSONUnmarshal, sdkerrors.ErrInvalidRequest, sdkerrors.ErrTxInMempoolCache,
		sdkerrors.ErrMempoolIsFull, sdkerrors.ErrTxTooLarge, sdkerrors.ErrKeyNotFound,
		sdkerrors.ErrWrongPassword, sdkerrors.ErrorInvalidSigner, sdkerrors.ErrorInvalidGasAdjustment,
		sdkerrors.ErrInvalidHeight, sdkerrors.ErrInvalidVersion, sdkerrors.ErrInvalidChainID,
		sdkerrors.ErrInvalidType, sdkerrors.ErrTxTimeoutHeight, sdkerrors.ErrUnknownExtensionOptions,
		sdkerrors.ErrWrongSequence, sdkerrors.ErrPackAny, sdkerrors.ErrUnpackAny, sdkerrors.ErrLogic,
		sdkerrors.ErrConflict, sdkerrors.ErrNotSupported, sdkerrors.ErrNotFound, sdkerrors.ErrIO,
		sdkerrors.ErrAppConfig, sdkerrors.ErrInvalidGasLimit,
	} {
		out = append(out, SdkError{err.Codespace(), err.ABCICode(), err.Error()})
	}
	return out
}
