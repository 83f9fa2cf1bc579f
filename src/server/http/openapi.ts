/**
 * The description of the interface, served at /openapi.json: made from the table of routes and from
 * the declarations of their messages, so that it says what the server holds requests to.
 */
import { toJsonSchemaDefs } from '@valibot/to-json-schema';
import * as v from 'valibot';
import type { ErrorRow } from '../../errors.js';
import {
  CARD_REPORT,
  CARD_REQUEST,
  CHANGED_PERSON,
  CHECK_CARD,
  CLEAR_LIMITS,
  CLEAR_LOGINS,
  CLOSE_DAY,
  DAY_REPORT,
  DAY_REQUEST,
  DAYS_PAGE,
  DAYS_REQUEST,
  END_WORK,
  EXPORT_PAGE,
  EXPORT_REQUEST,
  FOREIGN_RECORD,
  JOURNAL_REQUEST,
  JOURNAL_VIEW,
  JOURNALS,
  LIMITS_CLEARED,
  LIMITS_VIEW,
  LOG_IN,
  LOGINS_CLEARED,
  LOGINS_VIEW,
  NEW_PERSON,
  NOT_TAKEN,
  NOTHING,
  ORDER_HISTORY,
  ORDER_VIEW,
  PAYING,
  PERSON_VIEW,
  PERSONS,
  QR_VIEW,
  RECORDS_PAGE,
  REFUND,
  REFUNDS_PAGE,
  REFUNDS_REQUEST,
  REFUSAL,
  RELEASE,
  SESSION_ENDED,
  SESSION_VIEW,
  SHIFT_VIEW,
  SLIP_VIEW,
  STATEMENT_REPORT,
  STATEMENT_REQUEST,
  STEP,
  TAKINGS,
  TAKINGS_REQUEST,
  UNLOCK,
  UNSETTLED,
  WORK_ENDED,
  WORK_PAGE,
  WORK_REQUEST,
} from '../../messages/index.js';
import { SIGNATURE_HEADERS } from '../../signing/index.js';
import { component, HEADERS, type Json, parameters, saidBeside } from './openapi-headers.js';
import { statusOf } from './problem.js';
import { ORDERS_QUERY } from './records.js';
import { AWAY, CALLBACK_REFUSALS, refusalsOf, type Route, ROUTES } from './route-table.js';

/** RFC 9457, and our error whole. */
const PROBLEM = v.object({
  type: v.string(),
  title: v.string(),
  status: v.number(),
  detail: v.string(),
  ...REFUSAL.entries,
});

const DECLARATIONS = {
  Order: ORDER_VIEW,
  CardCheck: CHECK_CARD,
  CardReport: CARD_REPORT,
  CreateOrder: ROUTES.createOrder.request,
  BeginPayment: ROUTES.beginPayment.request,
  EndPayment: ROUTES.endPayment.request,
  NotTaken: NOT_TAKEN,
  Payment: ROUTES.confirmPayment.request,
  Visit: ROUTES.reportVisit.request,
  Step: STEP,
  Card: CARD_REQUEST,
  Unsettled: UNSETTLED,
  Query: ORDERS_QUERY,
  Records: RECORDS_PAGE,
  Nothing: NOTHING,
  Refund: REFUND,
  ForeignRecord: FOREIGN_RECORD,
  Release: RELEASE,
  Slip: SLIP_VIEW,
  Paying: PAYING,
  Qr: QR_VIEW,
  RefundsQuery: REFUNDS_REQUEST,
  Refunds: REFUNDS_PAGE,
  WorkQuery: WORK_REQUEST,
  Work: WORK_PAGE,
  EndWork: END_WORK,
  WorkEnded: WORK_ENDED,
  StatementQuery: STATEMENT_REQUEST,
  Statement: STATEMENT_REPORT,
  Limits: LIMITS_VIEW,
  ClearLimits: CLEAR_LIMITS,
  LimitsCleared: LIMITS_CLEARED,
  JournalNumber: JOURNAL_REQUEST,
  Journal: JOURNAL_VIEW,
  Journals: JOURNALS,
  LogIn: LOG_IN,
  Logins: LOGINS_VIEW,
  ClearLogins: CLEAR_LOGINS,
  LoginsCleared: LOGINS_CLEARED,
  Unlock: UNLOCK,
  Session: SESSION_VIEW,
  SessionEnded: SESSION_ENDED,
  Shift: SHIFT_VIEW,
  NewPerson: NEW_PERSON,
  ChangedPerson: CHANGED_PERSON,
  Person: PERSON_VIEW,
  Persons: PERSONS,
  History: ORDER_HISTORY,
  TakingsQuery: TAKINGS_REQUEST,
  Takings: TAKINGS,
  Day: DAY_REQUEST,
  CloseDay: CLOSE_DAY,
  DayReport: DAY_REPORT,
  DaysQuery: DAYS_REQUEST,
  Days: DAYS_PAGE,
  ExportQuery: EXPORT_REQUEST,
  Export: EXPORT_PAGE,
  Problem: PROBLEM,
};

/** A declaration by its name; what is not in the list could not be described. */
function schemaOf(declaration: v.GenericSchema): Json {
  const [name] = Object.entries(DECLARATIONS).find(([, one]) => one === declaration) ?? [];
  return component('schemas', name ?? 'undeclared');
}

