/** Translates the errors of the client and the server into Troupe's words. */

import { ErrorCode, NatsError } from 'nats';
import { reasonOf as messageOf, Refusal } from '../../errors.ts';

/** Codes of the JetStream API, as the server's errors.json lists them. */
export const JS_ERROR = {
  consumerNotFound: 10014,
  streamNotFound: 10059,
  streamNameInUse: 10058,
  subjectsOverlap: 10065,
} as const;

/** No such message, by several names, or no such stream: what was to be deleted is not there. */
const GONE: ReadonlySet<number> = new Set([10037, 10043, 10057, JS_ERROR.streamNotFound]);

/** Not enabled, for the account or for the server. */
const NO_JETSTREAM: ReadonlySet<number> = new Set([10039, 10076]);
/** No room on the server, in the account, or in the stream. */
const FULL: ReadonlySet<number> = new Set([10002, 10023, 10047, 10077]);

export function jsErrorOf(error: unknown): number | null {
  return error instanceof NatsError ? (error.api_error?.err_code ?? null) : null;
}

/** Nobody at all heard a request: of JetStream, that no stream keeps the subject. */
export function isUnheard(error: unknown): boolean {
  return hasCode(error, ErrorCode.NoResponders) && jsErrorOf(error) === null;
}

export function isGone(error: unknown): boolean {
  return GONE.has(jsErrorOf(error) ?? 0);
}

export function isTimeout(error: unknown): boolean {
  return hasCode(error, ErrorCode.Timeout);
}

/** Why something was not sent, for whoever sent it. */
export function refusalOf(error: unknown, subject: string): Refusal {
  if (error instanceof Refusal) return error;
  if (hasCode(error, ErrorCode.MaxPayloadExceeded)) {
    return new Refusal(
      'MESSAGE_TOO_LARGE',
      `The message for ${subject} is larger than the NATS server takes. Raise its max_payload to 1 MiB, or send a reference to the data.`,
    );
  }
  if (FULL.has(jsErrorOf(error) ?? 0)) {
    return new Refusal(
      'STREAM_FULL',
      `The stream of ${subject} is full (${reasonOf(error)}). Start consumers or send more slowly.`,
      { cause: error },
    );
  }
  return unavailable(`NATS did not confirm the message for ${subject}: ${reasonOf(error)}`, error);
}

export function unavailable(what: string, cause?: unknown): Refusal {
  return new Refusal('BUS_UNAVAILABLE', `${what}. Send it again in a moment.`, {
    retryAfterSeconds: 1,
    cause,
  });
}

/** For a person. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof NatsError)) return messageOf(error);
  if (error.api_error !== undefined) return error.api_error.description;
  if (error.chainedError !== undefined) return error.chainedError.message;
  // Some messages are nothing but the code.
  return error.message.toLowerCase().replaceAll('_', ' ');
}

const LOGIN_CODES: ReadonlySet<string> = new Set([
  ErrorCode.BadAuthentication,
  ErrorCode.BadCreds,
  ErrorCode.AuthorizationViolation,
  ErrorCode.AuthenticationExpired,
  ErrorCode.AccountExpired,
]);

/** Returns the refusal that trying again cannot mend, which the operator should hear at once; else null. */
export function permanent(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error.kind === 'unavailable' ? null : error;
  if (NO_JETSTREAM.has(jsErrorOf(error) ?? 0)) return noJetStream();
  if (!(error instanceof Error)) return null;
  if (error instanceof NatsError && error.api_error?.code === 400) {
    return new Refusal(
      'NATS_REFUSED',
      `The NATS server refuses the streams or consumers asked for: ${reasonOf(error)}. Check its limits for this account.`,
      { cause: error },
    );
  }
  if (error instanceof NatsError && LOGIN_CODES.has(error.code)) {
    return new Refusal(
      'NATS_LOGIN',
      `The NATS server refuses the login: ${reasonOf(error)}. Check what NATS_URL has before the "@", and NATS_CREDS.`,
      { cause: error },
    );
  }
  const isTls =
    hasCode(error, ErrorCode.ServerOptionNotAvailable) ||
    hasCode(error, ErrorCode.Tls) ||
    ('code' in error && /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)/.test(String(error.code)));
  if (!isTls) return null;
  return new Refusal(
    'NATS_TLS',
    `No TLS with the NATS server: ${reasonOf(error)}. Use nats:// for a server without TLS, and check the certificates.`,
    { cause: error },
  );
}

export function noJetStream(): Refusal {
  return new Refusal(
    'NO_JETSTREAM',
    'The NATS server has no JetStream for this account. Start it with -js, or enable it for the account.',
  );
}

/** The server said so by itself, of something that cannot be answered: a subscription, a plain message. */
export function notPermitted(operation: string, subject: string): Refusal {
  return new Refusal(
    'NATS_PERMISSION',
    `The NATS server does not allow this login ${operation} of ${subject}. Add it to the permissions of the user.`,
  );
}

function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof NatsError && error.code === code;
}
