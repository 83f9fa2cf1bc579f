/** Plans of what goes wrong: one that would never come is refused, for it would test nothing. */
import { describe, expect, test } from 'vitest';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import {
  discoverProfile,
  type DiscoverOptions,
  type Fault,
  type GatewayPlan,
  simulatedGateway,
  tearings,
  withFaults,
} from '../../src/testing/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';

const open = () => simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));

describe('simulatedGateway', () => {
  test.each([
    [{ create: ['reply-lsot'] }, /create\[0\] must be one of "fine", "request-lost", "reply-lost"/],
    [{ refund: ['pending', 'lost'] }, /refund\[1\] must be one of/],
    [{ callback: 'lost' }, /callback must be a list/],
    [{ callbacks: ['lost'] }, /there is no field callbacks/],
  ])('%j', (plan, problem) => {
    const gateway = simulatedGateway();
    for (const ask of [simulatedGateway, gateway.misbehave]) {
      expect(() => ask(plan as unknown as GatewayPlan)).toThrow(problem);
    }
    expect(() => simulatedGateway(plan as unknown as GatewayPlan)).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
    );
  });
});

describe('withFaults', () => {
  test.each([
    { exchange: 0, kind: 'garble' },
    { exchange: 1.5, kind: 'garble' },
    { exchange: '2', kind: 'garble' },
    { exchange: 2, kind: 'lose' },
    { kind: 'garble' },
  ])('%j', (fault) => {
    const plan = [{ exchange: 1, kind: 'garble' }, fault] as unknown as Fault[];
    expect(() => withFaults(open(), plan)).toThrow(
      expect.objectContaining({
        code: 'FAULT_INVALID',
        message: expect.stringContaining('Fault [1]') as string,
        messageZh: expect.stringContaining('[1] 无效') as string,
      }),
    );
  });
});

test.each([0, -1, 2.5, NaN])('tearings(%d)', (exchanges) => {
  expect(() => tearings(exchanges)).toThrow(expect.objectContaining({ code: 'BYTES_RANGE' }));
});

test.each([
  [{ keyIndex: 256 }, 'keyIndex must be 255 or less'],
  [{ rounds: NaN }, 'rounds must be a whole number'],
  [{ rounds: -1 }, 'rounds must be 0 or more'],
  [{ pin: 123456 }, 'pin must be a text'],
  [{ spend: { date: '20260101', time: '120000', loadKey: 'AB' } }, 'spend.cipher is missing'],
  [{ PIN: '123456' }, 'there is no field PIN'],
])('discoverProfile %j: %s, and the card is not asked', async (changes, problem) => {
  const faulty = withFaults(open(), []);
  const options = { random: (size: number) => new Uint8Array(size), ...changes };
  await expect(
    discoverProfile(faulty, options as unknown as DiscoverOptions),
  ).rejects.toMatchObject({ code: 'ARGUMENT_INVALID', details: { problem } });
  expect(faulty.count()).toBe(0);
});
