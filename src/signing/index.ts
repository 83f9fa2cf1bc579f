/** How a request is signed and what a signature covers: HTTP and remote cards share it. */
export { sha256Hex } from './digest.js';
export {
  digestText,
  SIGNATURE_HEADERS,
  type SignedParts,
  signRequest,
  verifyRequest,
} from './request.js';
