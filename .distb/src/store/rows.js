/** Rows as they are stored. Times are epoch milliseconds; JSON is text. */
export {};
