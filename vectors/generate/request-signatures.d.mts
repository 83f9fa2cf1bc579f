/** The vector file of signed requests. */
export function requestSignatures(): unknown;
