import { AppError } from '../kit/errors.ts';
import type { Log } from '../telemetry/log.ts';

const ofConnections = /^(HPE_.*|ECONNRESET|EPIPE|ECONNABORTED|ERR_STREAM_PREMATURE_CLOSE)$/;

/**
 * Logs what went wrong where no answer can be given any more. Browsers that leave and requests that break off are no faults of
 * ours: of those the code is enough, and Node's errors about them carry the request's bytes.
 */
export function logLate(log: Log): (error: unknown) => void {
  return (error) => {
    const { code } = Object(error) as { code?: unknown };
    const expected = error instanceof AppError || ofConnections.test(String(code));
    // Not as `code`, which the log hides.
    if (expected) log.debug({ fault: code }, 'a request broke off');
    else log.error({ err: error }, 'unexpected');
  };
}
