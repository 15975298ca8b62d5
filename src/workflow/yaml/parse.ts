/** A YAML workflow to a definition, every problem with the line and column of the key or value it is about. */

import { Refusal } from '../../errors.ts';
import { compileWorkflow } from '../compile.ts';
import type { WorkflowDefinition } from '../definition.ts';
import { isJsonObject } from '../fields.ts';
import type { FileFault, FileOptions, WorkflowFile } from '../file.ts';
import { toDefinition, workflowJsonSchema } from '../from-json.ts';
import { withEnvironment } from '../json/environments.ts';
import { stepsKeyOf } from '../json/spellings.ts';
import { type Problem, pathOf, problemsOf } from '../parse.ts';
import { warningsOf } from '../warnings.ts';
import { LineStarts } from './line-starts.ts';
import { type Misplaced, readYaml } from './read.ts';
import { inFile } from './wording.ts';

/** More than anybody reads; a hostile file can have a million. */
const MAX_FAULTS = 1_000;

export function parseYamlWorkflow(text: string, options: FileOptions): WorkflowFile {
  const { environment, variables } = options;
  const lines = new LineStarts(text);
  const { document, isReadable, places, unfilled, faults } = readYaml(text, variables, lines);
  const fail = (all: readonly Misplaced[]) => ({
    definition: null,
    faults: placed(all, lines),
    warnings: [],
  });
  if (!isReadable) return fail(faults);
  if (document === null) return fail([...faults, { offset: 0, message: 'the file is empty' }]);

  // As written first: what only holds with an environment merged over it is no workflow anywhere else.
  let checked: unknown = document;
  const check = checkFor(unfilled.size === 0);
  let result = check(document);
  const merged = withEnvironment(document, environment, (made, of) => places.noteMerge(made, of));
  if (result.problems.length === 0 && merged !== document) {
    checked = merged;
    result = check(merged);
  }
  const { definition, problems } = result;
  const told = new Set([...faults.map(({ offset }) => offset), ...unfilled]);
  const misplaced = problems
    .map(({ path, message, ofKey }) => ({
      offset: places.find(checked, path.map(String), ofKey),
      message: inFile(path, message),
    }))
    // A place that could not be read has no second fault.
    .filter(({ offset }) => !told.has(offset));
  const all = [...faults, ...misplaced];
  if (definition === null || all.length > 0) return fail(all);
  const strange = warningsOf(definition, options).map(({ path, message }) => ({
    offset: places.find(checked, inDocument(path.map(String), checked), false),
    message,
  }));
  return { definition, faults: [], warnings: placed(strange, lines) };
}

interface Checked {
  readonly definition: WorkflowDefinition | null;
  readonly problems: readonly Problem[];
}

/** Returns the check of a document; one with unfilled texts is not compiled, since its names may be any names. */
function checkFor(isFilled: boolean): (document: unknown) => Checked {
  return (document) => {
    const parsed = workflowJsonSchema.safeParse(document);
    if (!parsed.success) return { definition: null, problems: problemsOf(parsed.error) };
    const definition = toDefinition(parsed.data);
    return { definition, problems: isFilled ? compileProblems(definition, document) : [] };
  };
}

/** The schema's checks find most of what the compiler finds, and more closely where it is; this is for the rest. */
function compileProblems(definition: WorkflowDefinition, document: unknown): Problem[] {
  try {
    compileWorkflow(definition);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.faults.map(({ pointer, message }) => ({
      path: inDocument(pathOf(pointer), document),
      message,
      ofKey: false,
    }));
  }
}

/** A path into the definition as one into the document, which may spell `steps` otherwise. */
function inDocument(path: readonly string[], document: unknown): string[] {
  const stepsKey = isJsonObject(document) ? stepsKeyOf(document) : 'steps';
  return path.map((part, at) => (at === 0 && part === 'steps' ? stepsKey : part));
}

/** In the order of the text, nothing twice. */
function placed(faults: readonly Misplaced[], lines: LineStarts): FileFault[] {
  const unique = new Map(faults.map((fault) => [`${fault.offset} ${fault.message}`, fault]));
  const sorted = [...unique.values()].sort((a, b) => a.offset - b.offset);
  const shown = sorted
    .slice(0, MAX_FAULTS)
    .map(({ offset, message }) => ({ ...lines.positionOf(offset), message }));
  const more = sorted.length - shown.length;
  const last = shown.at(-1);
  return more === 0 || last === undefined
    ? shown
    : [...shown, { ...last, message: `and ${more} more problems` }];
}
