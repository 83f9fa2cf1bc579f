/**
 * The ETC Bluetooth box: frame codec and transport, as far as public sources support them. No real
 * box has been tried yet; what is of low confidence says so where it stands.
 * @module
 */
export {
  type BoxAnswer,
  decodeAnswer,
  decodeCardAnswer,
  decodeList,
  encodeCardMessage,
  encodeList,
} from './card-channel.js';
export {
  BOX_DIALECTS,
  BOX_VENDORS,
  type BoxDialect,
  type BoxDialectName,
  type BoxVendor,
  boxVendorOf,
} from './dialects.js';
export {
  type BoxFrame,
  createMessageReader,
  decodeFrame,
  encodeFrame,
  encodeMessage,
  type MessageReader,
} from './frame.js';
export {
  BOX_GATT,
  type BoxPacket,
  createPacketReader,
  decodePacket,
  encodePacket,
  PACKET,
  type PacketReader,
} from './packet.js';
export { type BleBoxOptions, bleBoxTransport } from './transport.js';
export type { BoxHost } from './wire.js';
export { decodeWrapper, encodeWrapper } from './wrapper.js';
