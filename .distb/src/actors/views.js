/** What users see of tasks and steps: the shapes of the HTTP contract, read from the rows recovery reads. */
export {};
