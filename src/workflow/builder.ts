/**
 * A workflow in TypeScript, step by step: each step knows the outputs of those before it, so that a wrong name or field
 * does not compile. `defineWorkflow` takes the same as one object, where outputs have no type.
 */

import { Refusal } from '../errors.ts';
import type { Arguments } from './arguments.ts';
import {
  type AnyPayload,
  type DefinedWorkflow,
  defineWorkflow,
  type StepOptions,
  type TypedJob,
  type WorkflowOptions,
} from './define.ts';
import type { Stored } from './json-type.ts';
import type { InputSchema } from './standard-schema.ts';

/** A failure handler finds these under its own name: what failed before it ran. */
export interface StepFailure {
  readonly step: string;
  /** Executions there were. */
  readonly attempt: number;
  readonly error: {
    readonly name: string;
    readonly message: string;
    readonly code: string | null;
    readonly retryable: boolean;
  };
}

/** All that a step of `defineWorkflow` takes, but for the handler: that is the argument after it. */
export type BuilderStepOptions<Before extends string> = Omit<
  StepOptions<Before, unknown>,
  'handler' | 'dependsOn'
> & {
  readonly dependsOn?: readonly Before[];
};

export type BuilderOptions<Payload, Input> = Pick<
  WorkflowOptions<Record<never, never>, Payload, Input>,
  'version' | 'namespace' | 'description' | 'deadline' | 'compensate' | 'input'
>;

/** Fields that no step has. */
type Unknown<O, Known> = { readonly [Field in Exclude<keyof O, keyof Known>]: never };
type Settings<Outputs> = BuilderStepOptions<Extract<keyof Outputs, string>>;

type DependsOn<O> = O extends { readonly dependsOn: readonly (infer Name)[] } ? Name : never;

/** Conditions may leave the step out: its own, or those that may leave out all that it depends on. */
type IsConditional<O, Conditional> = O extends { readonly when: unknown }
  ? true
  : O extends { readonly dependsOn: infer Names extends readonly [unknown, ...unknown[]] }
    ? [Unconditional<Names, Conditional>] extends [never]
      ? true
      : false
    : [Extract<DependsOn<O>, Conditional>] extends [never]
      ? false
      : true;

/** Keeps the names that no condition leaves out. */
type Unconditional<Names extends readonly unknown[], Conditional> = {
  [Index in keyof Names]: [Extract<Names[Index], Conditional>] extends [never] ? Names[Index] : never;
}[number];

type FailuresAs<O> = O extends { readonly onFailure: infer As }
  ? As extends true
    ? 'failures'
    : As extends string
      ? As
      : never
  : never;

/** The outputs of the steps that a step depends on; for a failure handler, of all that are complete, and the failures. */
type Dependencies<Outputs, O> = [FailuresAs<O>] extends [never]
  ? Readonly<Pick<Outputs, Extract<DependsOn<O>, keyof Outputs>>>
  : Readonly<Partial<Outputs>> & Readonly<Record<FailuresAs<O>, readonly StepFailure[]>>;

/** The handler finds its arguments as they are written, but for references, which may be anything. */
type ArgumentsOf<O> = O extends { readonly with: infer Written }
  ? Filled<Readonly<Written>>
  : 'with' extends keyof O
    ? Arguments
    : Record<never, never>;

type Filled<T> = T extends string
  ? FilledText<T>
  : T extends object
    ? { [Key in keyof T]: Filled<T[Key]> }
    : T;

/** A text that is one reference takes its value; one that has references in it stays a text. */
type FilledText<T extends string> = string extends T
  ? unknown
  : T extends `\${${infer Inside}}`
    ? Inside extends `${string}}${string}\${${string}`
      ? string
      : unknown
    : T extends `${string}\${${string}`
      ? string
      : T;

/** Skipped, a step gives null: where it is optional, handles failures, or may be left out by a condition. */
type OutputOf<O, Conditional, Output> = O extends
  | { readonly optional: true }
  | { readonly onFailure: true | string }
  ? Output | null
  : O extends { readonly optional: boolean }
    ? Output | null
    : IsConditional<O, Conditional> extends true
      ? Output | null
      : Output;

/** The names of steps that conditions may leave out, with this one if it is such a step. */
type WithConditional<Conditional, O, Name> =
  IsConditional<O, Conditional> extends true ? Conditional | Name : Conditional;

type With<Outputs, Name extends string, Output> = Outputs & { readonly [Key in Name]: Output };

/** A name that no step before has. */
type Fresh<Name, Outputs> = Name extends keyof Outputs ? never : Name;

/** The outputs of the steps that no other depends on. */
type ResultOf<Outputs, Depended> = { readonly [Name in Exclude<keyof Outputs, Depended>]: Outputs[Name] };

