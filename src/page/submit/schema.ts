/** Reads the parts of a JSON Schema that a person can fill in field by field. */

export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export type FieldKind = 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'group' | 'json';

/** Returns the kind of field; lists, unions and the like are written as JSON. */
export function kindOf(schema: JsonSchema): FieldKind {
  if (schema.enum !== undefined) return 'choice';
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'number':
    case 'integer':
    case 'boolean':
      return schema.type;
    case 'object':
      return schema.properties === undefined ? 'json' : 'group';
    default:
      return 'json';
  }
}

/** Tells whether the payload as a whole can be a form. */
export const isForm = (schema: JsonSchema | null): schema is JsonSchema =>
  schema !== null && kindOf(schema) === 'group' && Object.keys(schema.properties ?? {}).length > 0;

/** Returns the form's first values: the defaults of the schema, and nothing for the rest. */
export function initialOf(schema: JsonSchema | null): JsonObject {
  const entries = Object.entries(schema?.properties ?? {}).flatMap(([name, property]) => {
    const value = initialValue(property);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

function initialValue(schema: JsonSchema): unknown {
  if (kindOf(schema) !== 'group') return schema.default ?? schema.examples?.[0];
  const given = isObject(schema.default) ? schema.default : {};
  const value = { ...initialOf(schema), ...given };
  return Object.keys(value).length === 0 && schema.default === undefined ? undefined : value;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** With undefined, the field is left out, which is not the same as empty. */
export function withField(value: JsonObject, name: string, field: unknown): JsonObject {
  const { [name]: _before, ...rest } = value;
  return field === undefined ? rest : { ...value, [name]: field };
}

/** One part of a JSON pointer (RFC 6901). */
export const pointerPart = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
