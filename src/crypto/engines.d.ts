/**
 * Types of the deep import. The engine is taken file by file, never by its package's
 * index: forge's is 80 KB of things a purse has no use for.
 */

declare module 'node-forge/lib/des.js' {
  /** Untyped on purpose: `forge-des.ts` checks the shape at load time and trusts nothing else. */
  const des: unknown;
  export default des;
}
