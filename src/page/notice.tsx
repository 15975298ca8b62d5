/** Shows what went wrong, in the words of the server, each fault with its place. */

import { Problem } from './api.ts';

export function ProblemNotice({ problem }: { readonly problem: unknown }) {
  const faults = problem instanceof Problem ? problem.errors : [];
  return (
    <div class="notice is-problem" role="alert">
      <p>{problem instanceof Error ? problem.message : String(problem)}</p>
      {/* One alone is told by the sentence above. */}
      {faults.length > 1 && (
        <ul>
          {faults.map(({ pointer, message }) => (
            <li key={pointer + message}>
              <code>{pointer === '' ? '/' : pointer}</code> {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
