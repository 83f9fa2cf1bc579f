/** The vector files by name. */
export function generate(): Record<string, unknown>;
