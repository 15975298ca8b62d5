/** What every route is given: the app it registers on, the engine behind it, and who is calling. */
export {};
