/** A failure as it is shown: whole where one looks at it, in short where it stands among others. */

import type { InnerError, StepError } from '../../machines/index.ts';
import type { ErrorSummary, ErrorView, InnerErrorView } from './tasks.ts';

/** Without what only machines ask for; of one stored by an older version, what that knew. */
export function errorView(error: StepError): ErrorView {
  const { name, message, code, retryable, stack, causes = [], errors = [], details, response } = error;
  return {
    name,
    message,
    code,
    retryable,
    stack: stack ?? null,
    causes: causes.map(innerView),
    errors: errors.map(innerView),
    details: details ?? null,
    response: response === undefined ? null : { ...response, truncated: response.truncated === true },
  };
}

const innerView = ({ name, message, code, stack, details }: InnerError): InnerErrorView => ({
  name,
  message,
  code,
  stack: stack ?? null,
  details: details ?? null,
});

/** Without what is long: the step that failed has it. */
export function briefError(error: StepError): StepError {
  const { stack: _stack, causes: _causes, errors: _errors, response: _response, ...brief } = error;
  return brief;
}

/** For a list that may have hundreds. */
export function errorSummary({ name, message, code, retryable }: StepError): ErrorSummary {
  const isLong = message.length > SUMMARY_CHARACTERS;
  return { name, message: isLong ? `${message.slice(0, SUMMARY_CHARACTERS)}…` : message, code, retryable };
}

const SUMMARY_CHARACTERS = 500;
