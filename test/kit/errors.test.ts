import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/kit/errors.ts';
import type { ErrorCode } from '../../src/kit/errors.ts';

/** The codes that the contract names, and their statuses. */
const contract: [ErrorCode, number][] = [
  ['invalid_request', 400],
  ['invalid_grant', 400],
  ['code_invalid', 400],
  ['code_used', 400],
  ['invalid_signature', 400],
  ['encrypted_data_invalid', 400],
  ['iv_invalid', 400],
  ['watermark_invalid', 400],
  ['watermark_stale', 400],
  ['account_not_allowed', 400],
  ['invalid_client', 401],
  ['session_expired', 401],
  ['forbidden_role', 403],
  ['origin_not_allowed', 403],
  ['person_refused', 403],
  ['peers_not_allowed', 403],
  ['unknown_site', 404],
  ['unknown_account', 404],
  ['scene_not_found', 404],
  ['approval_not_found', 404],
  ['scene_final', 409],
  ['scene_taken', 409],
  ['approval_used', 409],
  ['payload_too_large', 413],
  ['message_too_large', 413],
  ['inbox_full', 429],
  ['export_under_way', 429],
  ['rate_limited', 429],
  ['wechat_unavailable', 503],
  ['store_unavailable', 503],
  ['too_many_scenes', 503],
];

describe('AppError', () => {
  test.each(contract)('%s is %i, and says so in a sentence', (code, status) => {
    const error = new AppError(code);
    expect(error).toMatchObject({ name: 'AppError', code, status, retryAfter: undefined, cause: undefined });
    expect(error.message).toMatch(/^[A-Z].*\.$/);
  });

  test('may say something better, when to come back, and keeps its cause to itself', () => {
    const cause = new Error('canary-cause');
    const error = new AppError('rate_limited', { message: 'Wait.', retryAfter: 7, cause });
    expect(error).toMatchObject({ message: 'Wait.', retryAfter: 7, cause });
    expect(error).toBeInstanceOf(Error);
    expect(`${error.message} ${error.stack}`).not.toContain('canary-cause');
  });

  test('our own faults tell nothing of themselves', () => {
    const messages = (['internal'] as const).map((code) => new AppError(code).message);
    expect(new Set(messages)).toStrictEqual(new Set(['Something went wrong on our side.']));
  });
});
