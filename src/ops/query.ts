import { AppError } from '../kit/errors.ts';
import { sceneStates } from '../protocol/messages.ts';
import type { SceneState } from '../protocol/messages.ts';
import type { SceneQuery } from '../scene/store.ts';

/** Which scenes somebody wants to see; what is left out is not looked at. */
export type SceneFilter = Pick<SceneQuery, 'state' | 'site' | 'account'>;

/** What a parameter may be, and how that is told. */
export interface ParameterRule {
  shape: RegExp;
  rule: string;
}

export const nameRule = { shape: /^[a-z0-9-]{1,32}$/, rule: 'must be 1 to 32 of a-z, 0-9 and -' };
const rules = {
  state: {
    shape: new RegExp(`^(?:${sceneStates.join('|')})$`),
    rule: `must be one of ${sceneStates.join(', ')}`,
  },
  site: nameRule,
  account: nameRule,
  limit: { shape: /^[1-9][0-9]{0,3}$/, rule: 'must be a number of 1 or more' },
  /** A place in the list: the time and the id of the last scene before it. */
  cursor: { shape: /^[0-9]{1,16}\.[A-Za-z0-9_-]{22}$/, rule: 'must be the nextCursor of an earlier page' },
} as const;

type Name = keyof typeof rules;

/** Reads the filters; an empty one counts as none, and unknown names are ignored. @throws AppError `invalid_request` with the reason */
export function readFilter(query: URLSearchParams): SceneFilter {
  const state = read(query, 'state');
  const site = read(query, 'site');
  const account = read(query, 'account');
  return {
    ...(state !== undefined && { state: state as SceneState }),
    ...(site !== undefined && { site }),
    ...(account !== undefined && { account }),
  };
}

/** Reads which page of the list is asked for. @throws AppError `invalid_request` with the reason */
export function readListQuery(
  query: URLSearchParams,
  limits: { preset: number; largest: number },
): SceneQuery {
  const limit = readLimit(query, limits);
  const cursor = read(query, 'cursor');
  return { ...readFilter(query), limit, ...(cursor !== undefined && { cursor }) };
}

/** How many are wanted. @throws AppError `invalid_request` with the reason */
export function readLimit(query: URLSearchParams, limits: { preset: number; largest: number }): number {
  const limit = Number(read(query, 'limit') ?? limits.preset);
  if (limit > limits.largest) throw invalid('limit', `must be at most ${limits.largest}`);
  return limit;
}

function read(query: URLSearchParams, parameter: Name): string | undefined {
  return readParameter(query, parameter, rules[parameter]);
}

/** One parameter; an empty one counts as none. @throws AppError `invalid_request` with the reason */
export function readParameter(
  query: URLSearchParams,
  parameter: string,
  { shape, rule }: ParameterRule,
): string | undefined {
  const given = query.getAll(parameter).filter((value) => value !== '');
  if (given.length > 1) throw invalid(parameter, 'must be given once');
  const [value] = given;
  if (value !== undefined && !shape.test(value)) throw invalid(parameter, rule);
  return value;
}

function invalid(parameter: string, rule: string): AppError {
  return new AppError('invalid_request', { message: `${parameter}: ${rule}` });
}
