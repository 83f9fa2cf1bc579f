/** The conformance suites: rules that every transport, ledger and HSM keeps, and what a card is. */
export type { ConformanceCase } from './conformance.js';
export { type CardFindings, discoverProfile, type DiscoverOptions } from './card/discover.js';
export type { Note } from './card/rig.js';
export type { SpendOptions } from './card/spend.js';
export { HSM_TEST_KEYS } from './hsm-answers.js';
export { type HsmSuiteOptions, testHsm } from './hsm.js';
export { testLedger } from './ledger.js';
export { type RemoteCase, testRemoteStore } from './remote-store.js';
export { type LentTerminal, testRemoteTerminal } from './remote-terminal.js';
export type { TransportRig } from './transport-rig.js';
export { tearings, testTransport, type TransportCase } from './transport.js';
