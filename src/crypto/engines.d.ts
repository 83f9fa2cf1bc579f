/**
 * Types of the two deep imports. The engines are taken file by file, never by their package's
 * index: forge's index is 80 KB of things a purse has no use for, sm-crypto's brings SM2.
 */

declare module 'node-forge/lib/des.js' {
  /** Untyped on purpose: `forge-des.ts` checks the shape at load time and trusts nothing else. */
  const des: unknown;
  export default des;
}

declare module 'sm-crypto/src/sm4/index.js' {
  interface Sm4Options {
    readonly padding: 'none';
    readonly output: 'array';
    readonly mode?: 'cbc';
    readonly iv?: readonly number[];
  }
  const sm4: {
    encrypt(data: Uint8Array, key: Uint8Array, options: Sm4Options): number[];
    decrypt(data: Uint8Array, key: Uint8Array, options: Sm4Options): number[];
  };
  export default sm4;
}
