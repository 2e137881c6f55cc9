import type { Door } from '../http/door.ts';
import { pagePolicy } from '../http/headers.ts';
import { htmlLang, languageOf } from '../http/language.ts';
import { logAlso } from '../http/request-log.ts';
import { errorPage, loginPage } from './hosted-page.ts';
import type { LoginPage, PageFault } from './hosted-page.ts';
import type { Site } from './sites.ts';

export interface LoginDoorParts {
  sites: ReadonlyMap<string, Site>;
  publicUrl: string;
  /** The sandbox's phone; `null` with a real WeChat. */
  phoneUrl: string | null;
  /** Names of the accounts that are mini programs. */
  miniPrograms: ReadonlySet<string>;
}

const parameters = ['site', 'redirect_uri', 'state', 'code_challenge', 'account', 'lang'] as const;
type Query = Partial<Record<(typeof parameters)[number], string>>;

/** The hosted login page, `GET /login`. It mints nothing: the page asks for its code when it is seen. */
export function loginDoor({ sites, publicUrl, phoneUrl, miniPrograms }: LoginDoorParts): Door {
  const policy = pagePolicy(publicUrl);
  return (router) => {
    router.get('/login', (ctx) => {
      const { query, repeated } = readQuery(ctx.querystring);
      const site = sites.get(query.site ?? '');
      const faults = [...repeated, ...faultsOf(query, site)];
      const common = {
        lang: languageOf(ctx, query.lang ?? ctx.cookies.get('saoma_lang')),
        query: ctx.querystring,
      };
      ctx.set({
        'Cache-Control': 'no-store',
        'Content-Security-Policy': policy,
        'Content-Language': htmlLang[common.lang],
      });
      ctx.type = 'html';
      ctx.status = faults.length > 0 ? 400 : 200;
      logAlso(ctx, { site: site?.id, outcome: faults.length > 0 ? faults.join(' ') : 'shown' });
      if (!site || faults.length > 0) {
        ctx.body = errorPage({ ...common, status: 400, faults });
        return;
      }
      ctx.body = loginPage({
        ...common,
        siteId: site.id,
        siteName: site.name,
        redirectUri: query.redirect_uri ?? '',
        state: query.state ?? '',
        codeChallenge: query.code_challenge ?? null,
        ...waysOf(query.account ?? site.account, site, miniPrograms),
        userAgent: ctx.get('User-Agent'),
        sandboxPhoneUrl: phoneUrl,
      });
    });
  };
}

function readQuery(querystring: string): { query: Query; repeated: PageFault[] } {
  const given = new URLSearchParams(querystring);
  const present = parameters.filter((name) => given.has(name));
  const query: Query = Object.fromEntries(present.map((name) => [name, given.get(name)]));
  return {
    query,
    repeated: present.some((name) => given.getAll(name).length > 1) ? ['parameter_repeated'] : [],
  };
}

/** Everything that is wrong, so that a developer mends it in one go. */
function faultsOf(query: Query, site: Site | undefined): PageFault[] {
  const rules: [boolean, PageFault][] = [
    [!query.site, 'site_missing'],
    [Boolean(query.site) && !site, 'site_unknown'],
    [!query.redirect_uri, 'redirect_uri_missing'],
    [
      Boolean(query.redirect_uri && site && !site.redirectUris.includes(query.redirect_uri)),
      'redirect_uri_unregistered',
    ],
    [!query.state, 'state_missing'],
    [Boolean(query.state) && !/^.{8,512}$/s.test(query.state ?? ''), 'state_length'],
    [
      query.code_challenge !== undefined && !/^[A-Za-z0-9_-]{43}$/.test(query.code_challenge),
      'code_challenge_invalid',
    ],
    [
      Boolean(query.account !== undefined && site && !site.accounts.includes(query.account)),
      'account_unregistered',
    ],
  ];
  return rules.filter(([isWrong]) => isWrong).map(([, fault]) => fault);
}

/** What is scanned, and what else could be. */
function waysOf(
  account: string,
  { accounts }: Site,
  miniPrograms: ReadonlySet<string>,
): Pick<LoginPage, 'account' | 'way' | 'otherAccount'> {
  const isMiniProgram = miniPrograms.has(account);
  return {
    account,
    way: isMiniProgram ? 'miniProgram' : 'officialAccount',
    otherAccount: accounts.find((other) => miniPrograms.has(other) !== isMiniProgram) ?? null,
  };
}
