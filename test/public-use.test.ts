/** Nothing is public that nobody needs: every name of every subpath is used, or says why it is. */
import { expect, test } from 'vitest';
import { publicNames, unusedNames } from './support/public-surface.js';

/** Used by no other room, guide, bench or signature, and public all the same. */
const KEPT: readonly [subpath: string, names: RegExp, why: string][] = [
  [
    './apdu',
    /^(?:protectWith\w+|(?:verify|parse)Protected|ProtectedCommand|openResponse|decipherBody)$/,
    'line protection: an issuer writes files with it',
  ],
  ['./crypto', /^pad80WhenNeeded$/, 'the padding under an SM4 cipher, for tools of an issuer'],
  ['./crypto/crypto-js', /^(?:cryptoJsCipher|CryptoJsLike)$/, 'for apps that ship crypto-js'],
  [
    './purse',
    /^(?:initializeFor|debitFor|update)(?:CompoundPurchase|Unload|CappDataCache)$/,
    'every command of the purse is there: whoever reads a trace meets them all',
  ],
  [
    './purse',
    /^(?:compute|verify)(?:Load|Purchase|Unload)(?:SessionKey|Mac[123]|Tac)$/,
    'a cryptogram that one side computes the other verifies: cards, gates, issuers',
  ],
  ['./etc', /^(?:passageStatus|userType|vehicleClass)Name$/, 'what the numbers of a file mean'],
  [
    './simulator',
    /^(?:CardKind|CardFile|Access|KeyUse|Directory|Purse|Proof)$/,
    'parts of a saved card and of its options, for a variable that holds one',
  ],
  [
    './load',
    /^CardCheckStep$/,
    'a part of an order as terminals see it, for a variable that holds one',
  ],
  [
    './server/hsm/pkcs11',
    /^(?:KoffiLibrary|Pkcs11KeyObject|TokenFault)$/,
    'parts of options and bindings, for a variable that holds one',
  ],
  [
    './server',
    /^(?:memoryPersons|SCOPES_OF_ROLES)$/,
    'persons of one process, and what their roles may, for whoever keeps them elsewhere',
  ],
  ['./testing', /^CallbackFault$/, 'a part of GatewayPlan, for a variable that holds one'],
  [
    './testing',
    /^(?:Vector(?:Group|ResultKind|Source|Test)|VECTOR_SCHEMA)$/,
    'parts of a vector file, for whoever writes one',
  ],
  ['./transport', /^formatTrace$/, 'what withTrace recorded, as the text that parseTrace reads'],
  [
    './transport/remote',
    /^(?:parse)?Remote\w+$|^(?:MAX_REMOTE_COMMANDS|REMOTE_PROTOCOL_VERSION)$/,
    'the messages, for terminals and servers that others write',
  ],
  [
    './terminal',
    /^(?:createOutbox|memoryOutboxStore|OutboxStore)$/,
    'what `outbox` of serverClient is made with, over the storage of a host',
  ],
  [
    './server',
    /^(?:chainLine|WitnessMoved)$/,
    'what a journal, and a ledger, of their own are written with',
  ],
  ['./server/files', /^findLostIssues$/, 'compares a journal and a ledger that no server has open'],
  ['./server/http', /^OPENAPI$/, 'clients are generated from it without a server'],
  ['./server/http', /^DEFAULT_LIMITS$/, 'what `limits` of the handler changes'],
];

const names = publicNames();
const unused = unusedNames(names).map(({ subpath, name }) => `${subpath} ${name}`);
const isKept = (one: string): boolean =>
  KEPT.some(([subpath, pattern]) => {
    const [of, name = ''] = one.split(' ');
    return of === subpath && pattern.test(name);
  });

test('every public name is used, or kept for a reason', () => {
  expect(names.length).toBeGreaterThan(400);
  expect(unused.filter((one) => !isKept(one))).toEqual([]);
});

test('no reason is kept for names that are used or gone', () => {
  const idle = KEPT.filter(
    ([subpath, pattern]) =>
      !unused.some((one) => one.startsWith(`${subpath} `) && pattern.test(one.split(' ')[1] ?? '')),
  );
  expect(idle.map(([subpath, , why]) => `${subpath}: ${why}`)).toEqual([]);
});
