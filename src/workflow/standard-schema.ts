/** Payloads are checked by schemas of other libraries, as Standard Schema has them. */

import { Refusal } from '../errors.ts';

/** The part of Standard Schema (standardschema.dev, v1) that is used; zod, valibot, arktype and others have it. */
export interface InputSchema<Payload, Input = unknown> {
  readonly '~standard': {
    readonly validate: (value: unknown) => SchemaResult<Payload> | Promise<SchemaResult<Payload>>;
    readonly types?: { readonly input: Input; readonly output: Payload } | undefined;
  };
}

type SchemaResult<Payload> =
  | { readonly value: Payload; readonly issues?: undefined }
  | {
      readonly issues: readonly {
        readonly message: string;
        readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
      }[];
    };

/** The payload as the schema gives it back; throws INVALID_PAYLOAD with every fault. */
export async function checkInput(
  input: InputSchema<unknown>,
  payload: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  const result = await input['~standard'].validate(payload);
  if (result.issues === undefined) return result.value as Readonly<Record<string, unknown>>;
  const faults = result.issues.map(({ message, path = [] }) => ({
    pointer: ['/payload', ...path.map((part) => String(typeof part === 'object' ? part.key : part))].join(
      '/',
    ),
    message,
  }));
  const text = faults.map(({ pointer, message }) => `${pointer} ${message}`).join('; ');
  throw new Refusal('INVALID_PAYLOAD', `the payload does not fit: ${text}`, { faults });
}
