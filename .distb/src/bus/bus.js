/**
 * What the parts of Troupe use to talk: one contract, met inside the process and over NATS, so that code never
 * knows which it has. A bus is transport: it may repeat or lose a message, and whoever cares is idempotent or
 * sends again.
 */
export {};
