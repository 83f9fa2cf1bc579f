import forge from 'node-forge/lib/des.js';
import { describe, expect, test } from 'vitest';
import { forgeDes, openForgeDes } from '../../src/crypto/forge-des.js';

interface Forge {
  Algorithm: new (name: string, mode: unknown) => { _keys: number[]; initialize(o: object): void };
}
const { Algorithm } = forge as Forge;
const refused = expect.objectContaining({ code: 'CIPHER_ENGINE' }) as Error;

describe('openForgeDes', () => {
  test('takes the forge that is installed', () => {
    expect(openForgeDes(forge).expand(new Uint8Array(8))).toEqual(new Array(32).fill(0));
  });

  test.each([
    ['nothing', undefined],
    ['an empty module', {}],
    ['an algorithm that gives the mode no blocks', { Algorithm: class {} }],
  ])('CIPHER_ENGINE for %s', (_title, module) => {
    expect(() => openForgeDes(module)).toThrow(refused);
  });

  test('CIPHER_ENGINE when the expanded keys have another name', () => {
    class Renamed extends Algorithm {
      override initialize(options: object): void {
        super.initialize(options);
        Object.assign(this, { _schedule: this._keys, _keys: undefined });
      }
    }
    expect(() => openForgeDes({ Algorithm: Renamed })).toThrow(refused);
  });

  test('CIPHER_ENGINE when the schedule is in another order', () => {
    class Reversed extends Algorithm {
      override initialize(options: object): void {
        super.initialize(options);
        this._keys.reverse();
      }
    }
    expect(() => openForgeDes({ Algorithm: Reversed })).toThrow(refused);
  });

  test('CIPHER_ENGINE when the block functions keep a key of their own', () => {
    class Frozen extends Algorithm {
      constructor(name: string, mode: unknown) {
        super(name, mode);
        let first: number[] | undefined;
        Object.defineProperty(this, '_keys', {
          get: () => first,
          set: (keys: number[]) => (first ??= keys),
        });
      }
    }
    expect(() => openForgeDes({ Algorithm: Frozen })).toThrow(refused);
  });

  test('96 words run as encrypt, decrypt, encrypt', () => {
    const first = forgeDes.expand(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    const second = forgeDes.expand(Uint8Array.of(9, 10, 11, 12, 13, 14, 15, 16));
    const [steps, once] = [Int32Array.of(5, -6), Int32Array.of(5, -6)];
    forgeDes.encrypt(first, steps);
    forgeDes.decrypt(second, steps);
    forgeDes.encrypt(first, steps);
    forgeDes.encrypt([...first, ...second, ...first], once);
    expect(once).toEqual(steps);
  });
});
