/**
 * The binding `smartcard`, as far as the PC/SC guide uses it. Its own types are taken instead
 * wherever it is installed.
 */
declare module 'smartcard' {
  interface Card {
    readonly protocol: number;
    readonly atr: Buffer | null;
    transmit(command: Buffer | number[]): Promise<Buffer>;
    reconnect(shareMode?: number, protocol?: number, initialization?: number): Promise<number>;
    disconnect(disposition?: number): void;
  }
  interface Reader {
    readonly name: string;
    readonly state: number;
    readonly atr: Buffer | null;
    connect(shareMode?: number, protocol?: number): Promise<Card>;
  }
  interface Context {
    listReaders(): Reader[];
    waitForChange(readers?: Reader[], timeout?: number): Promise<unknown>;
    close(): void;
  }
  const binding: { readonly Context: new () => Context };
  export default binding;
}
