/**
 * How a server hashes: OpenSSL through node:crypto where Node hands it over, else what the card
 * side uses. Both give the same bytes. Node is asked for its module while it runs, so that no
 * bundler follows the name, and a server on another host still starts.
 */
import { fromHex } from '../bytes.js';
import { type Hashing, portableHashing } from './digest.js';

/** The part of node:crypto that is used. */
interface NodeCrypto {
  createHash(algorithm: 'sha256'): NodeDigest;
  createHmac(algorithm: 'sha256', key: Uint8Array): NodeDigest;
}
interface NodeDigest {
  update(text: string, encoding: 'utf8'): NodeDigest;
  digest(encoding: 'hex'): string;
}
interface Host {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown };
}

/** The hashing of a host. 服务器摘要算法：优先使用 node:crypto。 */
export function hashingOf(host: Host): Hashing {
  // Node before 20.16 has no such function: the portable one is right there too, and slower.
  const crypto = host.process?.getBuiltinModule?.('node:crypto') as NodeCrypto | undefined;
  if (typeof crypto?.createHmac !== 'function') return portableHashing;
  return {
    sha256: (text) => crypto.createHash('sha256').update(text, 'utf8').digest('hex'),
    hmacSha256: (secret, text) =>
      crypto.createHmac('sha256', fromHex(secret)).update(text, 'utf8').digest('hex'),
  };
}

let found: Hashing | undefined;

/** The hashing of the host that this runs on: what servers use. */
export function hostHashing(): Hashing {
  return (found ??= hashingOf(globalThis));
}
