/** Every failure that a caller may be told of: its status, and the sentence shown when no better one is given. */
const failures = {
  invalid_request: { status: 400, message: 'The request is not well formed.' },
  invalid_grant: { status: 400, message: 'The code is unknown, used, expired, or not yours.' },
  code_invalid: { status: 400, message: 'The code is not one of this mini program, or it is over.' },
  code_used: { status: 400, message: 'The code was used before; log in anew.' },
  invalid_signature: { status: 400, message: 'The signature does not fit the data.' },
  encrypted_data_invalid: { status: 400, message: 'The encryptedData cannot be decrypted.' },
  iv_invalid: { status: 400, message: 'The iv must be 16 bytes in base64.' },
  watermark_invalid: { status: 400, message: 'The data was made for another app.' },
  watermark_stale: { status: 400, message: 'The data is too old.' },
  account_not_allowed: { status: 400, message: 'The site does not name this account.' },
  invalid_client: { status: 401, message: 'The site id or secret is wrong.' },
  unauthorized: { status: 401, message: 'Sign in first.' },
  session_expired: { status: 401, message: 'The session is over; log in again.' },
  forbidden_role: { status: 403, message: 'Your role may look, and change nothing.' },
  origin_not_allowed: { status: 403, message: 'This origin may not use the service.' },
  person_refused: { status: 403, message: 'WeChat refuses this person.' },
  peers_not_allowed: { status: 403, message: 'People of this site may not write to each other.' },
  unknown_site: { status: 404, message: 'No such site.' },
  unknown_account: { status: 404, message: 'No such account.' },
  scene_not_found: { status: 404, message: 'No such scene.' },
  approval_not_found: { status: 404, message: 'No such approval.' },
  not_found: { status: 404, message: 'Nothing here.' },
  method_not_allowed: { status: 405, message: 'This method is not allowed here.' },
  request_timeout: { status: 408, message: 'The body did not arrive in time.' },
  scene_final: { status: 409, message: 'The scene is already over.' },
  scene_taken: { status: 409, message: 'Somebody else scanned this scene.' },
  approval_used: { status: 409, message: 'The approval was answered before.' },
  message_too_large: { status: 413, message: 'The message is too large.' },
  payload_too_large: { status: 413, message: 'The body is too large.' },
  export_under_way: { status: 429, message: 'Another download is under way; try again shortly.' },
  inbox_full: { status: 429, message: 'Too many messages wait for this person.' },
  rate_limited: { status: 429, message: 'Too many requests; try again later.' },
  internal: { status: 500, message: 'Something went wrong on our side.' },
  wechat_unavailable: { status: 503, message: 'WeChat does not answer; try again shortly.' },
  store_unavailable: { status: 503, message: 'The service is busy; try again shortly.' },
  too_many_scenes: { status: 503, message: 'Too many logins are under way; try again shortly.' },
} as const;

export type ErrorCode = keyof typeof failures;

interface Details {
  cause?: unknown;
  /** A sentence for the caller, in place of the code's own. Never holds a secret. */
  message?: string;
  /** Seconds after which trying again makes sense. */
  retryAfter?: number;
}

/** A failure with a stable code; whatever else is thrown is `internal` to the caller. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, details: Details = {}) {
    super(details.message ?? failures[code].message, { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = failures[code].status;
    this.retryAfter = details.retryAfter;
  }
}
