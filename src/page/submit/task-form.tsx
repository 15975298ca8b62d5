/** The payload and the options of a task to be, as fields or as JSON; both show the same values. */

import { useState } from 'preact/hooks';
import { type Fault, Problem, post } from '../api.ts';
import { ProblemNotice } from '../notice.tsx';
import { navigate, pathTo } from '../router.ts';
import { Fields } from './fields.tsx';
import { bodyOf, OPTIONS } from './request.ts';
import { initialOf, isForm, isObject, type JsonObject, type JsonSchema } from './schema.ts';

interface TaskFormProps {
  readonly name: string;
  readonly version: string | null;
  readonly schema: JsonSchema | null;
}

export function TaskForm({ name, version, schema }: TaskFormProps) {
  const [payload, setPayload] = useState<JsonObject>(() => initialOf(schema));
  const [text, setText] = useState<string | null>(isForm(schema) ? null : '{}');
  const [options, setOptions] = useState<JsonObject>({});
  const [problem, setProblem] = useState<unknown>(null);
  const [sending, setSending] = useState(false);
  const faults: readonly Fault[] = problem instanceof Problem ? problem.errors : [];

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const given = text === null ? payload : objectOf(text);
    if (given instanceof Error) return setProblem(given);
    setSending(true);
    try {
      const { id } = await post<{ id: string }>('/tasks', bodyOf({ name, version, payload: given, options }));
      navigate(pathTo.task(id));
    } catch (error) {
      setProblem(error);
      setSending(false);
    }
  }

  function toForm(): void {
    const given = objectOf(text ?? '{}');
    if (given instanceof Error) {
      setProblem(given);
      return;
    }
    setPayload(given);
    setText(null);
  }

  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <div class="row">
        <h2>Payload</h2>
        {isForm(schema) && (
          <FormOrJson
            isJson={text !== null}
            onForm={toForm}
            onJson={() => setText(text ?? JSON.stringify(payload, null, 2))}
          />
        )}
      </div>
      {isForm(schema) && text === null ? (
        <Fields schema={schema} value={payload} pointer="/payload" faults={faults} onChange={setPayload} />
      ) : (
        <textarea
          rows={10}
          aria-label="Payload as JSON"
          spellcheck={false}
          value={text ?? ''}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      )}
      <details>
        <summary>Options</summary>
        <Fields schema={OPTIONS} value={options} pointer="" faults={faults} onChange={setOptions} />
      </details>
      {problem !== null && <ProblemNotice problem={problem} />}
      <div class="row">
        <button type="submit" class="primary" disabled={sending || name.trim() === ''}>
          Submit
        </button>
      </div>
    </form>
  );
}

interface FormOrJsonProps {
  readonly isJson: boolean;
  readonly onForm: () => void;
  readonly onJson: () => void;
}

function FormOrJson({ isJson, onForm, onJson }: FormOrJsonProps) {
  return (
    <div class="tabs">
      <button type="button" aria-pressed={!isJson} onClick={onForm}>
        Form
      </button>
      <button type="button" aria-pressed={isJson} onClick={onJson}>
        JSON
      </button>
    </div>
  );
}

function objectOf(text: string): JsonObject | Error {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : new Error('The payload must be a JSON object: { … }.');
  } catch (error) {
    return new Error(`The payload is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
