/** What other teams' tests import. */
export { type ConformanceCase, ledgerConformance } from './ledger.js';
export { type CardFindings, discoverProfile, type DiscoverOptions } from './card/discover.js';
export type { SpendOptions } from './card/spend.js';
export type { Note } from './card/bench.js';
export { createTestAuthority, TEST_KEY_SETS, type TestAuthority } from './authority.js';
export {
  parseVectorFile,
  runVectors,
  VECTOR_SCHEMA,
  type VectorFile,
  type VectorGroup,
  type VectorOutcome,
  type VectorReport,
  type VectorResultKind,
  type VectorSource,
  type VectorTest,
} from './vectors/index.js';
