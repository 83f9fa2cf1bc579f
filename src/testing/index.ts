/** What other teams' tests import. */
export type { ConformanceCase } from './conformance.js';
export { tearings, testTransport, type TransportCase } from './transport.js';
export type { TransportBench } from './transport-bench.js';
export { type CardLike } from '../transport/drivers/simulator.js';
export { type Fault, type FaultyTransport, withFaults } from '../transport/index.js';
export { type CardFindings, discoverProfile, type DiscoverOptions } from './card/discover.js';
export type { SpendOptions } from './card/spend.js';
export type { Note } from './card/bench.js';
export {
  type CallbackFault,
  type GatewayBooks,
  type GatewayPlan,
  type SimulatedGateway,
  simulatedGateway,
} from './gateway.js';
export { testHsm } from './hsm.js';
export { HSM_TEST_KEYS } from './hsm-answers.js';
export { testLedger } from './ledger.js';
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
