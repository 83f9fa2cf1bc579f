/**
 * All that the pages need, bundled into one CommonJS file: a counter on this phone. `wx` is handed
 * in; nothing here is WeChat's own.
 */
import { formatYuan, isQuancunError, load, parseYuan, recharge, serverClient } from 'quancun';
import { gbkDecoderOf } from 'quancun/gbk';
import { decodeGbkByTable } from 'quancun/gbk-table';
import { textIntentStore } from 'quancun/terminal';
import { openInTime, withGetResponse, withQueue } from 'quancun/transport';
import { wechatEnv, wechatFetch, wechatTransport } from 'quancun/transport/wechat';

/** WeChat has no TextDecoder: plates are read by the table. */
const decodeText = gbkDecoderOf(globalThis) ?? decodeGbkByTable;

export async function openCounter(wx, { url, keyId, secret, terminal }) {
  const env = await wechatEnv(wx, { Date, setTimeout, clearTimeout });
  const fetch = wechatFetch(wx, env);
  const visit = {
    ...{ env, terminal, decodeText, pin: '123456' },
    authority: serverClient({ url, keyId, secret, env, fetch }),
    // What a customer has paid survives the mini program.
    intents: textIntentStore({
      read: async () => wx.getStorageSync('intents'),
      write: async (text) => wx.setStorageSync('intents', text),
    }),
  };
  return {
    /** 充值. `ask` shows a question and answers true or false. */
    recharge: (yuan, { ask, onStage }) =>
      onCard(wx, env, (transport) =>
        recharge({
          ...{ ...visit, transport, onStage, outlet: 'self', amountFen: parseYuan(yuan) },
          confirmCard: ({ issue, balanceFen }) =>
            ask(`车牌 ${issue.plate}，余额 ${formatYuan(balanceFen)} 元，确认充值？`),
          takePayment: async ({ orderId, amountFen }) =>
            (await ask(`请收现金 ${formatYuan(amountFen)} 元，已收到？`))
              ? { provider: 'cash', transactionId: orderId, amountFen }
              : undefined,
        }),
      ),
    /** 圈存: finishes the order that the card still has open. */
    load: ({ onStage }) => onCard(wx, env, (transport) => load({ ...visit, transport, onStage })),
  };
}

/** Waits for a card at the phone, and lets it go behind the work. */
async function onCard(wx, env, work) {
  const isIos = wx.getDeviceInfo().platform === 'ios';
  const session = isIos ? { iosSessionStartedAtMs: env.now() } : {};
  const adapter = wx.getNFCAdapter();
  try {
    await new Promise((resolve, reject) => {
      adapter.onDiscovered(resolve);
      adapter.startDiscovery({ fail: reject });
    });
    const opened = await openInTime(() => wechatTransport(adapter.getIsoDep(), session), { env });
    try {
      return tell(await work(withQueue(withGetResponse(opened), env)));
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (isQuancunError(error)) return { done: false, text: `${error.messageZh}。${error.hint.zh}` };
    return { done: false, text: '无法使用 NFC，请检查手机设置。' };
  } finally {
    adapter.offDiscovered();
    adapter.stopDiscovery({});
  }
}

/** `next` is the button to press; money is taken again only where it is 'recharge'. */
function tell(result) {
  const { amountFen, error, next } = result;
  if (result.outcome === 'credited') {
    return { done: true, text: `${formatYuan(amountFen)} 元已到卡。` };
  }
  return { done: false, next, text: `${error.messageZh}。${error.hint.zh}` };
}
