/** The process that is killed, and the one after it: the installed library, without a compiler in front of it. */

const [, , library, db, wanted, ...steps] = process.argv;
const { createTroupe } = await import(library);
let notified = 0;
const handlers = steps.map((name) => ({
  name,
  run: () => {
    if (name === 'Notify') notified++;
    return { step: name, ok: true, reference: 'x'.repeat(60) };
  },
  concurrency: null,
}));
const troupe = await createTroupe({ db, handlers });
const readyAfterMs = performance.now();
const missing = Number(wanted) - troupe.health().tasks.complete;
process.on('disconnect', () => process.exit());
const look = setInterval(() => {
  // Asked only when it may be so: an answer costs the engine something.
  if (notified < missing || troupe.health().tasks.complete < Number(wanted)) return;
  clearInterval(look);
  process.send({ readyAfterMs });
}, 1);
