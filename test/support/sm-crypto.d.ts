/** Types of the one file of sm-crypto that the tests ask: its SM4, without its SM2. */
declare module 'sm-crypto/src/sm4/index.js' {
  interface Sm4Options {
    readonly padding: 'none';
    readonly output: 'array';
  }
  const sm4: {
    encrypt(data: Uint8Array, key: Uint8Array, options: Sm4Options): number[];
    decrypt(data: Uint8Array, key: Uint8Array, options: Sm4Options): number[];
  };
  export default sm4;
}
