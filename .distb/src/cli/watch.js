/** A task followed to its end, a line for each fact; the exit code says how it ended. */
import { followTask, hasEnded } from "./follow.js";
import { printJson, say } from "./output.js";
import { factLine, taskLine } from "./show.js";
export async function watchTask(client, id, { print, colors }) {
    return watch(client, id, (fact) => print(factLine(fact, colors)), colors);
}
/** One fact a line, as `GET /events` sends it. */
export async function watchTaskAsJson(client, id, colors) {
    return watch(client, id, (fact) => printJson(fact, 0), colors);
}
async function watch(client, id, onFact, colors) {
    let before = '';
    const tell = (task) => {
        const line = taskLine(task, Date.now(), colors);
        if (line !== before)
            say(line);
        before = line;
    };
    const ended = await followTask(client, id, {
        onFact,
        onTask: (task) => {
            if (!hasEnded(task))
                tell(task);
        },
        onInterrupted: (why) => say(`Interrupted: ${why}. Trying again…`),
    });
    tell(ended);
    if (ended.status !== 'complete')
        process.exitCode = 1;
    return ended;
}
