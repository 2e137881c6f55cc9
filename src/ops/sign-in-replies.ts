import { maskIp } from '../http/address.ts';
import { browserNames } from '../http/browser-name.ts';

/** What the chat says to whoever scanned a code of the dashboard. WeChat does not tell their language, so each says it in both. */
export const signInReplies = {
  /** @param browser the one that shows the code, as its request told */
  number: (number: string, browser: { ip: string; userAgent: string }): string => {
    const from = [maskIp(browser.ip), ...browserNames(browser.userAgent)].join(', ');
    return [
      `您正在登录 Saoma 控制台。登录来自：${from}`,
      `验证数字：${number}`,
      '只填入您自己打开的网页，不要告诉任何人。如果不是您在登录，请勿理会。',
      '',
      `You are signing in to the Saoma dashboard from ${from}.`,
      `Your number: ${number}`,
      'Only type it into a page that you opened yourself, and tell it to nobody. If you are not signing in, do nothing.',
    ].join('\n');
  },
  stranger: (): string =>
    '您不在 Saoma 控制台的人员名单中，不能登录。\nYou are not on the list of those who may sign in to the Saoma dashboard.',
};