export interface WorkflowBuilder<
  Payload,
  Input,
  Outputs,
  Depended extends PropertyKey,
  Conditional extends PropertyKey,
> extends DefinedWorkflow<Input, ResultOf<Outputs, Depended>> {
  /** A step whose handler is written here; its output is what the handler returns, as JSON. */
  step<const Name extends string, Output>(
    name: Fresh<Name, Outputs> & Name,
    handler: (job: TypedJob<Payload, Record<never, never>, Record<never, never>>) => Output,
  ): WorkflowBuilder<Payload, Input, With<Outputs, Name, Stored<Awaited<Output>>>, Depended, Conditional>;
  step<const Name extends string, const O extends Settings<Outputs>, Output>(
    name: Fresh<Name, Outputs> & Name,
    options: O & Unknown<O, Settings<Outputs>>,
    handler: (job: TypedJob<Payload, Dependencies<Outputs, O>, ArgumentsOf<O>>) => Output,
  ): WorkflowBuilder<
    Payload,
    Input,
    With<Outputs, Name, OutputOf<O, Conditional, Stored<Awaited<Output>>>>,
    Depended | Extract<DependsOn<O>, PropertyKey>,
    WithConditional<Conditional, O, Name>
  >;
  /** A step that is an HTTP call, or one that the handler of this name does, or of the step's own name. */
  step<
    const Name extends string,
    const O extends Settings<Outputs> & { readonly handler?: string } = Record<never, never>,
  >(
    name: Fresh<Name, Outputs> & Name,
    options?: O & Unknown<O, Settings<Outputs> & { handler: string }>,
  ): WorkflowBuilder<
    Payload,
    Input,
    With<Outputs, Name, unknown>,
    Depended | Extract<DependsOn<O>, PropertyKey>,
    WithConditional<Conditional, O, Name>
  >;
}

/**
 * Begins a workflow: `workflow('order').step('cart', …).step('pay', { dependsOn: ['cart'] }, (job) => …)`. It is given to
 * `createTroupe({ workflows })`, which refuses with INVALID_WORKFLOW what is wrong with it.
 */
export function workflow<Payload = AnyPayload, Input = AnyPayload>(
  name: string,
  options: BuilderOptions<Payload, Input> = {},
): WorkflowBuilder<Payload, Input, Record<never, never>, never, never> {
  const builder = new Builder({ name, options, steps: [] }, 0);
  return builder as unknown as WorkflowBuilder<Payload, Input, Record<never, never>, never, never>;
}

type AnyOptions = StepOptions<string, unknown>;
type Handler = Extract<AnyOptions['handler'], (...job: never) => unknown>;

/** One of these is shared by all builders of a chain, so that a step is never left out unnoticed. */
interface Draft {
  readonly name: string;
  readonly options: BuilderOptions<unknown, unknown>;
  readonly steps: [name: string, options: AnyOptions][];
}

class Builder implements DefinedWorkflow {
  readonly #draft: Draft;
  /** Steps up to this builder. */
  readonly #count: number;
  #defined: DefinedWorkflow | null = null;

  constructor(draft: Draft, count: number) {
    this.#draft = draft;
    this.#count = count;
  }

  step(name: string, ...[first, second]: [(AnyOptions | Handler)?, Handler?]): Builder {
    this.#refuseLeftAside();
    const { steps } = this.#draft;
    if (steps.some(([known]) => known === name)) throw invalid(`there are two steps called "${name}"`);
    const given = typeof first === 'function' ? { handler: first } : { ...first };
    steps.push([name, second === undefined ? given : { ...given, handler: second }]);
    return new Builder(this.#draft, steps.length);
  }

  get definition(): DefinedWorkflow['definition'] {
    return this.#define().definition;
  }

  get handlers(): DefinedWorkflow['handlers'] {
    return this.#define().handlers;
  }

  get input(): InputSchema<unknown> | null {
    return this.#define().input;
  }

  get earlier(): DefinedWorkflow['earlier'] {
    return this.#define().earlier;
  }

  #define(): DefinedWorkflow {
    this.#refuseLeftAside();
    const { name, options, steps } = this.#draft;
    this.#defined ??= defineWorkflow({ ...options, name, steps: Object.fromEntries(steps) });
    return this.#defined;
  }

  #refuseLeftAside(): void {
    const [left] = this.#draft.steps[this.#count] ?? [];
    if (left === undefined) return;
    throw invalid(`step "${left}" was left aside: go on with what .step() returns, as in .step(…).step(…)`);
  }
}

const invalid = (why: string): Refusal => new Refusal('INVALID_WORKFLOW', `the workflow: ${why}`);
