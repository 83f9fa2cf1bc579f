/**
 * A transport over the ETC Bluetooth box, as far as public sources support it. No real box has been
 * tried yet; what is of low confidence says so where it stands.
 * @module
 */
export {
  BOX_DIALECTS,
  type BoxDialect,
  type BoxDialectName,
  type BoxVendor,
  boxVendorOf,
} from './dialects.js';
export { BOX_GATT } from './packet.js';
export { type BleBoxOptions, bleBoxTransport } from './transport.js';
export type { BoxHost } from './wire.js';
