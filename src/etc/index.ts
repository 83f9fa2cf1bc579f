/** The toll application: its address, files and code tables, and what its version says of keys. */
export { MASTER_FILE, TOLL_APPLICATION, TOLL_APPLICATION_NAME } from './application.js';
export * as ef0012 from './0012-toll.js';
export type { NationalToll, TollInformation, TollLayout, Yunnan2020Toll } from './0012-toll.js';
export * as ef0015 from './0015-issue.js';
export type { IssueInformation } from './0015-issue.js';
export { surfaceCardNumber } from './0015-issue.js';
export * as ef0016 from './0016-holder.js';
export type { HolderInformation } from './0016-holder.js';
export * as ef0018 from './0018-log.js';
export type { LogRecord } from './0018-log.js';
export * as ef0019 from './0019-compound.js';
export type { CompoundRecord } from './0019-compound.js';
export {
  cardTypeName,
  isPassCard,
  passageStatusName,
  STORED_VALUE_CARD,
  userTypeName,
  vehicleClassName,
} from './codes.js';
export { encodePin, isPin, LOAD_KEY_INDEX, loadKeyIndex, type PinForm, pinFormOf } from './keys.js';
export { networkName } from './networks.js';
export {
  foldPlate,
  mayBePlateColour,
  type Named,
  PLATE_COLOURS,
  plateColourName,
  UNKNOWN_PLATE_COLOUR,
} from '../plate.js';
export { findReasonsAgainst, type Validity, validityOf } from './validity.js';
