/** What other teams' tests import. */
export {
  type CardFindings,
  type ConformanceCase,
  discoverProfile,
  type DiscoverOptions,
  HSM_TEST_KEYS,
  type HsmSuiteOptions,
  type LentTerminal,
  type Note,
  type RemoteCase,
  type SpendOptions,
  tearings,
  testHsm,
  testLedger,
  testRemoteStore,
  testRemoteTerminal,
  testTransport,
  type TransportRig,
  type TransportCase,
} from '../conformance/index.js';
export type { CardLike } from '../transport/drivers/simulator.js';
export { type Fault, type FaultyTransport, withFaults } from '../transport/index.js';
export {
  type GatewayBooks,
  type GatewayPlan,
  type SimulatedGateway,
  simulatedGateway,
} from './gateway.js';
export type { CallbackFault } from './gateway-callbacks.js';
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
} from '../vectors/index.js';
