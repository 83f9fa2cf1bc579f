/**
 * IsoDep of a WeChat mini program as it behaves: callbacks and no promise, whole ArrayBuffers only,
 * connect before anything, 13017 for every input/output failure with a text that repeats what it
 * likes. Android: the status word is the end of the data. iOS from base library 3.17.5: it stands
 * beside the data; before, it is nowhere.
 */
import type { CardLike } from '../../../src/testing/index.js';
import type { WechatAnswer, WechatIsoDep } from '../../../src/transport/drivers/wechat.js';
import { type Field, fieldOf, later, leak } from './field.js';

/** Which WeChat. */
export type WechatKind = 'android' | 'ios' | 'old-ios';

/** An IsoDep with a card at the phone. */
export interface FakeWechat extends WechatIsoDep {
  readonly field: Field;
  readonly timeoutMs: () => number;
  readonly isConnected: () => boolean;
}

interface Ends {
  readonly success: (result: never) => void;
  readonly fail: (error: unknown) => void;
}

const LIMIT_BYTES = 261;

/** Makes one. */
export function fakeWechat(card: CardLike, kind: WechatKind = 'android'): FakeWechat {
  const field = fieldOf(card);
  let connected = false;
  let timeoutMs = 0;
  const fail = ({ fail: end }: Ends, errCode: number, text = 'system internal error'): void => {
    void later(() => end({ errCode, errMsg: `transceive:fail ${text}` }));
  };
  const isoDep: FakeWechat = {
    field,
    timeoutMs: () => timeoutMs,
    isConnected: () => connected,
    connect: (ends) => {
      if (connected) fail(ends, 13022, 'Tech already connected');
      else if (!field.isThere()) fail(ends, 13016, 'connect fail');
      else {
        connected = true;
        void later(() => ends.success({ errMsg: 'connect:ok' }));
      }
    },
    close: (ends) => {
      if (!connected) fail(ends, 13023, 'Tech has not connected');
      else {
        connected = false;
        void later(() => ends.success({ errMsg: 'close:ok' }));
      }
    },
    transceive: (request) => {
      const { data } = request;
      const refuse = (errCode: number, text: string): void => fail(request, errCode, text);
      if (!(data instanceof ArrayBuffer)) refuse(13011, 'invalid parameter');
      else if (!connected) refuse(13023, 'Tech has not connected');
      else if (data.byteLength > LIMIT_BYTES) refuse(13017, leak(new Uint8Array(data)));
      else {
        const result = field.exchange(new Uint8Array(data));
        if (result.kind !== 'answered') refuse(13017, leak(new Uint8Array(data)));
        else void later(() => request.success(shape(result.answer)));
      }
    },
  };
  const shape = (answer: Uint8Array): WechatAnswer => {
    if (kind === 'android') return { data: answer.slice().buffer };
    const data = answer.slice(0, -2).buffer;
    const [sw1, sw2] = answer.slice(-2);
    return kind === 'old-ios' || sw2 === undefined ? { data } : { data, sw1: sw1 as number, sw2 };
  };
  if (kind !== 'android') return isoDep;
  return {
    ...isoDep,
    setTimeout: ({ timeout, success }) => {
      timeoutMs = timeout;
      void later(() => success({ errMsg: 'setTimeout:ok' }));
    },
    getMaxTransceiveLength: ({ success }) => void later(() => success({ length: LIMIT_BYTES })),
  };
}
