/**
 * The part of PKCS#11 that is used, as a child process calls it. The host hands in what carries it
 * out: `koffiCryptoki` over the npm package koffi, or its own. Nothing native is imported.
 */

/** A handle of a slot, a session or an object, as the binding has it. */
export type TokenHandle = number | bigint;

/** Attribute and its value: numbers are CK_ULONG, booleans CK_BBOOL. */
export type TokenAttribute = readonly [type: number, value: number | boolean | Uint8Array];

/** A slot with a token in it. */
export interface TokenSlot {
  readonly slot: TokenHandle;
  /** Without the blanks at its end. */
  readonly label: string;
  /** The CKF_… bits. */
  readonly flags: number;
}

/**
 * PKCS#11, one function for one of its own. Every call but the first waits until the token has
 * answered, and throws a `TokenFault` where it answers anything but CKR_OK.
 * PKCS#11 绑定接口（由宿主注入）。
 */
export interface Cryptoki {
  /** C_Initialize. */
  initialize(): void;
  /** C_GetSlotList, C_GetTokenInfo. */
  slots(): readonly TokenSlot[];
  /** C_GetMechanismList. */
  mechanisms(slot: TokenHandle): readonly number[];
  /** C_OpenSession, of CKF_SERIAL_SESSION and, to write keys, CKF_RW_SESSION. */
  openSession(slot: TokenHandle, flags: number): TokenHandle;
  /** C_Login as CKU_USER. */
  login(session: TokenHandle, pin: Uint8Array): void;
  /** C_FindObjectsInit, C_FindObjects, C_FindObjectsFinal: two at most. */
  find(session: TokenHandle, template: readonly TokenAttribute[]): readonly TokenHandle[];
  /** C_GetAttributeValue; nothing where the object does not have it, or does not show it. */
  attribute(session: TokenHandle, object: TokenHandle, type: number): Uint8Array | undefined;
  /** C_DeriveKey with CK_KEY_DERIVATION_STRING_DATA. */
  derive(session: TokenHandle, key: TokenHandle, from: TokenDerivation): TokenHandle;
  /** C_EncryptInit with an IV of zeros, C_Encrypt. */
  encrypt(session: TokenHandle, key: TokenHandle, by: TokenCipher): Uint8Array;
  /** C_CreateObject. */
  create(session: TokenHandle, template: readonly TokenAttribute[]): TokenHandle;
  /** C_DestroyObject. */
  destroy(session: TokenHandle, object: TokenHandle): void;
  /** C_Finalize. */
  finalize(): void;
}

/** A key from another one and some data. */
export interface TokenDerivation {
  readonly mechanism: number;
  readonly data: Uint8Array;
  readonly template: readonly TokenAttribute[];
}

/** Data under a key, in CBC. */
export interface TokenCipher {
  readonly mechanism: number;
  readonly ivBytes: number;
  readonly data: Uint8Array;
}

/**
 * What a token answered in place of CKR_OK; `code` is its name, or its number where it has none
 * here.
 * 令牌返回的错误。
 */
export class TokenFault extends Error {
  override readonly name = 'TokenFault';
  readonly code: string;

  /**
   * @param called the PKCS#11 function
   * @param value the CK_RV
   */
  constructor(called: string, value: number) {
    const code = RETURN_VALUES[value] ?? `CKR_0x${value.toString(16)}`;
    super(`${called}: ${code}`);
    this.code = code;
  }
}

/** The values that an operator will meet. */
const RETURN_VALUES: Readonly<Record<number, string>> = {
  0x02: 'CKR_HOST_MEMORY',
  0x03: 'CKR_SLOT_ID_INVALID',
  0x05: 'CKR_GENERAL_ERROR',
  0x06: 'CKR_FUNCTION_FAILED',
  0x07: 'CKR_ARGUMENTS_BAD',
  0x10: 'CKR_ATTRIBUTE_READ_ONLY',
  0x11: 'CKR_ATTRIBUTE_SENSITIVE',
  0x12: 'CKR_ATTRIBUTE_TYPE_INVALID',
  0x13: 'CKR_ATTRIBUTE_VALUE_INVALID',
  0x30: 'CKR_DEVICE_ERROR',
  0x31: 'CKR_DEVICE_MEMORY',
  0x32: 'CKR_DEVICE_REMOVED',
  0x54: 'CKR_FUNCTION_NOT_SUPPORTED',
  0x60: 'CKR_KEY_HANDLE_INVALID',
  0x62: 'CKR_KEY_SIZE_RANGE',
  0x63: 'CKR_KEY_TYPE_INCONSISTENT',
  0x68: 'CKR_KEY_FUNCTION_NOT_PERMITTED',
  0x70: 'CKR_MECHANISM_INVALID',
  0x71: 'CKR_MECHANISM_PARAM_INVALID',
  0x82: 'CKR_OBJECT_HANDLE_INVALID',
  0xa0: 'CKR_PIN_INCORRECT',
  0xa1: 'CKR_PIN_INVALID',
  0xa2: 'CKR_PIN_LEN_RANGE',
  0xa3: 'CKR_PIN_EXPIRED',
  0xa4: 'CKR_PIN_LOCKED',
  0xb0: 'CKR_SESSION_CLOSED',
  0xb1: 'CKR_SESSION_COUNT',
  0xb3: 'CKR_SESSION_HANDLE_INVALID',
  0xb5: 'CKR_SESSION_READ_ONLY',
  0xd0: 'CKR_TEMPLATE_INCOMPLETE',
  0xd1: 'CKR_TEMPLATE_INCONSISTENT',
  0xe0: 'CKR_TOKEN_NOT_PRESENT',
  0xe1: 'CKR_TOKEN_NOT_RECOGNIZED',
  0xe2: 'CKR_TOKEN_WRITE_PROTECTED',
  0x100: 'CKR_USER_ALREADY_LOGGED_IN',
  0x101: 'CKR_USER_NOT_LOGGED_IN',
  0x102: 'CKR_USER_PIN_NOT_INITIALIZED',
  0x190: 'CKR_CRYPTOKI_NOT_INITIALIZED',
  0x191: 'CKR_CRYPTOKI_ALREADY_INITIALIZED',
};

/** The numbers of PKCS#11 that are used. */
export const CK = {
  serialSession: 4,
  readWriteSession: 2,
  userPinFinalTry: 0x20000,
  userPinLocked: 0x40000,
  secretKey: 4,
  des2: 0x14,
  genericSecret: 0x10,
  des3Cbc: 0x133,
  des3EcbEncryptData: 0x1102,
} as const;

/** The attributes of PKCS#11 that are used. */
export const CKA = {
  class: 0,
  token: 1,
  private: 2,
  label: 3,
  value: 0x11,
  checkValue: 0x90,
  keyType: 0x100,
  id: 0x102,
  sensitive: 0x103,
  encrypt: 0x104,
  decrypt: 0x105,
  wrap: 0x106,
  valueLength: 0x161,
  derive: 0x10c,
  extractable: 0x162,
} as const;
