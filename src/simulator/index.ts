/** A simulated ETC card, and what goes with it: profiles, personalisation, a toll gate. */
export { exchange, reset } from './card.js';
export { personalise, type CardKind, type PersonaliseOptions } from './personalise.js';
export {
  type CardProfile,
  DEFAULT_PROFILE,
  parseProfile,
  type ProfileStatusWords,
} from './profile.js';
export { restoreCard, saveCard } from './save.js';
export type {
  Access,
  CardFile,
  CardKey,
  CardState,
  Directory,
  KeyUse,
  OpenTransaction,
  Proof,
  Purse,
  Session,
} from './state.js';
export { withT0 } from './t0.js';
export { TEST_ROOT_KEYS, type TestRootKeys } from './test-keys.js';
export { passTollGate, type TollGateOptions, type TollPassage } from './toll-gate.js';
export { createVirtualCard, type VirtualCard } from './virtual-card.js';
