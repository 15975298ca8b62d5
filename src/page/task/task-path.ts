/** Where the server answers for a task and its steps. */

export const taskPath = (id: string): string => `/tasks/${encodeURIComponent(id)}`;

export const stepPath = (taskId: string, step: string): string =>
  `${taskPath(taskId)}/steps/${encodeURIComponent(step)}`;
