/** A workflow file made ready to run or to draw, or everything that is wrong with it. */

import { problemCount } from '../../errors.ts';
import { compileWorkflow } from '../../workflow/compile.ts';
import type { CompiledWorkflow } from '../../workflow/definition.ts';
import type { WorkflowSource } from '../../workflow/file.ts';
import { Failure } from '../failure.ts';
import { say } from '../output.ts';
import { locate } from '../record-file.ts';
import { readWorkflowFile } from '../workflow-file.ts';

export interface ReadWorkflow {
  readonly workflow: CompiledWorkflow;
  /** The file as it was written. */
  readonly source: WorkflowSource;
}

/** Says warnings; throws a Failure (exit 2) with every fault. */
export function readWorkflow(path: string, environment: string | undefined): ReadWorkflow {
  const { definition, source, faults, warnings } = readWorkflowFile(path, environment);
  for (const warning of warnings) say(`warning: ${locate(path, warning)}`);
  if (definition !== null && source !== null && faults.length === 0) {
    return { workflow: compileWorkflow(definition), source };
  }
  const count = problemCount(faults);
  throw new Failure(`the workflow has ${count}`, {
    exitCode: 2,
    notes: faults.map((fault) => `  ${locate(path, fault)}`),
  });
}
