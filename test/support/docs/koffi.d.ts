/**
 * The binding `koffi`, as far as the guide to keys uses it. Its own types are taken instead
 * wherever it is installed.
 */
declare module 'koffi' {
  const binding: {
    load(path: string): {
      func(name: string, result: string, parameters: unknown[]): (...args: unknown[]) => unknown;
    };
    struct(name: string, fields: Readonly<Record<string, unknown>>): unknown;
    pack(name: string, fields: Readonly<Record<string, unknown>>): unknown;
    pointer(type: unknown): unknown;
    inout(type: unknown): unknown;
    sizeof(type: string): number;
  };
  export default binding;
}