function json(schema: Json, type = 'application/json'): Json {
  return { [type]: { schema } };
}

/** One answer for each status, with the codes that it can carry. */
function refused(rows: readonly ErrorRow[]): Json {
  const byStatus: Record<string, ErrorRow[]> = {};
  for (const row of rows) (byStatus[String(statusOf(row.code))] ??= []).push(row);
  const answers = Object.entries(byStatus).map(([status, some]) => {
    const code = { enum: some.map((row) => row.code) };
    const schema = { allOf: [component('schemas', 'Problem'), { properties: { code } }] };
    const description = some.map((row) => `${row.code}: ${row.en}`).join('\n\n');
    const content = json(schema, 'application/problem+json');
    return [status, { description, headers: saidBeside(Number(status)), content }];
  });
  const later = {
    description: 'A code of a later version; nothing was changed unless `money` says so.',
    content: json(component('schemas', 'Problem'), 'application/problem+json'),
  };
  return { ...(Object.fromEntries(answers) as Json), default: later };
}

function operation(operationId: string, route: Route): Json {
  const { path, summary, scope, money, request, reply, stops } = route;
  const signed = Object.keys(HEADERS).map((name) => component('parameters', name));
  const headers = saidBeside(200);
  const done = { description: 'Done.', headers, content: json(schemaOf(reply)) };
  return {
    operationId,
    summary,
    description: `Scope: ${scope}.`,
    'x-scope': scope,
    ...(stops === undefined ? {} : { 'x-stop-codes': stops.map(({ code }) => code) }),
    parameters: [
      ...signed,
      ...[component('parameters', 'requestId'), component('parameters', 'traceparent')],
      ...(path.includes('{') ? [component('parameters', 'orderId')] : []),
      ...(money ? [component('parameters', 'idempotencyKey')] : []),
    ],
    ...(request === undefined
      ? {}
      : { requestBody: { required: true, content: json(schemaOf(request)) } }),
    responses: { '200': done, ...refused(refusalsOf(route)) },
    security: [{ signature: [] }],
  };
}

/** What is open to whoever reaches the port, and what a payment provider calls. */
function openPaths(): Json {
  const get = (
    operationId: string,
    summary: string,
    content: Json,
    away: readonly ErrorRow[] = [],
  ): Json => ({
    get: {
      operationId,
      summary,
      responses: { '200': { description: 'Done.', content }, ...refused(away) },
      security: [],
    },
  });
  const status = json({ type: 'object', required: ['status'] });
  const notReady = {
    description: 'Not ready: `reasons` says why, where it is told.',
    headers: saidBeside(503),
    content: status,
  };
  const { get: readyz } = get('getReadiness', 'Whether it can do its work now', status) as {
    readonly get: { readonly responses: Json };
  };
  return {
    '/livez': get('getLiveness', 'Whether the process answers; nothing behind it is asked', status),
    '/readyz': { get: { ...readyz, responses: { ...readyz.responses, '503': notReady } } },
    '/health': get('getHealth', 'Whether it stands, and how many orders where', json({}), AWAY),
    '/metrics': get('getMetrics', 'Counts, as Prometheus reads them', json({}, 'text/plain')),
    '/openapi.json': get('getDescription', 'This description', json({ type: 'object' })),
    '/callbacks/{provider}': {
      post: {
        operationId: 'takeCallback',
        summary: 'A payment provider says that something happened; its own signature admits it',
        parameters: [{ name: 'provider', in: 'path', required: true, schema: { type: 'string' } }],
        responses: {
          '200': { description: 'Taken, in the words that the provider expects.' },
          ...refused(CALLBACK_REFUSALS),
        },
        security: [],
      },
    },
  };
}

function paths(): Json {
  const all: Record<string, Json> = {};
  for (const [operationId, route] of Object.entries(ROUTES) as [string, Route][]) {
    const method = route.method.toLowerCase();
    all[route.path] = { ...all[route.path], [method]: operation(operationId, route) };
  }
  return { ...all, ...openPaths() };
}

/**
 * The description of the interface, OpenAPI 3.1.
 * 接口描述（OpenAPI 3.1）。
 */
export const OPENAPI: Readonly<Record<string, unknown>> = {
  openapi: '3.1.0',
  info: {
    title: 'quancun authority',
    version: '1',
    description: 'Orders, payments and loads of ETC cards, exactly once. Requests are signed.',
  },
  paths: paths(),
  components: {
    schemas: toJsonSchemaDefs(DECLARATIONS, {
      target: 'draft-2020-12',
      // What a schema cannot say is said beside it, as metadata.
      ignoreActions: ['check'],
      overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    }),
    parameters: parameters(),
    headers: {
      requestId: { description: 'What the request is called in logs.', schema: { type: 'string' } },
    },
    securitySchemes: {
      signature: {
        type: 'apiKey',
        in: 'header',
        name: SIGNATURE_HEADERS.signature,
        description:
          '`2:` and HMAC-SHA-256, hex, under the secret of quancun-key-id, over the lines QUANCUN2, method, path with query, quancun-timestamp, quancun-nonce, SHA-256 of the body, Idempotency-Key, quancun-session; an absent one is an empty line.',
      },
    },
  },
};
