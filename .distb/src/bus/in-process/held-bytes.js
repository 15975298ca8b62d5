/** What a waiting message counts for against a bound on memory, the same for streams and subscribers. */
import { wireBytes } from "../message.js";
/** About what the objects around it take: without it, empty messages would be free. */
const OVERHEAD_BYTES = 512;
export function heldBytes(message) {
    return wireBytes(message) + OVERHEAD_BYTES;
}
