import type { Next, ParameterizedContext } from 'koa';

const statuses = {
  invalid_request: 400,
  this_machine_only: 403,
  not_found: 404,
  unknown_person: 404,
  code_not_found: 404,
  not_open: 409,
  nothing_asked: 409,
  busy: 409,
  payload_too_large: 413,
  json_only: 415,
  too_many: 429,
} as const;

/** A refusal of the control API. */
export class ControlError extends Error {
  readonly code: keyof typeof statuses;

  constructor(code: keyof typeof statuses, message: string) {
    super(message);
    this.name = 'ControlError';
    this.code = code;
  }
}

export async function presentErrors(ctx: ParameterizedContext, next: Next): Promise<void> {
  try {
    await next();
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    ctx.status = statuses[error.code];
    ctx.body = { error: error.code, message: error.message };
  }
}
