/** Why something failed: what was said, what a server answered, where it was thrown and what stood behind it. */

import type { ErrorView, InnerErrorView } from '../../views/tasks.ts';
import './failure.css';
import { errorText } from './journal/event-text.ts';
import { Fold, JsonTree } from './json-tree.tsx';

/** Where an error stands in short, it has no more than its first fields. */
export type ShownError = Pick<ErrorView, 'name' | 'message' | 'code'> & Partial<ErrorView>;

interface FailureProps {
  readonly error: ShownError;
  /** Else what is behind the headline is folded. */
  readonly isOpen?: boolean;
}

export function Failure({ error, isOpen = true }: FailureProps) {
  return (
    <div class="failure">
      <p class="fault">{errorText(error)}</p>
      {hasMore(error) &&
        (isOpen ? (
          <Reasons error={error} />
        ) : (
          <Fold title="Why" isOpen={false}>
            {() => <Reasons error={error} />}
          </Fold>
        ))}
    </div>
  );
}

const isGiven = (value: unknown): boolean => value !== null && value !== undefined;

const hasMore = ({ stack, causes = [], errors = [], details, response }: ShownError): boolean =>
  [stack, details, response].some(isGiven) || causes.length + errors.length > 0;

function Reasons({ error }: { readonly error: ShownError }) {
  const { stack, causes = [], errors = [], details, response } = error;
  return (
    <>
      {response && <Answer response={response} />}
      {/* The details of a refused call are the beginning of its answer. */}
      {isGiven(details) && !response && (
        <Fold title="Details" isOpen>
          {() => <JsonTree value={details} />}
        </Fold>
      )}
      <Stack stack={stack} />
      <Inner title="Caused by" errors={causes} />
      <Inner title="Inner error" errors={errors} />
    </>
  );
}

function Answer({ response }: { readonly response: NonNullable<ErrorView['response']> }) {
  const { status, headers, body, truncated } = response;
  const title = `The server answered ${status}${truncated ? ', with more than is kept' : ''}`;
  return (
    <Fold title={title} isOpen>
      {() => (
        <>
          <JsonTree value={body} />
          {Object.keys(headers).length > 0 && (
            <Fold title="Headers" isOpen={false}>
              {() => <JsonTree value={headers} />}
            </Fold>
          )}
        </>
      )}
    </Fold>
  );
}

function Stack({ stack }: { readonly stack: string | null | undefined }) {
  if (!stack) return null;
  return (
    <Fold title="Stack" isOpen>
      {() => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached with the keyboard
        <pre class="json" tabIndex={0}>
          {stack}
        </pre>
      )}
    </Fold>
  );
}

function Inner({ title, errors }: { readonly title: string; readonly errors: readonly InnerErrorView[] }) {
  return (
    <>
      {errors.map((error, index) => (
        <Fold key={`${index} ${error.message}`} title={`${title} ${errorText(error)}`} isOpen>
          {() => (
            <>
              {isGiven(error.details) && <JsonTree value={error.details} />}
              <Stack stack={error.stack} />
            </>
          )}
        </Fold>
      ))}
    </>
  );
}
