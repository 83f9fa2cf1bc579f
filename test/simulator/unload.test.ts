import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { desCipher } from '../../src/crypto/index.js';
import {
  computeLoadMac2,
  computeLoadSessionKey,
  computeUnloadMac2,
  computeUnloadMac3,
  computeUnloadSessionKey,
  creditForLoad,
  debitForUnload,
  initializeForLoad,
  initializeForUnload,
} from '../../src/purse/index.js';
import { parseProfile } from '../../src/simulator/index.js';
import { bareCard, keyOf } from '../support/bare-card.js';

describe('unload from the electronic deposit', () => {
  test('INITIALIZE FOR UNLOAD and DEBIT, by the library; MAC3 holds', () => {
    const profile = parseProfile({ electronicDeposit: true, pinClearedByTransaction: false });
    const card = bareCard({ kind: '3des-4x', profile });
    card.open();
    const send = (command: Uint8Array) => fromHex(card.send(toHex(command)).replace(' ', ''));
    const when = { date: '20261123', time: '100000' };
    const terminal = fromHex('000440101001');
    const request = { keyIndex: 1, amountFen: 700, terminal, purse: 'ed' } as const;
    const loading = initializeForLoad.parse(send(initializeForLoad.build(request)));
    if (!loading.ok) throw new Error('INITIALIZE FOR LOAD was refused');
    const loadKey = fromHex(keyOf(card.state, 'load').value);
    const loadSession = computeLoadSessionKey(desCipher, loadKey, loading);
    const load = { amountFen: 700, transactionType: 1, terminal, ...when };
    const mac2 = computeLoadMac2(desCipher, loadSession, load);
    expect(creditForLoad.parse(send(creditForLoad.build({ ...when, mac2 })))).toMatchObject({
      ok: true,
    });

    const unloading = initializeForUnload.parse(
      send(initializeForUnload.build({ ...request, amountFen: 200 })),
    );
    if (!unloading.ok) throw new Error('INITIALIZE FOR UNLOAD was refused');
    expect(unloading).toMatchObject({ balanceFen: 700, onlineAtc: 1 });
    const unloadKey = fromHex(keyOf(card.state, 'unload').value);
    const session = computeUnloadSessionKey(desCipher, unloadKey, unloading);
    const unload = { amountFen: 200, transactionType: 3, terminal, ...when };
    const debit = { ...when, mac2: computeUnloadMac2(desCipher, session, unload) };
    const done = debitForUnload.parse(send(debitForUnload.build(debit)));
    if (!done.ok) throw new Error('DEBIT FOR UNLOAD was refused');
    const expected = computeUnloadMac3(desCipher, session, {
      ...unload,
      rawBalanceAfter: 500,
      onlineAtc: 1,
    });
    expect(toHex(done.mac3)).toBe(toHex(expected));
    expect(card.state.ed).toEqual({ balanceFen: 500, onlineAtc: 2, offlineAtc: 0 });
  });
});
