/** 卡片网络编号: the toll networks, by the four digits of EF 0015. */
import type { Named } from '../plate.js';

export const NETWORKS = {
  '1101': { en: 'Beijing Sutong', zh: '北京 速通' },
  '1201': { en: 'Tianjin', zh: '天津' },
  '1301': { en: 'Hebei', zh: '河北' },
  '1401': { en: 'Shanxi', zh: '山西' },
  '1501': { en: 'Inner Mongolia Mengtong', zh: '内蒙古 蒙通' },
  '2101': { en: 'Liaoning Liaotong', zh: '辽宁 辽通' },
  '2201': { en: 'Jilin Jitong', zh: '吉林 吉通' },
  '2301': { en: 'Heilongjiang Longtong', zh: '黑龙江 龙通' },
  '3101': { en: 'Shanghai Hutong', zh: '上海 沪通' },
  '3201': { en: 'Jiangsu Sutong', zh: '江苏 苏通' },
  '3301': { en: 'Zhejiang', zh: '浙江' },
  '3401': { en: 'Anhui', zh: '安徽' },
  '3501': { en: 'Fujian', zh: '福建' },
  '3601': { en: 'Jiangxi Gantong', zh: '江西 赣通' },
  '3701': { en: 'Shandong Lutong', zh: '山东 鲁通' },
  '3702': { en: 'Shandong Xinlian', zh: '山东 信联' },
  '4101': { en: 'Henan Zhongyuantong', zh: '河南 中原通' },
  '4201': { en: 'Hubei Tongqu', zh: '湖北 通衢' },
  '4301': { en: 'Hunan Xiangtong', zh: '湖南 湘通' },
  '4401': { en: 'Guangdong Yuetong', zh: '广东 粤通' },
  '4501': { en: 'Guangxi Baguixing', zh: '广西 八桂行' },
  '5001': { en: 'Chongqing Tongyu', zh: '重庆 通渝' },
  '5101': { en: 'Sichuan Shutong', zh: '四川 蜀通' },
  '5201': { en: 'Guizhou Qiantong', zh: '贵州 黔通' },
  '5301': { en: 'Yunnan Yuntong', zh: '云南 云通' },
  '6101': { en: 'Shaanxi Sanqintong', zh: '陕西 三秦通' },
  '6201': { en: 'Gansu Longtong', zh: '甘肃 陇通' },
  '6301': { en: 'Qinghai Qingtong', zh: '青海 青通' },
  '6401': { en: 'Ningxia Ningtong', zh: '宁夏 宁通' },
  '6501': { en: 'Xinjiang', zh: '新疆' },
} as const satisfies Readonly<Record<string, Named>>;

const MILITARY: Named = { en: 'Military vehicles', zh: '军车' };

/**
 * The network's name; every number 05xx is a military one.
 * 路网名称。
 * @example networkName('4401')?.zh; // '广东 粤通'
 */
export function networkName(network: string): Named | undefined {
  const table: Readonly<Record<string, Named>> = NETWORKS;
  if (Object.prototype.hasOwnProperty.call(table, network)) return table[network];
  return network.startsWith('05') ? MILITARY : undefined;
}
