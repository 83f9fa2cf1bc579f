/** A counter on this phone: react-native-nfc-manager, and the library on it. */
import AsyncStorage from '@react-native-async-storage/async-storage';
import { getRandomBytes } from 'expo-crypto';
import { Platform } from 'react-native';
import NfcManager, { NfcError, NfcTech } from 'react-native-nfc-manager';
import { formatYuan, isQuancunError, load, parseYuan, recharge, serverClient } from 'quancun';
import { gbkDecoderOf } from 'quancun/gbk';
import { decodeGbkByTable } from 'quancun/gbk-table';
import { textIntentStore } from 'quancun/terminal';
import { withGetResponse, withQueue } from 'quancun/transport';
import { hermesEnv, hermesFetch, nfcTransport } from 'quancun/transport/nfc';
import { server, terminal } from './settings.js';

/** Hermes has no random numbers of its own, and a fetch that nothing ends. */
const env = hermesEnv(globalThis, getRandomBytes);
const boundedFetch = hermesFetch(fetch, env, { AbortController });

const visit = {
  ...{ env, terminal, pin: '123456' },
  // Hermes reads UTF-8 alone: plates are read by the table.
  decodeText: gbkDecoderOf(globalThis) ?? decodeGbkByTable,
  authority: serverClient({ ...server, env, fetch: boundedFetch }),
  // What a customer has paid survives the app.
  intents: textIntentStore({
    read: () => AsyncStorage.getItem('intents'),
    write: (text) => AsyncStorage.setItem('intents', text),
  }),
};

/** 充值. `ask` shows a question and answers true or false. */
export function rechargeCard(yuan, { ask, onStage }) {
  return onCard((transport) =>
    recharge({
      ...{ ...visit, transport, onStage, outlet: 'self', amountFen: parseYuan(yuan) },
      confirmCard: ({ issue, balanceFen }) =>
        ask(`车牌 ${issue.plate}，余额 ${formatYuan(balanceFen)} 元，确认充值？`),
      takePayment: async ({ orderId, amountFen }) =>
        (await ask(`请收现金 ${formatYuan(amountFen)} 元，已收到？`))
          ? { provider: 'cash', transactionId: orderId, amountFen }
          : undefined,
    }),
  );
}

/** 圈存: finishes the order that the card still has open. */
export function finish({ onStage }) {
  return onCard((transport) => load({ ...visit, transport, onStage }));
}

/** Waits for a card at the phone; the driver gives the technology back behind the work. */
async function onCard(work) {
  const session = Platform.OS === 'ios' ? { iosSessionStartedAtMs: Date.now() } : {};
  try {
    await NfcManager.requestTechnology(NfcTech.IsoDep);
    const transport = await nfcTransport(NfcManager, { ...session, errors: NfcError });
    try {
      return tell(await work(withQueue(withGetResponse(transport), env)));
    } finally {
      await transport.close();
    }
  } catch (error) {
    if (!isQuancunError(error)) return { text: '无法使用 NFC，请检查手机设置。' };
    return { text: `${error.messageZh}。${error.hint.zh}` };
  }
}

/** `next` is the button to press; money is taken again only where it is 'recharge'. */
function tell({ outcome, amountFen, error, next }) {
  if (outcome === 'credited') return { text: `${formatYuan(amountFen)} 元已到卡。` };
  return { next, text: `${error.messageZh}。${error.hint.zh}` };
}
