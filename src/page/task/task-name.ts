/** What a task is called: as its workflow, whose namespace is told unless it is the default one. */

import type { TaskView } from '../../views/tasks.ts';

export const taskName = ({ name, workflow }: Pick<TaskView, 'name' | 'workflow'>): string =>
  workflow === null || workflow.namespace === 'default' ? name : fullName(workflow);

export const fullName = ({ namespace, name }: NonNullable<TaskView['workflow']>): string =>
  `${namespace}/${name}`;
