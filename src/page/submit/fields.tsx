/** A form made from a JSON Schema: a field for each simple property, a group for each object, JSON for the rest. */

import { useState } from 'preact/hooks';
import type { Fault } from '../api.ts';
import { isObject, type JsonObject, type JsonSchema, kindOf, pointerPart, withField } from './schema.ts';

interface FieldsProps {
  readonly schema: JsonSchema;
  readonly value: JsonObject;
  /** Where these fields are in the body. */
  readonly pointer: string;
  readonly faults: readonly Fault[];
  readonly onChange: (value: JsonObject) => void;
}

export function Fields({ schema, value, pointer, faults, onChange }: FieldsProps) {
  return (
    <div class="fields">
      {Object.entries(schema.properties ?? {}).map(([name, property]) => (
        <Field
          key={name}
          name={name}
          schema={property}
          value={value[name]}
          needed={schema.required?.includes(name) === true}
          pointer={pointer + pointerPart(name)}
          faults={faults}
          onChange={(field) => onChange(withField(value, name, field))}
        />
      ))}
    </div>
  );
}

interface FieldProps {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly value: unknown;
  readonly needed: boolean;
  readonly pointer: string;
  readonly faults: readonly Fault[];
  readonly onChange: (value: unknown) => void;
}

function Field(props: FieldProps) {
  const { name, schema, value, needed, pointer, faults, onChange } = props;
  const own = faults.filter((fault) => fault.pointer === pointer);
  const says = own.map(({ message }) => (
    <span key={message} class="fault">
      {message}
    </span>
  ));
  if (kindOf(schema) === 'group') {
    return (
      <fieldset class="group">
        <legend class={needed ? 'needed' : ''}>{schema.title ?? name}</legend>
        {schema.description !== undefined && <span class="hint muted">{schema.description}</span>}
        <Fields
          schema={schema}
          value={isObject(value) ? value : {}}
          pointer={pointer}
          faults={faults}
          onChange={onChange}
        />
        {says}
      </fieldset>
    );
  }
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: Input draws the control
    <label class="field">
      <span class={needed ? 'name needed' : 'name'}>{schema.title ?? name}</span>
      <Input {...props} isWrong={own.length > 0} />
      {schema.description !== undefined && <span class="hint">{schema.description}</span>}
      {says}
    </label>
  );
}

function Input({ schema, value, needed, onChange, isWrong }: FieldProps & { readonly isWrong: boolean }) {
  const marks = { 'aria-invalid': isWrong, 'aria-required': needed };
  const kind = kindOf(schema);
  switch (kind) {
    case 'choice': {
      const choices = schema.enum ?? [];
      const at = choices.findIndex((choice) => JSON.stringify(choice) === JSON.stringify(value));
      return (
        <select
          {...marks}
          value={at}
          onChange={(event) => onChange(choices[Number(event.currentTarget.value)])}
        >
          <option value={-1}>not set</option>
          {choices.map((choice, index) => (
            <option key={JSON.stringify(choice)} value={index}>
              {typeof choice === 'string' ? choice : JSON.stringify(choice)}
            </option>
          ))}
        </select>
      );
    }
    case 'boolean':
      return (
        <select
          {...marks}
          value={String(value ?? '')}
          onChange={({ currentTarget }) => onChange(TRUTH.get(currentTarget.value))}
        >
          <option value="">not set</option>
          <option value="true">true</option>
          <option value="false">false</option>
        </select>
      );
    case 'number':
    case 'integer':
      return (
        <input
          {...marks}
          type="number"
          step={kind === 'integer' ? 1 : 'any'}
          min={schema.minimum}
          max={schema.maximum}
          value={typeof value === 'number' ? value : ''}
          onInput={({ currentTarget }) =>
            onChange(Number.isNaN(currentTarget.valueAsNumber) ? undefined : currentTarget.valueAsNumber)
          }
        />
      );
    case 'text':
      return (
        <input
          {...marks}
          type="text"
          placeholder={schema.format}
          value={typeof value === 'string' ? value : ''}
          onInput={({ currentTarget }) =>
            onChange(currentTarget.value === '' ? undefined : currentTarget.value)
          }
        />
      );
    default:
      return <JsonInput value={value} isWrong={isWrong} onChange={onChange} />;
  }
}

const TRUTH = new Map([
  ['true', true],
  ['false', false],
]);

interface JsonInputProps {
  readonly value: unknown;
  readonly isWrong: boolean;
  readonly onChange: (value: unknown) => void;
}

/** Keeps what is typed as typed; what is not JSON yet is sent as text, and refused by name. */
function JsonInput({ value, isWrong, onChange }: JsonInputProps) {
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 1));
  const parsed = parseJson(text);
  return (
    <textarea
      rows={Math.min(8, text.split('\n').length + 1)}
      spellcheck={false}
      placeholder="JSON"
      aria-invalid={isWrong || parsed === null}
      value={text}
      onInput={({ currentTarget }) => {
        setText(currentTarget.value);
        const next = parseJson(currentTarget.value);
        onChange(next === null ? currentTarget.value : next.value);
      }}
    />
  );
}

function parseJson(text: string): { readonly value: unknown } | null {
  if (text.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch {
    // Somebody is still typing: the field is marked, and the server says what is wrong if it is sent so.
    return null;
  }
}
