export const type = 'etcFile';
export function check(): void {}
