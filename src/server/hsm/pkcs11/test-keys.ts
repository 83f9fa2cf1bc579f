/**
 * Writes published keys to a token for tests. Real master keys are made or imported by the
 * vendor's own tools, in components, at a ceremony: never through a program that knows them whole.
 */
import { fromHex } from '../../../bytes.js';
import { QuancunError } from '../../../errors.js';
import { HSM_CIPHER_UNSUPPORTED } from './errors.js';
import { SOFTWARE_KEYS_REFUSED } from '../errors.js';
import type { SoftKeySet } from '../soft.js';
import { CK, CKA, type Cryptoki, type TokenAttribute } from './cryptoki.js';
import type { Pkcs11KeySet, Pkcs11Sm4 } from './key-set.js';
import { logIn } from './open-token.js';

/** Which keys go where. */
export interface TestKeysOptions {
  /** Must be the word `test`. */
  readonly allowSoftwareKeys: 'test';
  /** The token, as nobody else in this process uses it. */
  readonly cryptoki: Cryptoki;
  readonly tokenLabel: string;
  readonly pin: string;
  readonly keys: readonly SoftKeySet[];
  readonly sm4?: Pkcs11Sm4;
}

/**
 * Writes test keys to a token as `pkcs11Hsm` wants them: sensitive, not extractable, deriving only.
 * 将测试密钥写入令牌（敏感、不可导出、仅可派生）；仅限测试。
 * @returns what finds them
 * @throws SOFTWARE_KEYS_REFUSED, HSM_PIN_REFUSED, HSM_CIPHER_UNSUPPORTED, TokenFault
 */
export function writeTestKeys(options: TestKeysOptions): readonly Pkcs11KeySet[] {
  const { allowSoftwareKeys, cryptoki, keys, sm4 } = options;
  if ((allowSoftwareKeys as unknown) !== 'test') throw new QuancunError(SOFTWARE_KEYS_REFUSED);
  const pin = Buffer.from(options.pin, 'utf8');
  const { session } = logIn(cryptoki, options.tokenLabel, pin, CK.readWriteSession);
  try {
    return keys.map((set) => {
      const { keyIndex, cipher, hierarchy } = set;
      const keyType = cipher === '3des' ? CK.des2 : sm4?.keyType;
      if (keyType === undefined) {
        throw new QuancunError(HSM_CIPHER_UNSUPPORTED, { details: { cipher, problem: '-' } });
      }
      const [loadKey, tacKey] = (['DLK', 'DTK'] as const).map((name) => {
        const label = `${name}-${keyIndex.toString(16).padStart(2, '0')}`;
        // A card's own TAC key is folded outside: it is read.
        const isRead = hierarchy === 'card' && name === 'DTK' && cipher === '3des';
        const enciphers = hierarchy === 'card' && name === 'DTK' && cipher === 'sm4';
        const value = fromHex(name === 'DLK' ? set.loadKey : set.tacKey);
        const use = { label, keyType, isRead, enciphers };
        cryptoki.create(session, [...templateOf(use), [CKA.value, value]]);
        return { label };
      });
      return { keyIndex, cipher, hierarchy, loadKey: loadKey ?? {}, tacKey: tacKey ?? {} };
    });
  } finally {
    cryptoki.finalize();
  }
}

function templateOf(use: {
  readonly label: string;
  readonly keyType: number;
  readonly isRead: boolean;
  readonly enciphers: boolean;
}): readonly TokenAttribute[] {
  return [
    [CKA.class, CK.secretKey],
    [CKA.keyType, use.keyType],
    [CKA.label, Buffer.from(use.label, 'utf8')],
    [CKA.token, true],
    [CKA.private, true],
    [CKA.sensitive, !use.isRead],
    [CKA.extractable, use.isRead],
    [CKA.encrypt, use.enciphers],
    [CKA.decrypt, false],
    [CKA.wrap, false],
    [CKA.derive, !use.isRead && !use.enciphers],
  ];
}
