/** Owns every word that the script of the login page says; what stands there before it runs is in `src/site/hosted-text.ts`. */

/**
 * @typedef {object} Said on the code: a title, a text under it, and what the button says
 * @property {string} [title]
 * @property {string} [text]
 * @property {string} [button]
 *
 * @typedef {object} Texts
 * @property {(isMiniProgram: boolean) => string} alt
 * @property {string} person who scanned, when WeChat does not tell a name
 * @property {(left: string) => string} renewsIn
 * @property {(left: string) => string} retryIn
 * @property {string} offline
 * @property {string} reconnecting
 * @property {string} codeReady
 * @property {Said} preparing
 * @property {Said} busy
 * @property {(person: string, tap: boolean) => Said} scanned
 * @property {(site: string) => Said} done
 * @property {string} goOn
 * @property {Said} paused
 * @property {Record<'denied' | 'consumed' | 'crowded' | 'cancelled', Said>} over
 * @property {Said} replaced
 * @property {Said} tooMany
 * @property {Said} failed
 */

/** @type {Record<'zh' | 'en', Texts>} */
export const texts = {
  zh: {
    alt: (isMiniProgram) => (isMiniProgram ? '微信登录小程序码' : '微信登录二维码'),
    person: '微信用户',
    renewsIn: (left) => `${left} 后自动更换二维码`,
    retryIn: (left) => `${left} 后自动重试`,
    offline: '网络已断开，恢复后将自动继续',
    reconnecting: '连接中断，正在重新连接…',
    codeReady: '二维码已就绪，请用微信扫码',
    preparing: { title: '正在生成二维码…' },
    busy: { title: '登录人数较多', text: '请稍候，无需刷新页面' },
    scanned: (person, tap) => ({ title: person, text: tap ? '已扫码，请在手机上确认' : '已扫码，正在登录…' }),
    done: (site) => ({ title: '登录成功', text: `正在返回 ${site}…` }),
    goOn: '继续',
    paused: { title: '还在吗？', text: '二维码已停止自动更换', button: '点击继续' },
    over: {
      denied: { title: '已拒绝登录', text: '您在手机上拒绝了这次登录', button: '重新获取二维码' },
      consumed: { title: '已完成登录', text: '此二维码已在别处完成登录', button: '重新获取二维码' },
      crowded: { title: '登录已取消', text: '有多人扫描了此二维码', button: '重新获取二维码' },
      cancelled: { title: '登录已取消', text: '没有登录任何账号', button: '重新获取二维码' },
    },
    replaced: { title: '已在其他标签页继续', text: '同一次登录只能在一处进行', button: '在此页继续' },
    tooMany: { title: '操作过于频繁', text: '请稍等片刻再试', button: '重试' },
    failed: { title: '暂时无法登录', text: '请返回网站重新登录，或再试一次', button: '重试' },
  },
  en: {
    alt: (isMiniProgram) => `${isMiniProgram ? 'Mini-program' : 'QR'} code to sign in with WeChat`,
    person: 'WeChat user',
    renewsIn: (left) => `New code in ${left}`,
    retryIn: (left) => `Trying again in ${left}`,
    offline: 'You are offline. Waiting for the network…',
    reconnecting: 'Connection lost. Reconnecting…',
    codeReady: 'The code is ready. Scan it with WeChat.',
    preparing: { title: 'Making your code…' },
    busy: { title: 'Busy at the moment', text: 'Please wait, no need to reload' },
    scanned: (person, tap) => ({
      title: person,
      text: tap ? 'Scanned. Please confirm on your phone.' : 'Scanned. Signing you in…',
    }),
    done: (site) => ({ title: 'You are signed in', text: `Taking you back to ${site}…` }),
    goOn: 'Continue',
    paused: { title: 'Still there?', text: 'The code is no longer renewed', button: 'Click to continue' },
    over: {
      denied: {
        title: 'Sign-in declined',
        text: 'It was declined on the phone',
        button: 'Get a new code',
      },
      consumed: {
        title: 'Already signed in',
        text: 'This code was used in another place',
        button: 'Get a new code',
      },
      crowded: {
        title: 'Sign-in cancelled',
        text: 'Several people scanned this code',
        button: 'Get a new code',
      },
      cancelled: { title: 'Sign-in cancelled', text: 'Nobody was signed in', button: 'Get a new code' },
    },
    replaced: {
      title: 'Continued in another tab',
      text: 'A sign-in can go on in one place only',
      button: 'Continue here',
    },
    tooMany: { title: 'Too many attempts', text: 'Please wait a moment', button: 'Try again' },
    failed: {
      title: 'Sign-in is unavailable',
      text: 'Go back to the website, or try once more',
      button: 'Try again',
    },
  },
};

const longestName = 32;

/**
 * A name as it may be shown: people choose it, so it is bounded, and nothing in it turns the text around it.
 * @param {string | null | undefined} nickname
 * @returns {string} empty when nothing is left of it
 */
export function displayName(nickname) {
  const plain = (nickname ?? '').replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu, ' ');
  const letters = Array.from(plain.replaceAll(/\s+/g, ' ').trim());
  return letters.length > longestName ? `${letters.slice(0, longestName).join('')}…` : letters.join('');
}
