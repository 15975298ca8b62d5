/** Names a task after its workflow, with the namespace unless it is the default one. */

import type { TaskView } from '../../views/tasks.ts';

export const taskName = ({ name, workflow }: Pick<TaskView, 'name' | 'workflow'>): string =>
  workflow === null || workflow.namespace === 'default' ? name : fullName(workflow);

export const fullName = ({ namespace, name }: NonNullable<TaskView['workflow']>): string =>
  `${namespace}/${name}`;
