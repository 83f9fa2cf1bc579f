/** A credential of this phone alone: fetched behind your own login, never in the code. */
export const server = { url: 'https://etc.example', keyId: '', secret: '' };
export const terminal = '000440101001';
