/** How a request is signed, what a signature covers, and who is let in: HTTP and remote cards. */
export {
  type Admission,
  expectAdmitted,
  expectDistinctKeys,
  type KnownKey,
  type NonceGuard,
  type SignedRequest,
  type SigningKey,
} from './admission.js';
export { type Hashing, portableHashing, sha256Hex } from './digest.js';
export { hashingOf, hostHashing } from './host-hashing.js';
export {
  SIGNATURE_HEADERS,
  type SignatureVersion,
  signatureVersionOf,
  signedText,
  type SignedParts,
  signRequest,
  verifyRequest,
} from './request.js';
